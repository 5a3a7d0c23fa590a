/// Warns of a price list that no action uses, of rules for models that the list lacks, and of prices that are most
/// likely a mistake.
struct PriceListWarnings {
    let tree: PolicyTree
    let policy: Policy
    let diagnostics: Diagnostics

    func report() {
        guard let first = tree.entries["prices"]?.first else { return }
        let pricings = policy.actions.values.flatMap { [$0.pricing] + $0.rules.map(\.pricing) }
        if !pricings.contains(where: { $0.modelCost != nil }) {
            diagnostics.warning(
                "no action uses this price list; a cost refers to it with \"prices\": \"model\"", at: first.namePlace)
        }
        for member in tree.entries["prices", default: []] {
            reportLonelyUnits(of: member)
            reportReversed(member)
        }
        for member in tree.entries["actions", default: []] {
            reportCost(member.value.member("cost")?.value)
            if case .array(let nodes) = member.value.member("rules")?.value.value {
                for node in nodes { reportCost(node.member("cost")?.value) }
            }
            guard let action = policy.actions[member.name],
                case .array(let nodes) = member.value.member("rules")?.value.value, nodes.count == action.rules.count
            else { continue }
            for (rule, node) in zip(action.rules, nodes) { reportUnlisted(rule, node) }
        }
    }

    /// A unit that only this model has, and whose name is nearly that of another model's unit, is misspelled: calls
    /// report the other unit, which then costs nothing.
    private func reportLonelyUnits(of member: JSONMember) {
        guard let units = policy.priceList[member.name]?.cost.units else { return }
        let others = policy.priceList.names.filter { $0 != member.name }
            .compactMap { policy.priceList[$0]?.cost.units.keys }
        let known = Set(others.joined())
        for unit in units.keys where !known.contains(unit) {
            guard let nearest = nearestName(to: unit, among: known.subtracting(units.keys)),
                let place = member.value.member(unit)?.namePlace
            else { continue }
            diagnostics.warning(
                "no other model has a price for \(quoted(unit)), and \(quoted(nearest)) of this model costs nothing; did "
                    + "you mean \(quoted(nearest))?",
                at: place
            )
        }
    }

    /// A part that is dearer than what contains it: the two are usually the other way round.
    private func reportReversed(_ member: JSONMember) {
        guard let cost = policy.priceList[member.name]?.cost, let node = member.value.member("inside")?.value else {
            return
        }
        for (part, whole) in cost.inside {
            guard let price = cost.units[part], let other = cost.units[whole], price > other,
                let place = node.member(part)?.namePlace
            else { continue }
            diagnostics.warning(
                "\(quoted(part)) is a part of \(quoted(whole)) here, but costs more; if it is the other way round, write "
                    + "{ \(quoted(whole)): \(quoted(part)) }",
                at: place
            )
        }
    }

    private func ratio(_ node: JSONNode) -> Ratio? {
        switch node.value {
        case .string(let text), .number(let text): try? Ratio(parsing: text)
        default: nil
        }
    }

    /// Warns of a model's name where an attribute's name belongs, and of a markup that takes more than half off.
    private func reportCost(_ node: JSONNode?) {
        if let name = node?.member("prices")?.value, case .string(let text) = name.value,
            policy.priceList[text] != nil
        {
            diagnostics.warning(
                "\(quoted(text)) is a model; \"prices\" names the attribute of a call that says which model it uses, such "
                    + "as \"prices\": \"model\"",
                at: name.place
            )
        }
        guard let markup = node?.member("markup")?.value, let ratio = ratio(markup), let half = try? Ratio(1, 2),
            ratio < half, let more = try? Ratio(ratio.numerator + ratio.denominator, ratio.denominator)
        else { return }
        diagnostics.warning(
            "a markup of \(ratio) multiplies the prices, so calls cost less than half; for \(ratio) more write "
                + "\(quoted("\(more)"))",
            at: markup.place
        )
    }

    /// A rule with the prices of a model that the list lacks makes each of its calls an error.
    private func reportUnlisted(_ rule: Policy.PriceRule, _ node: JSONNode) {
        guard let cost = rule.pricing.modelCost, rule.mode == .enforce else { return }
        for condition in rule.conditions where condition.attribute == cost.attribute {
            guard case .oneOf(let values) = condition.test else { continue }
            for case .string(let model) in values where policy.priceList[model] == nil {
                diagnostics.warning(
                    "the price list has no model \(quoted(model)), so the calls of this rule fail"
                        + didYouMean(model, among: policy.priceList.names),
                    at: node.place
                )
            }
        }
    }
}
