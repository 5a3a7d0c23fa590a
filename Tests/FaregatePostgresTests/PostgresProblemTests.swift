#if Postgres
import Faregate
import FaregatePostgres
import TestSupport
import Testing

/// What needs a person, by the figures alone.
@Suite("The problems of a PostgreSQL ledger") struct PostgresProblemTests {
    private typealias Table = PostgresLedger.Table

    private static let server = PostgresLedger.Server(version: "15.20")

    private func problems(
        of server: PostgresLedger.Server, _ tables: [PostgresLedger.Table] = [],
        _ figures: Ledger.Figures = Ledger.Figures(accounts: 1)
    ) -> [String] {
        PostgresLedger.Statistics(figures: figures, server: server, tables: tables).problems(at: newYear)
    }

    @Test("A ledger that vacuum keeps clean has no problems")
    func none() {
        let tables = [
            Table(name: "charges", rows: 1_000_000, deadRows: 1_900_000), Table(name: "journal", rows: 0),
            Table(name: "batches", rows: 10, deadRows: 99_999),
        ]
        #expect(problems(of: Self.server, tables) == [])
    }

    @Test("A table with many more dead rows than live ones is named")
    func deadRows() {
        let tables = [
            Table(name: "batches", rows: 10, deadRows: 100_000), Table(name: "charges", rows: 100, deadRows: 300_000),
        ]
        #expect(
            problems(of: Self.server, tables) == [
                "batches has 100000 dead rows and 10 live ones: end old transactions (pg_stat_activity, "
                    + "pg_replication_slots), then VACUUM it",
                "charges has 300000 dead rows and 100 live ones: end old transactions (pg_stat_activity, "
                    + "pg_replication_slots), then VACUUM it",
            ]
        )
    }

    @Test("A standby is a problem, and its vacuum isn't checked")
    func standby() {
        let server = PostgresLedger.Server(version: "15.20", isStandby: true, isReadOnly: true, hasAutovacuum: false)
        #expect(
            problems(of: server, [Table(name: "keys", rows: 0, deadRows: 500_000, hasAutovacuum: false)]) == [
                "the server is a standby and takes no writes: give the address of the primary"
            ]
        )
    }

    @Test("Autovacuum that is off is a problem, for the server or for tables")
    func autovacuum() {
        let server = PostgresLedger.Server(version: "15.20", hasAutovacuum: false)
        #expect(
            problems(of: server) == [
                "autovacuum or track_counts is off, so tables only grow: turn both on in postgresql.conf"
            ]
        )
        let tables = ["keys", "charges", "journal"].map {
            Table(name: $0, rows: 1, hasAutovacuum: $0 == "journal")
        }
        let many = ["a", "b", "c", "d", "e"].map { Table(name: $0, rows: 1, hasAutovacuum: false) }
        #expect(
            problems(of: Self.server, many) == [
                "autovacuum is off for a, b, c and 2 more: turn it on with ALTER TABLE … RESET "
                    + "(autovacuum_enabled)"
            ]
        )
        #expect(
            problems(of: Self.server, tables) == [
                "autovacuum is off for charges, keys: turn it on with ALTER TABLE … RESET (autovacuum_enabled)"
            ]
        )
    }

    @Test("The problems of a ledger in a file are reported for PostgreSQL too")
    func shared() {
        let day = 24 * hour
        let figures = Ledger.Figures(
            accounts: 1, oldestHold: newYear.advanced(byMilliseconds: -day - 1),
            firstKeyExpiry: newYear.advanced(byMilliseconds: -day - 1), inboxDue: 2, inboxFlagged: 3,
            flaggedPurchases: 4
        )
        #expect(
            problems(of: Self.server, [], figures) == [
                "a call has been open since 2025-12-30T23:59:59.999Z",
                "keys that expired over a day ago have not been deleted: is a server running?",
                "payment events that are overdue: 2", "payment events to review: 3", "purchases to review: 4",
            ]
        )
        let recent = Ledger.Figures(
            accounts: 1, oldestHold: newYear.advanced(byMilliseconds: -day),
            firstKeyExpiry: newYear.advanced(byMilliseconds: -day)
        )
        #expect(problems(of: Self.server, [], recent) == [])
    }
}
#endif
