import FaregateTesting

/// One call through the gate with its circumstances: one value of each factor.
struct Scenario: Sendable, CustomStringConvertible {
    /// How the call ends. A client that leaves part-way is a cancelled call with `keeps`.
    enum Ending: String, CaseIterable {
        case succeeded, failed, threw, foreignError, cancelled, neverStarted, timedOut
        /// The process dies while the handler runs; another process recovers its charge.
        case killed
        /// Another process takes the call for dead and recovers its charge, and then the call succeeds.
        case late
        /// The ledger is out of reach when the call arrives, and its action allows the call; or doesn't; or when the
        /// call ends.
        case outage, denied, outageAtEnd
    }

    /// The mode of a rule, a limit, the action or the whole policy; everything else is enforced.
    enum Mode: String, CaseIterable {
        case enforced
        case shadowLimit, offLimit, shadowRule, offRule, shadowAction, offAction, shadowFile, offFile
    }

    /// Whether there is a second call: with the same key, during the first or after it; or for another request.
    enum Key: String, CaseIterable {
        case none, new, repeatedWhileRunning, repeatedAfter, otherRequest
    }

    /// The account's plan: the default; one that it was moved to; one that was renamed; the default again after two
    /// months on another; one that the policy no longer has.
    enum Plan: String, CaseIterable {
        case standard, moved, renamed, absent, missing
    }

    /// The action's limit: large enough for the calls; 5 credits, whatever one call costs; or full, because another
    /// call was made before.
    enum Limit: String, CaseIterable {
        case none, calendar, rolling, member, credits, units, tooSmall, fullDay, fullRolling
    }

    /// The clock's movement during the call. With day 31 the account's month begins on a 31st, which is clamped in
    /// April.
    enum Clock: String, CaseIterable {
        case goesOn, periodEnds, day31, daylightSaving, stepsBack
    }

    /// The fate of a purchase of 300 credits during the call. If it is reversed, the account has no other credits.
    enum Purchase: String, CaseIterable {
        case none, paid, refunded, disputed, disputeWon
    }

    let ending: Ending
    let price: HowCallsEnd.Price
    let mode: Mode
    let key: Key
    let plan: Plan
    let limit: Limit
    let clock: Clock
    let purchase: Purchase
    /// Whether the call reports its usage.
    let reports: Bool
    /// Whether a failed call is charged for what it reported.
    let keeps: Bool
    /// Whether the cost beyond the account's credits becomes debt, or is waived.
    let owes: Bool

    /// The number of values of each factor, in the order of the initializer.
    static let counts = [
        Ending.allCases.count, HowCallsEnd.Price.allCases.count, Mode.allCases.count, Key.allCases.count,
        Plan.allCases.count, Limit.allCases.count, Clock.allCases.count, Purchase.allCases.count, 2, 2, 2,
    ]

    init(_ row: [Int]) {
        ending = Ending.allCases[row[0]]
        price = HowCallsEnd.Price.allCases[row[1]]
        mode = Mode.allCases[row[2]]
        key = Key.allCases[row[3]]
        plan = Plan.allCases[row[4]]
        limit = Limit.allCases[row[5]]
        clock = Clock.allCases[row[6]]
        purchase = Purchase.allCases[row[7]]
        reports = row[8] == 1
        keeps = row[9] == 1
        owes = row[10] == 1
        self.row = row
    }

    private let row: [Int]

    /// Text from which the scenario can be run again: see ``init(_:)``.
    var text: String { row.map(String.init).joined(separator: ".") }

    var description: String {
        """
        \(text): \(ending), price \(price), mode \(mode), key \(key), plan \(plan), limit \(limit), clock \(clock), \
        purchase \(purchase), \(reports ? "reports" : "no report"), \(keeps ? "keeps what is reported" : "refunds"), \(owes ? "owes" : "is short")
        """
    }
}
