/// Warns of what is allowed but most likely a mistake. Works on a policy without mistakes, so that each entry of a list
/// in the files has its decoded value at the same index.
struct PolicyWarnings {
    let tree: PolicyTree
    let policy: Policy
    let diagnostics: Diagnostics

    func report() {
        for member in tree.entries["actions", default: []] {
            guard let action = policy.actions[member.name] else { continue }
            let rules = nodes("rules", of: member.value)
            if rules.count == action.rules.count { reportUnreachable(action.rules, rules) }
            let limits = nodes("limits", of: member.value)
            let own = action.limits.filter(\.actions.isEmpty)
            if limits.count == own.count { reportUnneeded(own, limits) }
            for rule in rules { reportLists(in: rule) }
            for limit in limits { reportLists(in: limit) }
        }
        PriceListWarnings(tree: tree, policy: policy, diagnostics: diagnostics).report()
        if policy.defaultPlan == nil, let plan = tree.entries["plans"]?.first {
            diagnostics.warning(
                "new accounts are on none of these plans, because there is no \"defaultPlan\"", at: plan.namePlace)
        }
        let packs = PackWarnings(
            members: tree.entries["packs", default: []], policy: policy, diagnostics: diagnostics)
        packs.report()
        let grants = tree.entries["plans", default: []].flatMap { nodes("grants", of: $0.value) }
        grants.forEach(packs.reportMinutes)
        for node in grants + tree.entries["packs", default: []].map(\.value) { reportPurpose(of: node) }
    }

    private func nodes(_ key: String, of node: JSONNode) -> [JSONNode] {
        if case .array(let nodes) = node.member(key)?.value.value { nodes } else { [] }
    }

    /// A rule never sets a price if an earlier one matches whenever it does.
    private func reportUnreachable(_ rules: [Policy.PriceRule], _ nodes: [JSONNode]) {
        for (number, rule) in rules.enumerated() where rule.mode != .off {
            let earlier = rules[..<number].firstIndex { $0.mode == .enforce && $0.takesAll(of: rule) }
            guard let earlier else { continue }
            diagnostics.warning(
                "this rule is never used: the one on line \(rules[earlier].location.line) comes first and matches all "
                    + "of its calls; write the rule for fewer calls first",
                at: nodes[number].place
            )
        }
    }

    /// A limit is never reached if another limit counts all of its calls, over at least the same time, with the same
    /// maximum or a lower one.
    private func reportUnneeded(_ limits: [Policy.Limit], _ nodes: [JSONNode]) {
        for (number, limit) in limits.enumerated() where limit.mode == .enforce {
            let other = limits.indices.first { other in
                other != number && limits[other].mode == .enforce && limits[other].isStricter(than: limit)
                    // Of two that are equally strict, the first one is needed.
                    && !(limit.isStricter(than: limits[other]) && number < other)
            }
            guard let other else { continue }
            diagnostics.warning(
                "this limit is never reached, because the one on line \(limits[other].location.line) is stricter",
                at: nodes[number].place
            )
        }
    }

    /// Credits for actions that are free, or for all actions there are.
    private func reportPurpose(of node: JSONNode) {
        guard let list = node.member("for")?.value, case .array(let items) = list.value else { return }
        let actions = items.compactMap { name -> Policy.Action? in
            if case .string(let name) = name.value { policy.actions[name] } else { nil }
        }
        let names = listInWords(actions.map { quoted($0.name) })
        if actions.allSatisfy(\.isFree) {
            diagnostics.warning(
                "these credits can't be spent: \(names) \(actions.count == 1 ? "costs" : "cost") nothing",
                at: list.place)
        } else if actions.count > 1, actions.count == policy.actions.count {
            diagnostics.warning(
                "these are all actions; without \"for\" the credits would also pay for actions that are added later",
                at: list.place)
        }
    }

    /// `"large, huge"` is one value, and hardly any call has it.
    private func reportLists(in node: JSONNode) {
        guard case .object(let conditions) = node.member("when")?.value.value else { return }
        for condition in conditions.members {
            guard case .string(let text) = condition.value.value, text.contains(", ") else { continue }
            let values = text.split(separator: ",").map { quoted(String($0.trimmingPrefix(" "))) }
            diagnostics.warning(
                "\(quoted(text)) is one value with a comma in it; several values are a list: "
                    + "[\(values.joined(separator: ", "))]",
                at: condition.value.place
            )
        }
    }
}

extension Policy.Action {
    /// Whether no call takes credits.
    fileprivate var isFree: Bool {
        let costs = ([pricing] + rules.filter { $0.mode == .enforce }.map(\.pricing)).flatMap(\.costs)
        return mode != .enforce || costs.allSatisfy { $0.isFixed && $0.base == 0 }
    }
}

extension Policy.PriceRule {
    /// Whether this rule matches every call that the other one matches.
    func takesAll(of other: Policy.PriceRule) -> Bool {
        conditions.allSatisfy { condition in other.conditions.contains { $0.implies(condition) } }
    }
}

extension Policy.Condition {
    /// Whether every value that meets this condition meets the other one too.
    func implies(_ other: Policy.Condition) -> Bool {
        guard attribute == other.attribute else { return false }
        switch (test, other.test) {
        case (.oneOf(let values), _): return values.allSatisfy { other.holds(for: [attribute: $0]) }
        case (.between, .oneOf): return false
        case (.between(let above, let below), .between(let otherAbove, let otherBelow)):
            return (above ?? -.infinity) >= (otherAbove ?? -.infinity)
                && (below ?? .infinity) <= (otherBelow ?? .infinity)
        }
    }
}

extension Policy.Limit {
    /// Whether each call that the other limit would refuse is refused by this one.
    fileprivate func isStricter(than other: Policy.Limit) -> Bool {
        count == other.count && max <= other.max && scope.includes(other.scope) && window.includes(other.window)
            // Every call that meets the other's conditions meets these.
            && conditions.allSatisfy { condition in other.conditions.contains { $0.implies(condition) } }
            // With `givesBack`, this limit no longer counts refunded calls, which the other may still count.
            && (!givesBack || other.givesBack)
    }
}

extension Policy.Limit.Scope {
    /// Whether all calls that count together by the other scope count together by this one.
    fileprivate func includes(_ other: Policy.Limit.Scope) -> Bool {
        let order: [Policy.Limit.Scope] = [.member, .account, .action]
        return order.firstIndex(of: self) ?? 0 >= order.firstIndex(of: other) ?? 0
    }
}

extension Policy.Limit.Window {
    /// Whether this window always contains the other one, up to the moment of a call.
    fileprivate func includes(_ other: Policy.Limit.Window) -> Bool {
        switch (self, other) {
        case (.within(let long), .within(let short)): long >= short
        case (.within(let long), .per(let unit)): long >= unit.longest
        case (.per(let long), .per(let short)): long == short || long.longest > short.longest && !long.cuts(short)
        // A rolling window may have begun in the calendar window before.
        case (.per, .within): false
        }
    }
}

extension Policy.Limit.CalendarUnit {
    /// With the hour that a change of the clocks adds.
    fileprivate var longest: Duration {
        switch self {
        case .minute: .seconds(60)
        case .hour: .seconds(3600)
        case .day: .seconds(25 * 3600)
        case .week: .seconds((7 * 24 + 1) * 3600)
        case .month: .seconds((31 * 24 + 1) * 3600)
        case .year: .seconds((366 * 24 + 1) * 3600)
        }
    }

    /// A week can lie in two months, or in two years.
    fileprivate func cuts(_ short: Policy.Limit.CalendarUnit) -> Bool { short == .week && self != .week }
}
