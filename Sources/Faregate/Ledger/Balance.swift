/// What an account was given and where it is now: `total = remaining + held + used + expired + reversed`.
public struct Balance: Sendable, Hashable, Codable {
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
    /// Taken back after a refund or a dispute at the payment provider.
    public var reversed: Credits
    /// What can be spent now, by where it came from.
    public var sources: [String: Credits]

    public init(
        total: Credits = 0,
        used: Credits = 0,
        held: Credits = 0,
        remaining: Credits = 0,
        expired: Credits = 0,
        reversed: Credits = 0,
        sources: [String: Credits] = [:]
    ) {
        self.total = total
        self.used = used
        self.held = held
        self.remaining = remaining
        self.expired = expired
        self.reversed = reversed
        self.sources = sources
    }
}
