/// The differences between the price rules of an action. Rules are matched by their conditions.
struct RuleDifferences {
    private let old: [Policy.PriceRule]
    private let new: [Policy.PriceRule]
    private let oldCost: Policy.Pricing
    private let newCost: Policy.Pricing
    private let holds: (old: Units, new: Units)

    /// - Parameter plans: the plans of the new policy: a rule for a renamed plan is compared under the new name.
    init(old: Policy.Action, new: Policy.Action, plans: PlanBook) {
        (self.old, oldCost) = (old.rules.map { $0.renamingPlans(by: plans) }, old.pricing)
        (self.new, newCost) = (new.rules, new.pricing)
        holds = (old.hold, new.hold)
    }

    var texts: [String] {
        let changed = new.enumerated().flatMap { number, rule in
            guard let before = old.firstIndex(where: { $0.isFor(rule) }) else {
                let before = prices(of: rule, by: old, oldCost)
                return ["new rule: \(rule.pricing.inWords) when \(rule.when)\(rule.note), instead of \(before)"]
            }
            return texts(of: number, before: before)
        }
        let removed = old.filter { rule in !new.contains { $0.isFor(rule) } }
            .map {
                "rule removed: \($0.pricing.inWords) when \($0.when)\($0.note); the cost is "
                    + "\(prices(of: $0, by: new, newCost)) now"
            }
        return changed + removed
    }

    /// What the calls that a rule matches cost by other rules: `25 credits or 10 credits`.
    private func prices(of rule: Policy.PriceRule, by rules: [Policy.PriceRule], _ own: Policy.Pricing) -> String {
        var prices: [String] = []
        for other in rules where other.takes(from: rule) {
            prices.append(other.pricing.inWords)
            if other.takesAll(of: rule) { return listed(prices) }
        }
        return listed(prices + [own.inWords])
    }

    private func listed(_ prices: [String]) -> String {
        var seen: Set<String> = []
        return prices.filter { seen.insert($0).inserted }.joined(separator: " or ")
    }

    private func texts(of number: Int, before: Int) -> [String] {
        let (rule, known) = (new[number], old[before])
        let when = "when \(rule.when)"
        var texts: [String] = []
        if let change = rule.pricing.change(from: known.pricing) { texts.append("\(change) \(when)\(rule.note)") }
        texts += ModelDifferences(old: known.pricing, new: rule.pricing, holds: holds).texts
            .map { "\($0) \(when)\(rule.note)" }
        if rule.mode != known.mode { texts.append("rule \(when): \(known.mode.meaning) -> \(rule.mode.meaning)") }
        let earlier = new[..<number].filter { $0.takes(from: rule) }
        let knownEarlier = old[..<before].filter { $0.takes(from: known) }
        for other in earlier where !knownEarlier.contains(where: { $0.isFor(other) }) {
            texts.append(
                "the rule \(when) applies to fewer calls: an earlier rule takes those when \(other.when)")
        }
        for other in knownEarlier where !earlier.contains(where: { $0.isFor(other) }) {
            texts.append("the rule \(when) applies to more calls, also when \(other.when)")
        }
        return texts
    }
}

extension Policy.PriceRule {
    fileprivate func renamingPlans(by plans: PlanBook) -> Policy.PriceRule {
        let conditions = conditions.map { condition -> Policy.Condition in
            guard condition.attribute == Attributes.plan, case .oneOf(let values) = condition.test else {
                return condition
            }
            let names = values.map { value -> AttributeValue in
                if case .string(let name) = value { .string(plans[name]?.name ?? name) } else { value }
            }
            return Policy.Condition(attribute: condition.attribute, test: .oneOf(names))
        }
        return Policy.PriceRule(conditions: conditions, cost: pricing, mode: mode, location: location)
    }

    /// Whether the rules have the same conditions, in any order.
    fileprivate func isFor(_ other: Policy.PriceRule) -> Bool { Set(conditions) == Set(other.conditions) }

    /// Whether this rule, written before another one, takes calls that the other one would price.
    fileprivate func takes(from other: Policy.PriceRule) -> Bool {
        mode == .enforce
            && !conditions.contains { condition in other.conditions.contains { condition.excludes($0) } }
    }

    fileprivate var when: String { Policy.Condition.text(of: conditions) }
    fileprivate var note: String { mode == .enforce ? "" : " (\(mode.meaning))" }
}
