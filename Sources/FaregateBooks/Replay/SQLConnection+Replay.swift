import Faregate

extension SQLConnection {
    /// The lines of a range of the journal, each with the call that it is about. The lines that stand for archived ones
    /// are left out: either the archive has these lines, or they are older than the replay.
    func replayedLines(after first: Int64, through last: Int64) throws(SQLError) -> [ReplayedLine] {
        try rows(
            """
            SELECT journal.id, journal.at, journal.account_id, journal.kind, journal.credits, journal.debt,
                journal.charge_id, charges.member_id, charges.price_id, charges.created_at, charges.quoted,
                charges.cost, charges.debt, charges.short, charges.state, charges.reason, charges.attributes,
                charges.plan, charges.units, charges.used, successors.abandoned, charges.state_since, journal.grant_id,
                grants.id IS NOT NULL
            FROM journal
                LEFT JOIN charges ON charges.id = journal.charge_id AND journal.kind IN ('charge', 'settle')
                LEFT JOIN successors ON successors.charge_id = charges.id
                -- See PlanRenewal.position: those that are carried over have even positions.
                LEFT JOIN grants ON grants.id = journal.grant_id AND journal.kind = 'grant'
                    AND grants.source = 0 AND grants.position % 2 = 0
            WHERE journal.id > ?1 AND journal.id <= ?2 AND journal.kind <> 'archive'
            ORDER BY journal.id
            """,
            first, last, read: ReplayedLine.init
        )
    }

    /// The sums of the same lines, by account and grant.
    func replayedSums(after first: Int64, through last: Int64) throws(SQLError) -> [ReplayedSum] {
        try rows(
            """
            SELECT account_id, grant_id, sum(credits), sum(debt) FROM journal
            WHERE id > ?1 AND id <= ?2 AND kind <> 'archive'
            GROUP BY account_id, grant_id
            """,
            first, last
        ) {
            ReplayedSum(
                account: $0.integer(0), grantNumber: $0.optionalInteger(1), credits: $0.integer(2), debt: $0.integer(3))
        }
    }

    /// Those of the grants that pay for some actions, by number.
    func replayedGrants(_ numbers: Set<Int64>) throws(SQLError) -> [Int64: ReplayedGrant] {
        var grants: [Int64: ReplayedGrant] = [:]
        try forEach(
            """
            SELECT id, actions, priority, expires_at, lapsed_at, position FROM grants
            WHERE id IN (SELECT CAST(value AS bigint) FROM json_each(?1)) AND NOT is_general
            """,
            json(Array(numbers))
        ) { row throws(SQLError) in
            grants[row.integer(0)] = try ReplayedGrant(row)
            return true
        }
        return grants
    }

    /// The balances of accounts with numbers in a range.
    func replayedBalances(after first: Int64, through last: Int64) throws(SQLError) -> [Int64: Replay.Balance] {
        var balances: [Int64: Replay.Balance] = [:]
        try forEach(
            """
            SELECT accounts.id, accounts.debt, coalesce((
                SELECT sum(remaining) FROM grants WHERE account_id = accounts.id AND NOT spent AND is_general), 0)
            FROM accounts WHERE accounts.id > ?1 AND accounts.id <= ?2
            """,
            first, last
        ) {
            balances[$0.integer(0)] = Replay.Balance(credits: $0.integer(2), debt: $0.integer(1))
            return true
        }
        try forEach(
            """
            SELECT id, actions, priority, expires_at, lapsed_at, position, account_id, remaining FROM grants
            WHERE account_id > ?1 AND account_id <= ?2 AND NOT is_general AND NOT spent
            """,
            first, last
        ) { row throws(SQLError) in
            balances[row.integer(6)]?.add(try ReplayedGrant(row), credits: row.integer(7))
            return true
        }
        return balances
    }

    func replayedPrice(_ number: Int64) throws(SQLError) -> ReplayedPrice? {
        try first("SELECT action, policy_version, names FROM prices WHERE id = ?1", number) { row throws(SQLError) in
            ReplayedPrice(action: row.text(0), names: try row.actions(2) ?? [], policyVersion: row.text(1))
        }
    }

    /// The time of the first line after this one.
    func momentOfLine(after line: Int64) throws(SQLError) -> Timestamp? {
        try first("SELECT at FROM journal WHERE id > ?1 ORDER BY id LIMIT 1", line) {
            Timestamp(rawValue: $0.integer(0))
        }
    }

    /// The `previous` lines, of the lines in this range, that this file lacks.
    func missingPrevious(after first: Int64, through last: Int64) throws(SQLError) -> [Int64] {
        try rows(
            """
            SELECT previous FROM journal
            WHERE id > ?1 AND id <= ?2 AND previous IS NOT NULL AND previous NOT IN (SELECT id FROM journal)
            """,
            first, last
        ) { $0.integer(0) }
    }

    /// The last lines of the runs that were moved to an archive.
    func archivedLines(after first: Int64, through last: Int64) throws(SQLError) -> [Int64] {
        try rows("SELECT line FROM archived_lines WHERE line > ?1 AND line <= ?2", first, last) { $0.integer(0) }
    }

    /// The highest of these lines that this file lacks.
    func lastMissing(of lines: [Int64]) throws(SQLError) -> Int64? {
        try first(
            """
            SELECT max(CAST(value AS bigint)) FROM json_each(?1)
            WHERE CAST(value AS bigint) NOT IN (SELECT id FROM journal)
            """,
            json(lines)
        ) { $0.optionalInteger(0) } ?? nil
    }

    var latestJournalLine: Int64 {
        get throws(SQLError) { try integer("SELECT coalesce(max(id), 0) FROM journal") ?? 0 }
    }

    var latestAccount: Int64 {
        get throws(SQLError) { try integer("SELECT coalesce(max(id), 0) FROM accounts") ?? 0 }
    }
}

extension ReplayedGrant {
    fileprivate init(_ row: any SQLRow) throws(SQLError) {
        (id, actions) = (row.integer(0), try row.actions(1) ?? [])
        (priority, expiresAt) = (row.integer(2), Timestamp(rawValue: row.integer(3)))
        (lapsedAt, position) = (row.optionalInteger(4).map(Timestamp.init), row.integer(5))
    }
}

extension ReplayedLine {
    fileprivate init(_ row: any SQLRow) throws(SQLError) {
        id = row.integer(0)
        at = Timestamp(rawValue: row.integer(1))
        account = row.integer(2)
        guard let kind = Entry.Kind(rawValue: row.text(3)) else { throw .damaged("a journal line has an unknown kind") }
        self.kind = kind
        credits = row.integer(4)
        debt = row.integer(5)
        charge = row.optionalInteger(6)
        (grant, isCarried) = (row.optionalInteger(22), row.integer(23) == 1)
        call = try row.optionalInteger(8).map { price throws(SQLError) in try ReplayedCall(row, price: price) }
    }
}

extension ReplayedCall {
    fileprivate init(_ row: any SQLRow, price: Int64) throws(SQLError) {
        charge = row.integer(6)
        member = row.optionalInteger(7)
        self.price = price
        createdAt = Timestamp(rawValue: row.integer(9))
        quoted = row.integer(10)
        paid = row.integer(11)
        debt = row.integer(12)
        short = row.integer(13)
        state = try ChargeState(stored: row.integer(14))
        isAbandoned = row.optionalText(15) == RefundReason.abandoned.rawValue
        attributes = row.optionalText(16)
        plan = row.optionalText(17)
        units = row.optionalText(18)
        used = row.optionalText(19)
        replaced = row.optionalInteger(20)
        closedAt = Timestamp(rawValue: row.integer(21))
    }
}
