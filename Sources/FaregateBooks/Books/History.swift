package import Faregate

/// A page of a history is read backwards from the account's latest journal line: each line refers to the one before.
/// Archived lines are skipped or, if the archive is given, read from it.
package struct HistoryWalk {
    /// The ledger and, if given, its archive.
    let files: [any SQLConnection]
    package let account: Int64

    package init(files: [any SQLConnection], account: Int64) {
        (self.files, self.account) = (files, account)
    }

    /// A line of the journal as an entry.
    struct Line {
        let entry: History.Entry
        /// The person who made the grant or took credits away; nil for all other lines.
        let by: String?
        /// The number of the line before it.
        let previous: Int64?
    }

    package func page(after cursor: History.Cursor?, count: Int) throws(SQLError) -> History {
        // One more than asked for, to see whether there is another page.
        let lines = try lines(after: cursor?.rawValue, count: count + 1)
        let page = lines.prefix(count).map(\.entry)
        return History(
            entries: page,
            next: lines.count > count ? page.last.map { History.Cursor(rawValue: $0.id) } : nil
        )
    }

    /// The next lines, latest first; fewer than `count` only at the end.
    ///
    /// - Parameter after: a line's number; nil for the beginning.
    func lines(after last: Int64?, count: Int) throws(SQLError) -> [Line] {
        var next = try first(after: last)
        var lines: [Line] = []
        while let line = next, lines.count < count {
            next = nil
            for file in files where next == nil {
                let more = try file.history(
                    of: account, from: line, skipsArchived: files.count == 1, count: count - lines.count
                )
                lines += more
                next = more.last?.previous
                if !more.isEmpty { break }
            }
        }
        return lines
    }

    private func first(after last: Int64?) throws(SQLError) -> Int64? {
        guard let last else {
            return try files[0].first("SELECT last_entry FROM accounts WHERE id = ?1", account) {
                $0.optionalInteger(0)
            } ?? nil
        }
        for file in files {
            let previous = try file.first(
                "SELECT previous FROM journal WHERE id = ?2 AND account_id = ?1", account, last
            ) { $0.optionalInteger(0) }
            if let previous { return previous }
        }
        return nil
    }
}

extension SQLConnection {
    /// Lines of an account's history, backwards from a given line until one is missing in this file.
    fileprivate func history(
        of account: Int64, from line: Int64, skipsArchived: Bool, count: Int
    ) throws(SQLError) -> [HistoryWalk.Line] {
        try rows(
            """
            WITH RECURSIVE line (depth, id, previous, at, kind, credits, debt, charge_id, grant_id) AS (
                SELECT 1, id, previous, at, kind, credits, debt, charge_id, grant_id FROM journal
                WHERE account_id = ?1 AND id = iif(?4 AND ?2 IN (SELECT line FROM archived_lines),
                    (SELECT kept FROM archived_lines WHERE archived_lines.line = ?2), ?2)
                UNION ALL
                SELECT depth + 1, journal.id, journal.previous, journal.at, journal.kind, journal.credits, journal.debt,
                    journal.charge_id, journal.grant_id
                FROM line JOIN journal ON journal.id = iif(
                        ?4 AND line.previous IN (SELECT archived_lines.line FROM archived_lines),
                        (SELECT kept FROM archived_lines WHERE archived_lines.line = line.previous), line.previous)
                WHERE depth < ?3)
            SELECT line.id, line.at, line.kind, line.credits,
                prices.action, members.name, charges.id, charges.state, grants.source,
                CASE line.kind WHEN 'grant' THEN grants.reason WHEN 'refund' THEN charges.reason END, purchases.name,
                line.previous, notes.reason,
                coalesce(notes.by, CASE line.kind WHEN 'grant' THEN grants.by END),
                CASE line.kind WHEN 'grant' THEN grants.reference END, line.debt
            FROM line
                LEFT JOIN charges ON charges.id = line.charge_id
                LEFT JOIN prices ON prices.id = charges.price_id
                LEFT JOIN members ON members.id = charges.member_id
                LEFT JOIN grants ON grants.id = line.grant_id
                LEFT JOIN purchase_entries ON purchase_entries.entry = line.id
                LEFT JOIN purchases ON purchases.id = purchase_entries.purchase_id
                LEFT JOIN withdrawal_entries ON withdrawal_entries.entry = line.id
                LEFT JOIN notes ON notes.id = withdrawal_entries.note_id
            ORDER BY depth
            """,
            account, line, Int64(count), skipsArchived
        ) { row throws(SQLError) in
            HistoryWalk.Line(
                entry: try History.Entry(row), by: row.optionalText(13), previous: row.optionalInteger(11)
            )
        }
    }
}

extension History.Entry {
    fileprivate init(_ row: any SQLRow) throws(SQLError) {
        self.init(
            id: row.integer(0),
            at: Timestamp(rawValue: row.integer(1)),
            kind: Kind(rawValue: row.text(2)) ?? .charge,
            credits: row.integer(3),
            debt: row.integer(15),
            action: row.optionalText(4),
            member: row.optionalText(5),
            charge: row.optionalInteger(6).map(ChargeID.init)
                ?? row.optionalText(14).flatMap(ChargeID.init(refundReference:)),
            state: try row.optionalInteger(7).map(ChargeState.init(stored:)),
            source: try row.optionalInteger(8).map(GrantSource.init(stored:)),
            reason: row.optionalText(9) ?? row.optionalText(10).map { "purchase \($0)" } ?? row.optionalText(12)
        )
    }
}
