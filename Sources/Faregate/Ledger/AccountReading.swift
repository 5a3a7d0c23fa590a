/// What an account has at one moment, and what would become of calls then: read at once, with nothing changed.
public struct AccountReading: Sendable, Hashable {
    public var balance: AccountBalance
    /// The credits that expire first; nil where none do.
    public var expiring: Standing.ExpiringCredits?
    /// When the present periods of what the account's plan grants again and again end, by the names of the grants.
    public var periodEnds: [String: Timestamp]
    /// In the order of the calls that were asked for.
    public var calls: [AccountReading.Call]

    public init(
        balance: AccountBalance,
        expiring: Standing.ExpiringCredits? = nil,
        periodEnds: [String: Timestamp] = [:],
        calls: [AccountReading.Call] = []
    ) {
        self.balance = balance
        self.expiring = expiring
        self.periodEnds = periodEnds
        self.calls = calls
    }
}
