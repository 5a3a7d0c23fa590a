#if Postgres
public import Faregate

extension Ledger {
    /// Opens the ledger in a PostgreSQL database, and creates its tables on first use.
    ///
    /// Any number of servers may use one ledger. While it is open it does its housekeeping: it renews this process's
    /// lease, refunds the holds of dead processes, and deletes outdated rows.
    ///
    /// - Parameters:
    ///   - address: a [connection
    ///     URI](https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS), such as
    ///     `postgres://shop@db.example.com/shop?sslmode=verify-full`. Its parameter `schema` sets the schema of the
    ///     ledger's tables, by default `faregate`: 1 to 63 lower-case letters, digits and `_`, not beginning with a
    ///     digit or `pg_`. `preparing=false` in the address is the same as the parameter `preparing`.
    ///   - creating: whether to create the ledger if the database has none. The role needs `CREATE` on the database,
    ///     or `USAGE` and `CREATE` on the schema if it exists already.
    ///   - connections: how many connections write, 2 to 16; one of them is for purchases and housekeeping.
    ///   - readerCount: how many reads can run at the same time, 1 to 64, each on a connection of its own.
    ///   - preparing: whether statements are prepared. Turn it off behind a pooler in transaction mode that doesn't
    ///     support prepared statements, such as PgBouncer before 1.21.
    ///   - clock: the clock for leases; pass the one that you pass to the `Gate`.
    ///   - observer: receives failures that no caller receives. Called on the ledger's threads.
    /// - Throws: `LedgerError` if the database can't be reached, the role lacks a right, or the schema isn't a ledger
    ///   of this version or an older one.
    public static func postgres(
        _ address: String,
        creating: Bool = true,
        connections: Int = 3,
        readerCount: Int = 2,
        preparing: Bool = true,
        clock: any WallClock = SystemClock(),
        observer: @escaping Ledger.Observer = { _ in }
    ) async throws(LedgerError) -> Ledger {
        precondition((2...16).contains(connections), "a ledger writes on 2 to 16 connections")
        precondition((1...64).contains(readerCount), "a ledger has 1 to 64 readers")
        var settings = try PostgresSettings(address: address)
        if !preparing { settings.preparesStatements = false }
        let ledger = try await PostgresLedger(
            settings, creating: creating, laneCount: connections - 1, readerCount: readerCount, clock: clock,
            observer: observer
        )
        ledger.startHousekeeping(by: clock)
        return Ledger(ledger)
    }

    /// The database behind a ledger that `Ledger.postgres` opened, for its upkeep: statistics, audit and repair. Nil
    /// for any other ledger.
    public var postgres: PostgresLedger? { backend as? PostgresLedger }
}
#endif
