/// What an account has at one moment, and what would become of calls then: read at once, with nothing changed.
package struct AccountReading: Sendable, Hashable {
    package var balance: AccountBalance
    /// The credits that expire first; nil where none do.
    package var expiring: Standing.ExpiringCredits?
    /// When the present periods of what the account's plan grants again and again end, by the names of the grants.
    package var periodEnds: [String: Timestamp]
    /// In the order of the calls that were asked for.
    package var calls: [AccountReading.Call]

    package init(
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
