package import Faregate

extension SQLConnection {
    /// The figures that every ledger has. Each reads one entry of an index, or the entries that it counts.
    ///
    /// - Parameters:
    ///   - accounts: the number of accounts, which each database counts in its own way.
    ///   - now: the time by which events are due.
    package func figures(accounts: Int64, at now: Timestamp) throws(SQLError) -> Ledger.Figures {
        let (openHolds, oldestHold) =
            try first(
                """
                SELECT count(*), min(created_at) FROM open_holders CROSS JOIN charges INDEXED BY charges_open
                    ON charges.holder_id = open_holders.id AND charges.state = 0
                """
            ) { ($0.integer(0), $0.optionalInteger(1)) } ?? (0, nil)
        return Ledger.Figures(
            accounts: accounts,
            openHolds: openHolds,
            oldestHold: oldestHold.map(Timestamp.init),
            firstKeyExpiry: try moment("SELECT min(expires_at) FROM keys"),
            inboxDue: try integer("SELECT count(*) FROM inbox WHERE state = 'pending' AND retry_at <= ?1", now) ?? 0,
            inboxFlagged: try integer("SELECT count(*) FROM inbox WHERE state = 'flagged'") ?? 0,
            flaggedPurchases: try integer("SELECT count(*) FROM purchases WHERE flagged") ?? 0,
            latestRefusal: try moment("SELECT at FROM refusals ORDER BY number DESC LIMIT 1")
        )
    }

    private func moment(_ sql: String) throws(SQLError) -> Timestamp? {
        try first(sql) { $0.optionalInteger(0) }.flatMap(\.self).map(Timestamp.init)
    }
}
