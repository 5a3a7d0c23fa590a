/// An account's balance and the predicted outcome of calls, read at one moment without changing anything.
package struct AccountReading: Sendable, Hashable {
    package var balance: AccountBalance
    /// The credits that will expire, with one entry for each moment, the soonest first; at most ``maximumExpiring``
    /// entries.
    package var expiring: [Standing.ExpiringCredits]
    /// The end of the current period of each recurring grant of the account's plan, by the grant's name.
    package var periodEnds: [String: Timestamp]
    /// In the order of the calls in the request.
    package var calls: [AccountReading.Call]

    package static let maximumExpiring = 100

    package init(
        balance: AccountBalance,
        expiring: [Standing.ExpiringCredits] = [],
        periodEnds: [String: Timestamp] = [:],
        calls: [AccountReading.Call] = []
    ) {
        self.balance = balance
        self.expiring = expiring
        self.periodEnds = periodEnds
        self.calls = calls
    }
}
