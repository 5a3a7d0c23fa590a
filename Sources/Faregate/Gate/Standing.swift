/// What an account may do now: for a front end, or a person who answers its questions. Of one moment.
public struct Standing: Sendable, Hashable, Codable {
    public let account: AccountID
    public let at: Timestamp
    public let policyVersion: String
    /// The plan that the account is on; nil for none.
    public let plan: String?
    /// Since when every call is refused; nil where none is.
    public let suspendedAt: Timestamp?
    public let credits: Standing.Balance
    /// All actions of the policy, by name.
    public let actions: [Standing.Action]

    /// The action of that name; nil where the policy has none.
    public subscript(name: String) -> Standing.Action? { actions.first { $0.name == name } }
}

/// What would become of one call. Nothing is taken for it.
public struct Preview: Sendable {
    /// What would be taken before the handler runs.
    public let cost: Credits
    /// What the call would be settled by.
    public let price: Policy.Cost
    /// The line of the policy that sets the price.
    public let rule: Policy.Location
    public let policyVersion: String
    /// Nil where the call would be let through.
    public let refusal: Refusal?
    public let limits: [Standing.Limit]

    /// Whether the call would be let through.
    public var passes: Bool { refusal == nil }
}
