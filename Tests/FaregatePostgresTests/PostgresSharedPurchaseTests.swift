#if Postgres
import Faregate
import FaregateBooks
import FaregatePostgres
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// Purchases on servers that share a PostgreSQL ledger.
@Suite("Purchases on servers that share a ledger", .enabled(if: Server.isThere), .endsWhenStuck)
struct PostgresSharedPurchaseTests {
    @Test("Three events of one payment, each at another server at the same moment, grant once and none is postponed")
    func sameEvent() async throws {
        try await Server.withAddress { address in
            var servers: [PostgresLedger] = []
            for _ in 1...3 { servers.append(try await PostgresLedger.open(address)) }
            let now = Timestamp(rawValue: 1_767_225_600_000)
            for round in 1...10 {
                let purchase = Sale.purchase(try Purchase.ID("pur_\(round)"), of: "ana")
                try await servers[0].record(purchase, under: .empty, at: now)
                let names = Purchase.Names(purchase: "pur_\(round)", checkout: "cs_\(round)", payments: ["pi_\(round)"])
                let paid = Purchase.Fact.paid(payment: "pi_\(round)", amount: purchase.price, tax: 0)
                let reading = Inbox.Reading.facts([Purchase.Event(names: names, fact: paid)])
                let receipts = try await withThrowingTaskGroup(of: Inbox.Receipt.self) { group in
                    for (number, server) in servers.enumerated() {
                        let id = Inbox.Event.ID(provider: "stripe", event: "evt_\(round)_\(number)")
                        let event = Inbox.Event(id: id, type: "test", body: Data())
                        group.addTask { try await server.receive(event, reading: reading, at: now) }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                for receipt in receipts {
                    if case .postponed(let reason, _) = receipt { Issue.record("postponed: \(reason)") }
                }
            }
            let report = try await servers[0].audit()
            #expect(report.differences.map(\.description) == [])
            for server in servers { await server.close() }
        }
    }
}
#endif
