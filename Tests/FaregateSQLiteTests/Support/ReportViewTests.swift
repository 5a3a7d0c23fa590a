import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// The views for BI tools.
@Suite struct ReportViewTests {
    @Test("The views have the columns that the guide lists, in the same order")
    func columns() async throws {
        let documented = try DocumentedViews().columns
        #expect(Set(documented.keys) == Set(ReportViews.names))
        try await withLedger { ledger in
            let database = try RawDatabase(ledger.path)
            for view in ReportViews.names {
                let columns = try database.rows("SELECT name FROM pragma_table_info('\(view)')").map { $0[0] }
                #expect(columns == documented[view], "\(view)")
            }
        }
    }

    @Test(
        "The views agree with the explanations of charges and with the balances, in random histories",
        arguments: [3, 4])
    func random(seed: UInt64) async throws {
        try await withLedger { ledger in
            _ = try await ledger.keepRandomBooks(seed: seed)
            let differences = try await ledger.reportViewDifferences()
            #expect(differences == [])
        }
    }

    @Test("Credits that have expired are not remaining, even if the account was not refreshed since")
    func expired() async throws {
        try await withLedger { ledger in
            let now = SystemClock().now
            let past = now.advanced(byMilliseconds: -hour), future = now.advanced(byMilliseconds: hour)
            try await ledger.give(5, reference: "past", expiresAt: past, at: past.advanced(byMilliseconds: -1))
            try await ledger.give(7, reference: "future", expiresAt: future, at: past.advanced(byMilliseconds: -1))
            try await ledger.give(9, reference: "lasting", at: past.advanced(byMilliseconds: -1))
            let database = try RawDatabase(ledger.path)
            #expect(
                try database.rows("SELECT credits, remaining, expired, expires_at FROM report_grants ORDER BY number")
                    == [
                        ["5", "0", "5", "\(past.rawValue)"], ["7", "7", "0", "\(future.rawValue)"],
                        ["9", "9", "0", "NULL"],
                    ])
            #expect(try database.rows("SELECT remaining FROM report_accounts") == [["16"]])
        }
    }

    @Test("The view of purchases shows what was sold and granted, and no payer")
    func purchases() async throws {
        try await withLedger { ledger in
            try await ledger.record(Sale.purchase("pur_1"), under: .empty, at: newYear)
            try await ledger.record(Sale.purchase("pur_2"), under: .empty, at: newYear)
            let paid = Purchase.Event(
                names: Purchase.Names(purchase: "pur_1", checkout: "cs_1", payments: ["pi_1"]), fact: .paid(),
                billing: Purchase.BillingDetails(name: "Ana Payer", email: "ana@example.com"))
            let event = Inbox.Event(
                id: Inbox.Event.ID(provider: "stripe", event: "evt_1"), type: "test", body: Data("{}".utf8))
            _ = try await ledger.receive(event, reading: .facts([paid]), at: newYear)
            let rows = try RawDatabase(ledger.path).rows("SELECT * FROM report_purchases ORDER BY purchase")
            let time = "\(newYear.rawValue)"
            #expect(
                rows == [
                    ["pur_1", time, "ana", "stripe", "100", "1", "100", "100", "1000", "USD", "1", "0", "v1"],
                    ["pur_2", time, "ana", "stripe", "100", "1", "100", "0", "1000", "USD", "0", "0", "v1"],
                ])
        }
    }

    @Test("A reader without write rights can use the views, and the guide's query, while the ledger is open")
    func reader() async throws {
        try await withLedger { ledger in
            try await ledger.keepBooks()
            let reader = try RawDatabase(ledger.path, readOnly: true)
            for view in ReportViews.names { _ = try reader.rows("SELECT * FROM \(view)") }
            let queries = try DocumentedViews().queries(of: "OperatingALedger")
            #expect(queries.count == 1)
            let rows = try reader.rows(try #require(queries.first))
            #expect(rows == [["2026-01", "generate", "3", "42"]])
            #expect(throws: TestFailure.self) { try reader.execute("UPDATE accounts SET debt = 0") }
        }
    }

    @Test("The views can't be written to")
    func written() async throws {
        try await withLedger { ledger in
            try await ledger.keepBooks()
            let database = try RawDatabase(ledger.path)
            for view in ReportViews.names {
                #expect(throws: TestFailure.self) { try database.execute("DELETE FROM \(view)") }
            }
        }
    }
}
