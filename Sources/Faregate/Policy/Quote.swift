/// What one call would cost and which limits it meets, with the rule that says so.
public struct Quote: Sendable {
    public let action: String
    public let cost: Credits
    /// The line of the policy that set the price.
    public let rule: SourceLocation
    public let limits: [Limit]
    public let timeoutMilliseconds: Int64?
    public let policyVersion: String
}

extension Policy {
    /// Prices a call: the first rule whose conditions all hold, otherwise the action's own cost.
    ///
    /// Pure and in memory; nothing is taken.
    ///
    /// - Throws: ``UnknownAction`` when the policy has no such action.
    public func quote(_ action: String, attributes: Attributes = [:]) throws(UnknownAction) -> Quote {
        guard let known = actions[action] else {
            throw UnknownAction(action: action, nearest: nearestName(to: action, among: actions.keys))
        }
        let rule = known.rules.first { $0.matches(attributes) }
        return Quote(
            action: action,
            cost: rule?.cost ?? known.cost,
            rule: rule?.location ?? known.location,
            limits: known.limits,
            timeoutMilliseconds: known.timeoutMilliseconds,
            policyVersion: version
        )
    }
}

/// The policy in force does not price this action, so nobody may run it.
public struct UnknownAction: Error, Equatable, CustomStringConvertible {
    public let action: String
    /// The known action with the most similar name, if one is similar.
    public let nearest: String?

    public var description: String {
        let hint = nearest.map { "; did you mean \"\($0)\"?" } ?? "; add it to the policy files"
        return "the policy has no action \"\(action)\"\(hint)"
    }
}
