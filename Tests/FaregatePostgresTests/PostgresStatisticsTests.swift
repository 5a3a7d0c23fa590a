#if Postgres
import Dispatch
import Faregate
import FaregateBooks
import FaregatePostgres
import FaregateSQLite
import FaregateTesting
import Foundation
import TestSupport
import Testing

@Suite("The statistics of a PostgreSQL ledger", .enabled(if: Server.isThere), .endsWhenStuck)
struct PostgresStatisticsTests {
    private static let later = newYear.advanced(byMilliseconds: 1)

    @Test("A ledger in PostgreSQL and one in a file with the same content have the same figures")
    func figures() async throws {
        let expected = Ledger.Figures(
            accounts: 2, openHolds: 1, oldestHold: Self.later,
            firstKeyExpiry: Self.later.advanced(byMilliseconds: 24 * hour), inboxDue: 1, inboxFlagged: 1,
            flaggedPurchases: 1, latestRefusal: newYear
        )
        try await Server.withLedger { ledger in
            try await fill(ledger)
            let statistics = try await ledger.statistics(at: Self.later)
            #expect(statistics.figures == expected)
            #expect(statistics.accounts == 2)
            let early = try await ledger.statistics(at: newYear.advanced(byMilliseconds: -1))
            #expect(early.inboxDue == 0)
        }
        try await withLedger { ledger in
            try await fill(ledger)
            let statistics = try await ledger.statistics(at: Self.later)
            #expect(statistics.figures == expected)
        }
    }

    /// The books of the audit's tests, a purchase that was paid too little, an event that can't be read, one that is
    /// due, and a refusal.
    private func fill(_ ledger: any SQLLedger) async throws {
        try await ledger.keepBooks()
        let purchase = Sale.purchase()
        try await ledger.record(purchase, under: .free(nil), at: newYear)
        let page = try #require(URL(string: "https://pay.example/1"))
        let checkout = Purchase.Checkout(purchase: purchase.id, id: "cs_1", url: page, expiresAt: nil)
        try await ledger.attach(checkout, to: purchase.id, at: newYear)
        let names = Purchase.Names(checkout: "cs_1")
        let readings: [Inbox.Reading] = [
            .facts([Purchase.Event(names: names, fact: .paid(7))]), .unreadable("no amount", names),
        ]
        for (number, reading) in readings.enumerated() {
            let id = Inbox.Event.ID(provider: "stripe", event: "evt_\(number)")
            _ = try await ledger.receive(
                Inbox.Event(id: id, type: "test", body: Data()), reading: reading, at: newYear)
        }
        let refusal = Refusal.Record(
            id: .random(), at: newYear, account: "ana", action: "generate", kind: "suspended", detail: "suspended")
        try await ledger.write(.purchases) { books throws(SQLError) in
            try books.write([refusal])
            try books.database.run(
                """
                INSERT INTO inbox (provider, event, type, body, received_at, retry_at)
                VALUES ('stripe', 'evt_due', 'test', x'', ?1, ?1)
                """,
                newYear
            )
        }
    }

    @Test("The tables are listed with their sizes, their dead rows, and whether autovacuum is on")
    func tables() async throws {
        try await Server.withTables { ledger, tables in
            try await tables.tamper(
                """
                ALTER TABLE refusals SET (autovacuum_enabled = FALSE);
                INSERT INTO refusals (id, at, account, record) SELECT i::text, 0, 'ana', '{}' FROM generate_series(1, 60) i;
                DELETE FROM refusals WHERE number > 20;
                SELECT pg_stat_force_next_flush()
                """
            )
            let statistics = try await ledger.statistics(at: newYear)
            let refusals = try #require(statistics.tables.first { $0.name == "refusals" })
            #expect(refusals.rows == 20 && refusals.deadRows == 40 && refusals.bytes > 8192)
            #expect(refusals.vacuumedAt == nil && !refusals.hasAutovacuum)
            #expect(statistics.tables.filter(\.hasAutovacuum).count == statistics.tables.count - 1)
            let stored = try await ledger.read { database throws(SQLError) in
                try database.integer("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema")
            }
            #expect(stored == Int64(statistics.tables.count))
            #expect(statistics.tables.map(\.bytes) == statistics.tables.map(\.bytes).sorted(by: >))
            #expect(statistics.bytes == statistics.tables.map(\.bytes).reduce(0, +))
            #expect(statistics.server.version.wholeMatch(of: /\d+\.\d+/) != nil)
            #expect(!statistics.server.isStandby && statistics.server.replicationLagMilliseconds == nil)
        }
    }

