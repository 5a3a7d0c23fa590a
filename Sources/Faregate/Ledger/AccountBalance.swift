/// What an account was given and where it is now: `total = remaining + held + used + expired + reversed`.
public struct AccountBalance: Sendable, Hashable, Codable {
    /// All that was ever granted.
    public var total: Credits
    /// Settled for good.
    public var used: Credits
    /// Taken by charges that are still open.
    public var held: Credits
    /// What can be spent now.
    public var remaining: Credits
    /// What nobody spent in time.
    public var expired: Credits
    /// Taken back after a refund or a dispute at the payment provider, or taken away by hand.
    public var reversed: Credits
    /// Owed: whatever is granted or comes back pays it first.
    public var debt: Credits
    /// The plan that the account is on.
    public var plan: String?
    /// Since when every charge is refused; nil where none is.
    public var suspendedAt: Timestamp?
    /// Whether the account has to be refreshed: credits have expired, or the plan may owe some.
    public var isDue: Bool
    /// What can be spent now, by where it came from.
    public var sources: AccountBalance.Sources

    package init(
        total: Credits = 0,
        used: Credits = 0,
        held: Credits = 0,
        remaining: Credits = 0,
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
        self.expired = expired
        self.reversed = reversed
        self.debt = debt
        self.plan = plan
        self.suspendedAt = suspendedAt
        self.isDue = isDue
        self.sources = sources
    }
}
