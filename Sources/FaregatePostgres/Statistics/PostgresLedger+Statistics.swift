#if Postgres
public import Faregate
package import FaregateBooks

extension PostgresLedger {
    /// Figures about the ledger and its server, for a server to export and for `faregate stats`.
    ///
    /// - Parameter now: the current time, to count the events that are due.
    /// - Throws: `LedgerError` when the database can't be read.
    public func statistics(
        at now: Timestamp = SystemClock().now
    ) async throws(LedgerError) -> PostgresLedger.Statistics {
        let (lanes, stopped) = (laneCounters.map(\.figures), stopped)
        let schema = settings.schema
        return try await read { database throws(SQLError) in
            let tables = try database.tables(of: schema)
            let accounts = try database.accountCount(orEstimate: tables.first { $0.name == "accounts" }?.rows ?? 0)
            return PostgresLedger.Statistics(
                figures: try database.figures(accounts: accounts, at: now),
                server: try database.server(),
                tables: tables,
                liveProcesses: try database.integer("SELECT count(*) FROM holders WHERE alive_until >= ?1", now) ?? 0,
                lanes: lanes,
                stopped: stopped
            )
        }
    }

    /// The transactions of this process that PostgreSQL ended because of a deadlock, for tests.
    package var deadlocks: Int { laneCounters.map(\.deadlocks).reduce(0, +) }

    package func readWhole<Value: Sendable>(
        _ work: @escaping @Sendable (any SQLConnection) throws(SQLError) -> Value
    ) async throws(LedgerError) -> Value {
        try await onOwnConnection { connection throws(SQLError) in
            try connection.snapshot { () throws(SQLError) in try work(connection) }
        }
    }
}

extension SQLConnection {
    /// [Statistics
    /// views](https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ALL-TABLES-VIEW)
    fileprivate func tables(of schema: String) throws(SQLError) -> [PostgresLedger.Table] {
        try rows(
            """
            SELECT relname, pg_total_relation_size(tables.oid),
                CASE WHEN n_live_tup > 0 THEN n_live_tup ELSE greatest(reltuples, 0)::bigint END,
                coalesce(n_dead_tup, 0),
                (extract(epoch FROM greatest(last_vacuum, last_autovacuum)) * 1000)::bigint,
                coalesce((
                    SELECT option_value::boolean FROM pg_options_to_table(reloptions)
                    WHERE option_name = 'autovacuum_enabled'
                ), TRUE)
            FROM pg_class AS tables
                LEFT JOIN (
                    SELECT relid, n_live_tup, n_dead_tup, last_vacuum, last_autovacuum FROM pg_stat_all_tables
                ) AS counts ON relid = tables.oid
            WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = ?1) AND relkind = 'r'
            ORDER BY 2 DESC, 1
            """,
            schema
        ) { row in
            PostgresLedger.Table(
                name: row.text(0), rows: row.integer(2), deadRows: row.integer(3), bytes: row.integer(1),
                vacuumedAt: row.optionalInteger(4).map(Timestamp.init), hasAutovacuum: row.integer(5) == 1
            )
        }
    }

    /// Counts up to 100,000 rows. The largest id is not the count, because refused inserts use up ids as well.
    fileprivate func accountCount(orEstimate estimate: Int64) throws(SQLError) -> Int64 {
        let most: Int64 = 100_000
        let count =
            try integer("SELECT count(*) FROM (SELECT 1 FROM accounts LIMIT ?1 + 1) AS counted", most) ?? 0
        return count > most ? max(count, estimate) : count
    }

    fileprivate func server() throws(SQLError) -> PostgresLedger.Server {
        let server = try first(
            """
            SELECT split_part(current_setting('server_version'), ' ', 1), pg_is_in_recovery(),
                current_setting('default_transaction_read_only')::boolean,
                current_setting('autovacuum')::boolean AND current_setting('track_counts')::boolean,
                CASE WHEN pg_is_in_recovery() THEN
                    (extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) * 1000)::bigint
                END
            """
        ) { row in
            PostgresLedger.Server(
                version: row.text(0), isStandby: row.integer(1) == 1, isReadOnly: row.integer(2) == 1,
                hasAutovacuum: row.integer(3) == 1, replicationLagMilliseconds: row.optionalInteger(4)
            )
        }
        guard let server else { throw .inconsistent("the server returned no row of settings") }
        return server
    }
}
#endif
