import Faregate

extension Books {
    /// - Returns: false if the account is unknown or already suspended.
    func suspend(_ account: AccountID, _ note: Ledger.Note, at now: Timestamp) throws(SQLError) -> Bool {
        guard let number = try number(of: account) else { return false }
        let isDone =
            try database.run(
                "UPDATE accounts SET suspended_at = ?2 WHERE id = ?1 AND suspended_at IS NULL", number, now
            ) == 1
        if isDone { try add(note, "suspended", to: number, at: now) }
        return isDone
    }

    /// - Returns: false if the account is unknown or not suspended.
    func resume(_ account: AccountID, _ note: Ledger.Note, at now: Timestamp) throws(SQLError) -> Bool {
        guard let number = try number(of: account) else { return false }
        let isDone =
            try database.run(
                "UPDATE accounts SET suspended_at = NULL WHERE id = ?1 AND suspended_at IS NOT NULL", number
            ) == 1
        if isDone { try add(note, "resumed", to: number, at: now) }
        return isDone
    }

    /// Records an action of a person on an account.
    ///
    /// - Returns: the note's number.
    @discardableResult
    func add(_ note: Ledger.Note, _ kind: String, to account: Int64, at now: Timestamp) throws(SQLError) -> Int64 {
        try database.insert(
            "INSERT INTO notes (at, account_id, kind, by, reason) VALUES (?2, ?1, ?3, ?4, ?5)",
            account, now, kind, note.by, note.reason
        )
    }
}
