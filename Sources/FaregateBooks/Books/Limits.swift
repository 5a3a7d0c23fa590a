package import Faregate
import Foundation

extension SQLConnection {
    /// The count and its calendar window; nil if nothing was counted yet.
    func use(of counter: Counter) throws(SQLError) -> (start: Int64?, used: Int64)? {
        try first(
            "SELECT window_start, used FROM counters WHERE account_id = ?1 AND member_id = ?2 AND limit_id = ?3",
            counter.account, counter.member, counter.limit
        ) { ($0.optionalInteger(0), $0.integer(1)) }
    }
}

/// The key of a counter in the table `counters`.
package struct Counter: Sendable {
    /// The largest count: the largest amount of credits, and small enough that sums of counts don't overflow.
    package static let maximumCount: Int64 = 9_007_199_254_740_991

    package let account: Int64
    package let member: Int64
    package let limit: Int64

    init(account: Int64, member: Int64, limit: Int64) {
        (self.account, self.member, self.limit) = (account, member, limit)
    }

    package init(limit: Int64, _ scope: Policy.Limit.Scope, account: Int64, member: Int64?) {
        self.limit = limit
        self.account = scope == .action ? 0 : account
        self.member = scope == .member ? member ?? -1 : 0
    }

    package init(_ limit: NumberedLimit, account: Int64, member: Int64?) {
        self.init(limit: limit.number, limit.check.scope, account: account, member: member)
    }
}

/// What a charge counted in one of its limits. The charge's row stores the counts of all its limits as JSON: an array
/// of arrays `[limit, scope, window's start or null, amount, gives back]`.
struct CountedLimit: Equatable {
    package let limit: Int64
    let scope: Policy.Limit.Scope
    /// Nil for a rolling window.
    let windowStart: Int64?
    var amount: Int64
    let givesBack: Bool

    init(_ limit: NumberedLimit) {
        self.limit = limit.number
        scope = limit.check.scope
        windowStart = if case .calendar(let from, _) = limit.check.window { from.rawValue } else { nil }
        amount = limit.check.amount
        givesBack = limit.check.givesBack
    }

    private init?(_ row: [Int64?]) {
        guard row.count == 5, let limit = row[0], let scope = row[1].flatMap(Policy.Limit.Scope.init(stored:)),
            let amount = row[3], let back = row[4], amount >= 0
        else { return nil }
        (self.limit, self.scope, windowStart, self.amount, givesBack) = (limit, scope, row[2], amount, back == 1)
    }

    /// Reads what ``text(_:)`` wrote.
    static func list(_ text: String?) -> [CountedLimit] {
        guard let text, let rows = try? JSONDecoder().decode([[Int64?]].self, from: Data(text.utf8)) else { return [] }
        return rows.compactMap(CountedLimit.init)
    }

    static func text(_ limits: [CountedLimit]) -> String? {
        guard !limits.isEmpty else { return nil }
        let rows = limits.map { limit in
            let start = limit.windowStart.map(String.init) ?? "null"
            return "[\(limit.limit),\(limit.scope.stored),\(start),\(limit.amount),\(limit.givesBack ? 1 : 0)]"
        }
        return "[\(rows.joined(separator: ","))]"
    }
}

extension Policy.Limit.Scope {
    private static let all: [Policy.Limit.Scope] = [.account, .member, .action]

    var stored: Int { Policy.Limit.Scope.all.firstIndex(of: self) ?? 0 }

    init?(stored value: Int64) {
        guard Policy.Limit.Scope.all.indices.contains(Int(clamping: value)) else { return nil }
        self = Policy.Limit.Scope.all[Int(value)]
    }
}

extension Books {
    /// Adjusts the limits' counts to the final counts of the call, a dictionary by ``LimitCheck/counter``.
    func recount(_ charge: RecordedCharge, _ counted: [String: Int64]) throws(SQLError) {
        guard !counted.isEmpty else { return }
        for limit in charge.counted {
            let amount = try amount(of: limit, counted)
            try count(amount - limit.amount, limit, charge)
        }
    }

    /// Reverses the counts that a refund gives back.
    func uncount(_ charge: RecordedCharge) throws(SQLError) {
        for limit in charge.counted where limit.givesBack { try count(-limit.amount, limit, charge) }
    }

    /// Counts again a call that was refunded as abandoned and then settled.
    ///
    /// - Returns: the counts for the charge that replaces it.
    func countLate(_ charge: RecordedCharge, _ counted: [String: Int64]) throws(SQLError) -> [CountedLimit] {
        var late = charge.counted
        for index in late.indices {
            late[index].amount = try amount(of: late[index], counted)
            let kept = late[index].givesBack ? 0 : charge.counted[index].amount
            try count(late[index].amount - kept, late[index], charge)
        }
        return late
    }

    /// The final count of a call for a limit; the first count if there is no final one.
    private func amount(of limit: CountedLimit, _ counted: [String: Int64]) throws(SQLError) -> Int64 {
        guard !counted.isEmpty else { return limit.amount }
        let name = try database.first("SELECT name FROM limits WHERE id = ?1", limit.limit) { $0.text(0) }
        return min(max(name.flatMap { counted[$0] } ?? limit.amount, 0), Counter.maximumCount)
    }

    private func count(_ change: Int64, _ limit: CountedLimit, _ charge: RecordedCharge) throws(SQLError) {
        guard change != 0 else { return }
        let counter = Counter(limit: limit.limit, limit.scope, account: charge.account, member: charge.member)
        try database.lock(.counter(counter))
        if let start = limit.windowStart {
            try count(change, in: counter, windowStart: start)
        } else {
            try count(change, in: counter, at: charge.createdAt, for: charge.id)
        }
    }

    /// Adjusts a calendar window, if the counter still has it.
    private func count(_ change: Int64, in counter: Counter, windowStart: Int64) throws(SQLError) {
        try database.run(
            """
            UPDATE counters SET used = min(\(Counter.maximumCount), max(0, used + ?4))
            WHERE account_id = ?1 AND member_id = ?2 AND limit_id = ?3 AND window_start = ?5
            """,
            counter.account, counter.member, counter.limit, change, windowStart
        )
    }

    /// Adjusts a rolling window, if the hit is still in it. The counter stays the sum of its hits.
    private func count(
        _ change: Int64, in counter: Counter, at moment: Timestamp, for charge: ChargeID
    ) throws(SQLError) {
        let counts = try database.first(
            """
            SELECT amount, used FROM counter_hits JOIN counters USING (account_id, member_id, limit_id)
            WHERE account_id = ?1 AND member_id = ?2 AND limit_id = ?3 AND at = ?4 AND charge_id = ?5
                AND window_ms IS NOT NULL
            """,
            counter.account, counter.member, counter.limit, moment, charge.rawValue
        ) { (hit: $0.integer(0), used: $0.integer(1)) }
        guard let counts else { return }
        let change = min(max(change, -counts.hit), Counter.maximumCount - counts.used)
        try database.run(
            """
            UPDATE counter_hits SET amount = amount + ?6
            WHERE account_id = ?1 AND member_id = ?2 AND limit_id = ?3 AND at = ?4 AND charge_id = ?5
            """,
            counter.account, counter.member, counter.limit, moment, charge.rawValue, change
        )
        try database.run(
            "UPDATE counters SET used = used + ?4 WHERE account_id = ?1 AND member_id = ?2 AND limit_id = ?3",
            counter.account, counter.member, counter.limit, change
        )
    }
}
