#if Postgres
import FaregateBooks

extension PostgresConnection {
    /// The database's timeline, which changes when a standby is promoted and when a backup is restored. On a standby,
    /// the one that is recorded.
    /// [pg_walfile_name](https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-BACKUP)
    private static let timeline = """
        CASE WHEN pg_is_in_recovery() THEN timeline ELSE left(pg_walfile_name(pg_current_wal_lsn()), 8) END
        """

    /// After a promotion or a restore, skips a million numbers of charges.
    ///
    /// The database may have lost the latest charges, and would hand out their numbers again. A server that still runs
    /// such a call would then close a charge of somebody else.
    func skipLostNumbers() throws(SQLError) {
        var isSame = false
        try forEach(
            script: "SELECT 1 FROM \(settings.schema).ledger WHERE timeline = \(PostgresConnection.timeline)"
        ) { _ in isSame = true }
        guard !isSame else { return }
        try transaction { () throws(SQLError) in
            // While no batch runs: a number that is handed out between the two functions could be lost.
            try execute(script: "LOCK TABLE batches IN SHARE ROW EXCLUSIVE MODE")
            let timeline = PostgresConnection.timeline
            guard try run("UPDATE ledger SET timeline = \(timeline) WHERE timeline <> \(timeline)") == 1 else { return }
            try execute(script: "SELECT setval('charge_numbers', nextval('charge_numbers') + 1000000)")
        }
    }
}
#endif
