import Faregate

extension Books {
    /// Withdraws credits on behalf of a person: the whole amount or nothing.
    func withdraw(_ request: Withdrawal, at now: Timestamp) throws(SQLError) -> WithdrawalResult {
        guard let account = try number(of: request.account) else { return .unknownAccount }
        try refresh(request.account, under: request.plans, at: now)
        if let known = try knownWithdrawal(request, account) { return known }
        var lots = try lots(of: account)
        var grant: Int64?
        if let reference = request.grant {
            guard let named = try lot(reference, of: account) else { return .unknownGrant }
            grant = named.id
            lots = [named] + (request.allowsDebt ? lots.filter { $0.id != named.id } : [])
        }
        // Can't overflow: the schema keeps an account's total in range.
        let available = lots.reduce(0) { $0 + $1.remaining }
        let owed = max(0, request.credits.rawValue - available)
        let debt = try debt(of: account)
        guard owed == 0 || request.allowsDebt && debt + owed <= Credits.max.rawValue else {
            return .notEnough(available: try Credits(stored: available))
        }
        let note = try record(request, from: grant, account, at: now)
        return .taken(try take(request.credits.rawValue - owed, from: lots, owing: owed, account, note, at: now))
    }

    /// - Returns: the number of the note, which is also the withdrawal's.
    private func record(
        _ request: Withdrawal, from grant: Int64?, _ account: Int64, at now: Timestamp
    ) throws(SQLError) -> Int64 {
        let note = try add(request.note, "took credits away", to: account, at: now)
        try database.run(
            "INSERT INTO withdrawals (note_id, account_id, reference, credits, grant_id) VALUES (?1, ?2, ?3, ?4, ?5)",
            note, account, request.reference.rawValue, request.credits.rawValue, grant
        )
        return note
    }

    private func take(
        _ credits: Int64, from lots: [WithdrawalLot], owing owed: Int64, _ account: Int64, _ note: Int64,
        at now: Timestamp
    ) throws(SQLError) -> WithdrawalResult.Withdrawn {
        var rest = credits
        var taken: [WithdrawalResult.Withdrawn.Lot] = []
        for lot in lots where rest > 0 && lot.remaining > 0 {
            let part = min(rest, lot.remaining)
            try reverse(part, of: lot.id)
            try link(
                try append(Entry(kind: .reverse, account: account, credits: -part, grant: lot.id, at: now)),
                toNote: note)
            taken.append(try lot.withdrawn(part))
            rest -= part
        }
        if owed > 0 {
            try changeDebt(of: account, by: owed)
            try link(try append(Entry(kind: .debt, account: account, debt: owed, at: now)), toNote: note)
        }
        return WithdrawalResult.Withdrawn(
            lots: taken, owed: try Credits(stored: owed), debt: try Credits(stored: try debt(of: account)))
    }

    /// Withdraws from one grant.
    func reverse(_ credits: Int64, of grant: Int64) throws(SQLError) {
        try database.run(
            """
            UPDATE grants SET remaining = remaining - ?2, reversed = reversed + ?2, spent = (remaining = ?2) WHERE id = ?1
            """,
            grant, credits
        )
    }

    private func link(_ entry: Int64, toNote note: Int64) throws(SQLError) {
        try database.run("INSERT INTO withdrawal_entries (note_id, entry) VALUES (?1, ?2)", note, entry)
    }

    private func lots(of account: Int64) throws(SQLError) -> [WithdrawalLot] {
        try database.rows(
            """
            SELECT id, reference, source, remaining FROM grants WHERE account_id = ?1 AND NOT spent
            ORDER BY is_general, priority, expires_at, position, id
            """,
            account, read: WithdrawalLot.init
        )
    }

    private func lot(_ reference: String, of account: Int64) throws(SQLError) -> WithdrawalLot? {
        try database.first(
            "SELECT id, reference, source, remaining FROM grants WHERE account_id = ?1 AND reference = ?2",
            account, reference, read: WithdrawalLot.init
        )
    }

    /// The earlier withdrawal with this reference, if any.
    private func knownWithdrawal(_ request: Withdrawal, _ account: Int64) throws(SQLError) -> WithdrawalResult? {
        let known = try database.first(
            """
            SELECT withdrawals.note_id, withdrawals.credits, grants.reference
            FROM withdrawals LEFT JOIN grants ON grants.id = withdrawals.grant_id
            WHERE withdrawals.account_id = ?1 AND withdrawals.reference = ?2
            """,
            account, request.reference.rawValue
        ) { (note: $0.integer(0), credits: $0.integer(1), grant: $0.optionalText(2)) }
        guard let known else { return nil }
        let isSame =
            known.credits == request.credits.rawValue
            && known.grant.map(ExactText.init) == request.grant.map(ExactText.init)
        guard isSame else { return .referenceTaken }
        let lots = try database.rows(
            """
            SELECT grants.id, grants.reference, grants.source, -journal.credits
            FROM withdrawal_entries JOIN journal ON journal.id = entry JOIN grants ON grants.id = journal.grant_id
            WHERE note_id = ?1 ORDER BY entry
            """,
            known.note
        ) { row throws(SQLError) in
            let lot = WithdrawalLot(row)
            return try lot.withdrawn(lot.remaining)
        }
        let owed = known.credits - lots.reduce(0) { $0 + $1.credits.rawValue }
        return .alreadyTaken(
            WithdrawalResult.Withdrawn(
                lots: lots, owed: try Credits(stored: owed), debt: try Credits(stored: try debt(of: account))))
    }
}

/// A grant, and the credits that can be taken from it.
private struct WithdrawalLot {
    package let id: Int64
    let reference: String
    let source: Int64
    let remaining: Int64

    init(_ row: any SQLRow) {
        (id, reference, source, remaining) = (row.integer(0), row.text(1), row.integer(2), row.integer(3))
    }

    func withdrawn(_ credits: Int64) throws(SQLError) -> WithdrawalResult.Withdrawn.Lot {
        WithdrawalResult.Withdrawn.Lot(
            grant: GrantID(rawValue: id),
            reference: reference,
            source: try GrantSource(stored: source),
            credits: try Credits(stored: credits)
        )
    }
}