    @Test("A process is live while its lease lasts")
    func processes() async throws {
        try await Server.withLedger { ledger in
            #expect(try await ledger.statistics(at: newYear).liveProcesses == 0)
            try await ledger.give(10, reference: "promo")
            _ = try await ledger.hold(.generate())
            #expect(try await ledger.statistics(at: newYear).liveProcesses == 1)
            let afterwards = newYear.advanced(byMilliseconds: 2 * minute)
            #expect(try await ledger.statistics(at: afterwards).liveProcesses == 0)
        }
    }

    @Test("A lane counts its writes and its commits")
    func lanes() async throws {
        try await Server.withLedger { ledger in
            for number in 1...5 { try await ledger.give(1, reference: try GrantReference("promo \(number)")) }
            let lanes = try await ledger.statistics(at: newYear).lanes
            #expect(lanes.count == 3 && lanes[0].writes == 0 && lanes[0].slowestCommitMicroseconds == 0)
            #expect(lanes.map(\.writes).sorted() == [0, 0, 5])
            #expect(lanes.map(\.transactions).sorted() == [0, 0, 5])
            let busy = try #require(lanes.first { $0.writes == 5 })
            #expect(busy.meanCommitMicroseconds > 0)
            #expect(busy.slowestCommitMicroseconds >= busy.meanCommitMicroseconds)
        }
    }

    @Test("The writes that wait or run are the queue's length")
    func queue() async throws {
        try await Server.withLedger { ledger in
            let end = DispatchSemaphore(value: 0)
            await withCheckedContinuation { started in
                ledger.writeLater(.ledger) { _ throws(SQLError) in
                    started.resume()
                    end.wait()
                } completion: { (_: Result<Void, LedgerError>) in
                }
            }
            let statistics = try await ledger.statistics(at: newYear)
            #expect(statistics.queueLength == 1 && statistics.lanes.map(\.queueLength) == [1, 0, 0])
            end.signal()
            try await ledger.write(.ledger) { _ throws(SQLError) in }
            #expect(try await ledger.statistics(at: newYear).queueLength == 0)
        }
    }

    @Test("A ledger that a newer Faregate has migrated says why this process doesn't write")
    func stopped() async throws {
        try await Server.withTables { ledger, tables in
            #expect(try await ledger.statistics(at: newYear).stopped == nil)
            try await tables.tamper("UPDATE ledger SET version = 99")
            _ = try? await ledger.write(.ledger) { _ throws(SQLError) in }
            let statistics = try await ledger.statistics(at: newYear)
            #expect(statistics.stopped?.contains("a newer Faregate has migrated") == true)
            #expect(statistics.problems(at: newYear) == [statistics.stopped])
        }
    }

    @Test("The plans that accounts are on are counted, with a few accounts of each")
    func plans() async throws {
        try await Server.withLedger { ledger in
            let lite = Policy.Plan(name: "lite", grants: [])
            for account: AccountID in ["ana", "ben", "cleo", "dora"] {
                try await ledger.refresh(
                    account, under: PlanBook(plans: ["lite": lite], defaultPlan: lite), at: newYear)
            }
            try await ledger.refresh("eva", under: .free(nil), at: newYear)
            let unknown = try await ledger.plansInUse(besides: ["free"])
            #expect(unknown == [Ledger.PlanUse(plan: "lite", accounts: 4, examples: ["ana", "ben", "cleo"])])
            #expect(try await ledger.plansInUse(besides: []).map(\.plan) == ["free", "lite"])
            #expect(try await ledger.plansInUse(besides: ["free", "lite"]) == [])
        }
    }
}
#endif
