package import Faregate

extension SQLLedger {
    /// A page of the account's history with the notes of people; nil if the account doesn't exist.
    package func notedHistory(
        of account: AccountID, archive: Archive? = nil, after cursor: NotedHistory.Cursor?, count: Int
    ) async throws(LedgerError) -> NotedHistory? {
        try await read(with: archive) { files throws(SQLError) in
            guard let number = try files[0].accountNumber(of: account) else { return nil }
            return try NotedHistoryWalk(files: files, account: number).page(after: cursor, count: count)
        }
    }
}

/// Merges an account's journal with the notes about it. The lines of one statement about one charge are one event: a
/// line for each grant that paid.
///
/// Lines and notes are two lists that only grow at their beginnings, and the next event is always the later one of
/// their heads. So the place in each list is enough to continue with exactly the next event.
package struct NotedHistoryWalk {
    private let lines: HistoryWalk
    private let ledger: any SQLConnection

    package init(files: [any SQLConnection], account: Int64) {
        (lines, ledger) = (HistoryWalk(files: files, account: account), files[0])
    }

    private struct Note {
        let id: Int64
        let event: NotedHistory.Event
    }

    package func page(after cursor: NotedHistory.Cursor?, count: Int) throws(SQLError) -> NotedHistory {
        // One more than asked for, to see whether there is another page.
        var groups = try groups(after: cursor?.line ?? 0, count: count + 1)[...]
        let bound = cursor.map { $0.notesBefore ?? 0 } ?? .max
        var notes = try notes(before: bound, count: count + 1)[...]
        var line = cursor?.line ?? 0
        var events: [NotedHistory.Event] = []
        while events.count < count {
            if let group = groups.first, group[0].entry.at >= notes.first?.event.at ?? Timestamp(rawValue: .min) {
                groups.removeFirst()
                events.append(NotedHistory.Event(group))
                line = group.last?.entry.id ?? line
            } else if let note = notes.popFirst() {
                events.append(note.event)
            } else {
                break
            }
        }
        guard !groups.isEmpty || !notes.isEmpty else { return NotedHistory(entries: events, next: nil) }
        let next = NotedHistory.Cursor(line: line, notesBefore: notes.first.map { $0.id + 1 })
        return NotedHistory(entries: events, next: next)
    }

    /// The next events of the journal, each with all its lines.
    private func groups(after line: Int64, count: Int) throws(SQLError) -> [[HistoryWalk.Line]] {
        var groups: [[HistoryWalk.Line]] = []
        var last = line == 0 ? nil : line
        while true {
            let lines = try lines.lines(after: last, count: count + 1)
            for line in lines {
                if let latest = groups.last?.last, latest.isOneEvent(with: line) {
                    groups[groups.count - 1].append(line)
                } else {
                    // The group before is complete, as this line doesn't belong to it.
                    if groups.count == count { return groups }
                    groups.append([line])
                }
            }
            guard lines.count == count + 1 else { return groups }
            last = lines.last?.entry.id
        }
    }

    /// Without the notes of withdrawals, because the journal's lines have them.
    private func notes(before bound: Int64, count: Int) throws(SQLError) -> [Note] {
        try ledger.rows(
            """
            SELECT id, at, kind, by, reason FROM notes
            WHERE account_id = ?1 AND id < ?2 AND NOT EXISTS (SELECT 1 FROM withdrawals WHERE note_id = notes.id)
            ORDER BY id DESC LIMIT ?3
            """,
            lines.account, bound, Int64(count)
        ) { row in
            Note(
                id: row.integer(0),
                event: NotedHistory.Event(
                    at: Timestamp(rawValue: row.integer(1)), kind: "note", done: row.text(2), reason: row.text(4),
                    by: row.text(3)
                )
            )
        }
    }
}

extension HistoryWalk.Line {
    fileprivate func isOneEvent(with other: HistoryWalk.Line) -> Bool {
        [.charge, .refund].contains(entry.kind) && entry.kind == other.entry.kind && entry.charge == other.entry.charge
            && entry.at == other.entry.at
    }
}

extension NotedHistory.Event {
    /// - Parameter lines: at least one.
    fileprivate init(_ lines: [HistoryWalk.Line]) {
        let entry = lines[0].entry
        self.init(
            at: entry.at, kind: entry.kind.rawValue, credits: lines.reduce(0) { $0 + $1.entry.credits },
            debt: lines.reduce(0) { $0 + $1.entry.debt },
            action: entry.action, member: entry.member, charge: entry.charge, state: entry.state,
            source: entry.source, reason: entry.reason, by: lines[0].by
        )
    }
}
