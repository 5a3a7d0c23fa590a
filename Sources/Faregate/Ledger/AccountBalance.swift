/// An account's credits: `total = remaining + held + used + expired + reversed`.
public struct AccountBalance: Sendable, Hashable, Codable {
    /// All credits ever granted.
    public var total: Credits
    /// Credits that were spent on settled charges or on repaying debts.
    public var used: Credits
    /// Credits that open charges hold.
    public var held: Credits
    /// Credits that can be spent now, including the ``reserved`` ones.
    public var remaining: Credits
    /// Those of the ``remaining`` credits that pay only for some actions.
    public var reserved: [AccountBalance.Reserved]
    /// Credits that expired before they were spent.
    public var expired: Credits
    /// Credits taken back after a refund or a dispute at the payment provider, or taken away by hand.
    public var reversed: Credits
    /// Credits that the account owes. Grants and refunds pay this first.
    public var debt: Credits
    /// The plan that the account is on.
    public var plan: String?
    /// When the account was suspended; nil if it isn't suspended.
    public var suspendedAt: Timestamp?
    /// Whether the account must be refreshed, because credits have expired or its plan may owe it credits.
    public var isDue: Bool
    /// The credits that can be spent now, by source.
    public var sources: AccountBalance.Sources

    package init(
        total: Credits = 0,
        used: Credits = 0,
        held: Credits = 0,
        remaining: Credits = 0,
        reserved: [AccountBalance.Reserved] = [],
        expired: Credits = 0,
        reversed: Credits = 0,
        debt: Credits = 0,
        plan: String? = nil,
        suspendedAt: Timestamp? = nil,
        isDue: Bool = false,
        sources: AccountBalance.Sources = AccountBalance.Sources()
    ) {
        self.total = total
        self.used = used
        self.held = held
        self.remaining = remaining
        self.reserved = reserved
        self.expired = expired
        self.reversed = reversed
        self.debt = debt
        self.plan = plan
        self.suspendedAt = suspendedAt
        self.isDue = isDue
        self.sources = sources
    }
}
