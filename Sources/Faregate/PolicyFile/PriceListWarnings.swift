/// Warns of a price list that no action uses, and of rules for models that the list lacks.
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
        for member in tree.entries["actions", default: []] {
            guard let action = policy.actions[member.name],
                case .array(let nodes) = member.value.member("rules")?.value.value, nodes.count == action.rules.count
            else { continue }
            for (rule, node) in zip(action.rules, nodes) { reportUnlisted(rule, node) }
        }
    }

    /// A rule with the prices of a model that the list lacks makes each of its calls an error.
    private func reportUnlisted(_ rule: Policy.PriceRule, _ node: JSONNode) {
        guard let cost = rule.pricing.modelCost, rule.mode != .off else { return }
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
