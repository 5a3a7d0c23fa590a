/// What an account may do at one moment, for front ends and support staff.
public struct Standing: Sendable, Hashable, Codable {
    public let account: AccountID
    public let at: Timestamp
    public let policyVersion: String
    /// The account's plan; nil for none.
    public let plan: String?
    /// When the account was suspended; nil if it isn't suspended.
    public let suspendedAt: Timestamp?
    public let credits: Standing.Balance
    /// All actions of the policy, by name.
    public let actions: [Standing.Action]

    /// The action with this name; nil if the policy has none.
    public subscript(name: String) -> Standing.Action? { actions.first { $0.name == name } }
}

/// The predicted outcome of one call. Nothing was taken for it.
public struct Preview: Sendable {
    /// The credits that would be taken before the handler runs.
    public let cost: Credits
    /// The price that the call would be settled at.
    public let price: Policy.Cost
    /// The line of the policy that sets the price.
    public let rule: Policy.Location
    public let policyVersion: String
    /// Why the call would be refused; nil if it would be let through.
    public let refusal: Refusal?
    public let limits: [Standing.Limit]

    /// Whether the call would be let through.
    public var passes: Bool { refusal == nil }
}
