package import Faregate

extension SQLLedger {
    /// The recorded refusals, latest first: at most `count` of those that are kept.
    ///
    /// - Parameters:
    ///   - account: nil for the refusals of all accounts.
    ///   - since: nil for all that are kept.
    package func latestRefusals(
        of account: AccountID?, since: Timestamp?, count: Int
    ) async throws(LedgerError) -> [Refusal.Record] {
        try await read { database throws(SQLError) in
            try database.rows(
                """
                SELECT record FROM refusals
                WHERE number > (SELECT max(number) FROM refusals) - ?1 AND at >= ?2 AND account = coalesce(?3, account)
                ORDER BY number DESC LIMIT ?4
                """,
                RefusalBuffer.maximumKept, since ?? Timestamp(rawValue: .min), account, Int64(count)
            ) { value(Refusal.Record.self, fromJSON: $0.text(0)) }.compactMap(\.self)
        }
    }
}

extension SQLLedger {
    /// The recorded calls that exceeded a limit in shadow mode, latest first; their `detail` is the limit's name.
    package func latestShadowed(since: Timestamp) async throws(LedgerError) -> [Refusal.Record] {
        try await read { database throws(SQLError) in
            try database.rows(
                """
                SELECT record FROM shadowed
                WHERE number > (SELECT max(number) FROM shadowed) - ?1 AND at >= ?2
                ORDER BY number DESC
                """,
                RefusalBuffer.maximumKept, since
            ) { value(Refusal.Record.self, fromJSON: $0.text(0)) }.compactMap(\.self)
        }
    }
}
