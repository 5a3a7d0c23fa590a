import Faregate

/// Where a limit counts for somebody: in a slot of the account, or in a row of the table `counters`.
struct Counter {
    /// See the table `counters`, and the view `counts` where it has a slot.
    let id: Int64
    let slot: Slot?
    let account: Int64

    init(_ limit: LimitNumber, _ scope: Limit.Scope, isRolling: Bool, account: Int64, member: Int64?) {
        let subject: Int64
        switch scope {
        case .account: subject = account << 1
        case .member: subject = member.map { $0 << 1 | 1 } ?? account << 1
        case .action: subject = 0
        }
        id = subject << Schema.limitBits | limit.id
        slot = limit.slot(for: scope, isRolling: isRolling)
        self.account = account
    }

    init(_ limit: NumberedLimit, account: Int64, member: Int64?) {
        self.init(
            limit.number,
            limit.check.scope,
            isRolling: limit.check.isRolling,
            account: account,
            member: member
        )
    }
}

extension Connection {
    /// What was counted, and in which calendar window; nil where nothing was yet.
    ///
    /// - Parameter standing: the row of ``SQL/standing``, where that is at hand: it has what is in slots.
    func use(of counter: Counter, _ standing: Row? = nil) throws(SQLiteError) -> (start: Int64, used: Int64)? {
        guard let slot = counter.slot else {
            return try first(.counterUse, counter.id) { row throws(SQLiteError) in (row.integer(0), try row.count(1)) }
        }
        func read(_ row: Row) throws(SQLiteError) -> (start: Int64, used: Int64) {
            (row.integer(slot.column), try row.count(slot.column + 1))
        }
        if let standing { return try read(standing) }
        return try first(.standing, counter.account, Timestamp.never, read: read)
    }

    /// Counts so much more, or less.
    ///
    /// - Parameter window: the calendar window to count in, if the counter still stands in it; nil for a rolling one.
    func recount(_ counter: Counter, _ change: Int64, of window: Int64?) throws(SQLiteError) {
        guard let slot = counter.slot else {
            try run(.recount, counter.id, change, window)
            return
        }
        for sql in [SQL.recountInTurn, .recountInAccount] {
            try run(sql, counter.account, slot.number, change, window)
        }
    }
}
