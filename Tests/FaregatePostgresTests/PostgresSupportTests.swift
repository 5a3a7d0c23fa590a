#if Postgres
import Faregate
import FaregateBooks
import FaregatePostgres
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// What the commands for support people read from a ledger in PostgreSQL.
@Suite("Reading for support people in PostgreSQL", .enabled(if: Server.isThere), .endsWhenStuck)
struct PostgresSupportTests {
    @Test("Usage, history, export and found accounts agree with the charges and balances, in a random history")
    func random() async throws {
        try await Server.withLedger { ledger in
            let charges = try await ledger.keepRandomBooks(seed: 3)
            let always = Timestamp(rawValue: .min)..<Timestamp.never
            for account: AccountID in ["ana", "bob", "cleo"] {
                if charges.contains(where: { $0.account == account }) {
                    #expect(try await ledger.usageDifferences(of: account, in: always, among: charges) == [])
                }
                #expect(try await ledger.historyDifferences(of: account) == [])
                let part = account.rawValue.uppercased()
                #expect(try await ledger.findDifferences(part, expected: [account], at: newYear) == [])
            }
            #expect(try await ledger.exportDifferences(in: always, among: charges) == [])
            #expect(try await ledger.findDifferences("%", expected: [], at: newYear) == [])
            #expect(try await ledger.nearestAccount(to: "anna") == "ana")
            #expect(try await ledger.reportDifferences() == [])
        }
    }

    @Test("Under the policies that were in force, a replay has the recorded result")
    func replay() async throws {
        try await Server.withLedger { ledger in
            var history = try ReplayHistory(ledger, seed: 5)
            try await history.play(300)
            await ledger.performHousekeeping(at: history.clock.now)
            let policies = history.policies
            let report = try await ledger.replay(
                Timestamp(rawValue: .min)..<Timestamp.never, version: "",
                warmUpMilliseconds: 0, under: { policies[$0] })
            #expect(report.examples == [] && report.total.isUnchanged && report.unpriced == [:])
            #expect(report.total.calls == (try await ledger.explanations()).count && report.refusalsTried > 0)
        }
    }

    @Test("Refusals and calls that exceeded a limit in shadow mode are kept apart")
    func refusals() async throws {
        let policy = try Policy(
            parsing: #"{ "actions": { "a": { "cost": 2, "limits": [{ "max": 1, "per": "day", "mode": "shadow" }] } } }"#
        )
        try await Server.withLedger { ledger in
            let gate = Gate(
                ledger: Ledger(ledger), policies: policy, clock: ManualClock(), settlement: .durable)
            try await ledger.give(4, reference: "gift")
            for _ in 1...2 { try await gate.run("a", for: "ana") { _ in } }
            await #expect(throws: Refusal.self) { try await gate.run("a", for: "ana") { _ in } }
            await ledger.performHousekeeping(at: newYear)
            let refusals = try await ledger.latestRefusals(of: "ana", since: newYear, count: 9)
            #expect(refusals.map(\.kind) == ["insufficient-credits"])
            #expect(try await ledger.latestRefusals(of: "bob", since: nil, count: 9) == [])
            let report = try await ledger.shadowReport(since: newYear)
            #expect(report.limits.map(\.calls) == [1] && report.prices.isEmpty)
        }
    }

    @Test("A purchase is found by an id of the provider and by the payer's e-mail address")
    func purchases() async throws {
        try await Server.withLedger { ledger in
            try await ledger.record(Sale.purchase("pur_1"), under: .empty, at: newYear)
            let names = Purchase.Names(purchase: "pur_1", checkout: "cs_1", payments: ["pi_1"])
            let events = [Purchase.Fact.paid(), .refund(id: "re_1", payment: "pi_1", amount: nil, .pending)].map {
                Purchase.Event(names: names, fact: $0, billing: Purchase.BillingDetails(email: "Ana@Example.com"))
            }
            let event = Inbox.Event(
                id: Inbox.Event.ID(provider: "stripe", event: "evt_1"), type: "test", body: Data("{}".utf8))
            _ = try await ledger.receive(event, reading: .facts(events), at: newYear)
            for word in ["pur_1", "cs_1", "pi_1", "re_1", "evt_1", "ana@example.com"] {
                #expect(try await ledger.findPurchases(word, count: 9).map(\.purchase.id) == ["pur_1"], "\(word)")
            }
            #expect(try await ledger.findPurchases("re_2", count: 9).isEmpty)
        }
    }
}
#endif
