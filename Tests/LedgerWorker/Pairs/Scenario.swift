import FaregateTesting

/// One call through the gate, and what surrounds it: one value of each factor.
struct Scenario: Sendable, CustomStringConvertible {
    /// How the call ends. A client that goes away part-way is one that is cancelled where `keeps`.
    enum Ending: String, CaseIterable {
        case succeeded, failed, threw, foreignError, cancelled, neverStarted, timedOut
        /// The process dies while the handler runs; another recovers its charge.
        case killed
        /// Another process takes the call for dead and recovers its charge, and then it succeeds.
        case late
        /// The ledger is out of reach when the call comes, and its action allows it; or doesn't; or when it ends.
        case outage, denied, outageAtEnd
    }

    /// Of what a rule, a limit, the action or the whole policy says; anything else is enforced.
    enum Mode: String, CaseIterable {
        case enforced
        case shadowLimit, offLimit, shadowRule, offRule, shadowAction, offAction, shadowFile, offFile
    }

    /// Whether a second call comes: under the same key, while the first runs or after it; or for another request.
    enum Key: String, CaseIterable {
        case none, new, repeatedWhileRunning, repeatedAfter, otherRequest
    }

    /// Which plan the account is on: the default; one that it was moved to; one that was renamed; the default again after
    /// two months on another; one that the policy has no longer.
    enum Plan: String, CaseIterable {
        case standard, moved, renamed, absent, missing
    }

    /// The action's limit: with room for what is called here; of 5 credits, whatever one call costs; or full, because
    /// another call was made before.
    enum Limit: String, CaseIterable {
        case none, calendar, rolling, member, credits, units, tooSmall, fullDay, fullRolling
    }

    /// What the clock does while the call runs. At day 31 the account's month begins; it is clamped in April.
    enum Clock: String, CaseIterable {
        case goesOn, periodEnds, day31, daylightSaving, stepsBack
    }

    /// What becomes of a purchase of 300 credits while the call runs. Where it is taken back, it is all that the account has.
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
    /// Whether the call reports what it uses.
    let reports: Bool
    /// Whether a call that failed is charged for what it reported.
    let keeps: Bool
    /// Whether a call that costs more than the account has is owed, and not short.
    let owes: Bool

    /// How many values each factor has, in the order of the initializer.
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

    /// So that one can be run again: see ``init(_:)``.
    var text: String { row.map(String.init).joined(separator: ".") }

    var description: String {
        """
        \(text): \(ending), price \(price), mode \(mode), key \(key), plan \(plan), limit \(limit), clock \(clock), \
        purchase \(purchase), \(reports ? "reports" : "no report"), \(keeps ? "keeps what is reported" : "refunds"), \(owes ? "owes" : "is short")
        """
    }
}
