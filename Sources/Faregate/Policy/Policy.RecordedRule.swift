extension Policy {
    /// The rule that priced a charge.
    package struct RecordedRule {
        /// `when size is "large"`, or `the cost of generate`.
        package let text: String
        package let pricing: Pricing
        /// The use that the policy assumes of a call.
        package let hold: Units
    }

    /// The price rule at a place in the files, if this policy or one that it announces has the version:
    /// `when size is "large"`, or `the cost of generate`. Nil if the version is another one, or has no such rule.
    ///
    /// - Parameters:
    ///   - place: the place as a charge records it: `credits.jsonc:12:7`.
    ///   - action: a current or former name of the action.
    ///   - version: the version of the policy that set the price.
    package func recordedRule(at place: String, of action: String, version: String) -> RecordedRule? {
        guard let policy = ([self] + changes.map(\.policy)).first(where: { $0.version == version }),
            let action = policy.action(named: action)
        else { return nil }
        if action.location.ending == ending(of: place) {
            return RecordedRule(
                text: "the cost of \(printable(action.name))" + listed(action.pricing), pricing: action.pricing,
                hold: action.hold)
        }
        let rule = action.rules.first { $0.location.ending == ending(of: place) }
        return rule.map { rule in
            RecordedRule(
                text: "when \(Condition.text(of: rule.conditions))" + listed(rule.pricing), pricing: rule.pricing,
                hold: action.hold)
        }
    }

    private func listed(_ pricing: Pricing) -> String {
        pricing.modelCost.map { " with the prices of the \(printable($0.attribute))" } ?? ""
    }

    /// Another machine may have the files in another folder.
    private func ending(of place: String) -> String { place.lastPathPart }
}

extension Policy.Location {
    fileprivate var ending: String { description.lastPathPart }
}
