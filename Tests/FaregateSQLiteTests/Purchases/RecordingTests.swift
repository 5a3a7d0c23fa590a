import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import Foundation
import TestSupport
import Testing

@Suite("Events from a lookup, forgotten accounts") struct LearningTests {
    @Test("A rehearsal tells what would change, and changes nothing")
    func rehearsal() async throws {
        try await withTill { till in
            try await till.tell(.paid())
            let spent = try await till.ledger.hold(.generate(cost: 80))
            _ = try await till.ledger.settle(spent, at: newYear)
            let before = try await content(of: till)
            let names = Purchase.Names(checkout: "cs_1", payments: ["pi_1"])
            let missed = [
                Purchase.Event(names: names, fact: .paid()),
                Purchase.Event(names: names, fact: .refund(500), billing: Purchase.BillingDetails(name: "Ana")),
                Purchase.Event(names: Purchase.Names(checkout: "cs_7"), fact: .paid()),
            ]
            let told = try await till.ledger.record(missed, of: "stripe", isRehearsal: true, at: newYear)
            #expect(told.map(\.purchase) == ["pur_1", nil])
            #expect(told.first?.after?.credits == 50 && told.first?.debt == 30)
            let after = try await content(of: till)
            #expect(after == before)

            let done = try await till.ledger.record(missed, of: "stripe", isRehearsal: false, at: newYear)
            #expect(done == told)
            try await till.expectWorth(-30)
            let again = try await till.ledger.record(missed, of: "stripe", isRehearsal: false, at: newYear)
            #expect(again.map(\.purchase) == [nil], "what is nobody's is told again, since nothing of it is kept")
            #expect(try RawDatabase(till.ledger.path).integer("SELECT count(*) FROM orders WHERE unknown") == 0)
            try await till.expectRightBooks()
        }
    }

    /// All that is in the file.
    private func content(of till: Till) async throws -> [[String]] {
        let database = try RawDatabase(till.ledger.path)
        return try database.rows("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").flatMap {
            try database.rows("SELECT '\($0[0])', * FROM \($0[0])")
        }
    }

    private static let secret = "ana.secret@example.com"

    /// Two events that tell who paid, the first of them before it is known whose order it is; and one of somebody
    /// else's.
    private func tellDetails(_ till: Till) async throws {
        let billing = Purchase.BillingDetails(name: "Ana", email: LearningTests.secret)
        let long = String(repeating: "x", count: 20_000)
        for (number, fact) in [Purchase.Fact.opened, .paid()].enumerated() {
            let event = Inbox.Event.test(
                "evt_secret_\(number)",
                body: #"{"email":"\#(LearningTests.secret)","\#(long)":1}"#
            )
            let names = Purchase.Names(checkout: number == 0 ? nil : "cs_1", payments: ["pi_1"])
            let read = Purchase.Event(names: names, fact: fact, billing: billing)
            _ = try await till.ledger.receive(event, reading: .facts([read]), at: newYear)
        }
        try await till.record(Sale.purchase("pur_2", of: "ben"), checkout: "cs_2")
        try await till.tell(
            .paid(), names: Purchase.Names(checkout: "cs_2"), billing: Purchase.BillingDetails(name: "Ben"))
    }

    @Test("Personal data is deleted from the file on request, and the audit still passes")
    func forgotten() async throws {
        try await withFolder { folder in
            let path = folder + "/test.faregate"
            let ledger = try await SQLiteLedger.open(path, trace: nil)
            let till = Till(ledger)
            try await till.record(Sale.purchase(), checkout: "cs_1")
            try await tellDetails(till)
            let note = try Ledger.Note(by: "kim", reason: "asked by mail")
            let unknown = try await ledger.forget("cleo", note, at: newYear)
            #expect(unknown == nil)
            let count = try await ledger.forget("ana", note, at: newYear)
            #expect(count?.purchases == 1)
            let again = try await ledger.forget("ana", note, at: newYear)
            #expect(again?.purchases == 0)

            let record = try await till.purchase()
            #expect(record.billing == nil && record.position.credits == 100 && record.facts.count == 2)
            let ben = try await till.purchase("pur_2")
            #expect(ben.billing?.name == "Ben")
            let bodies = try await ledger.inbox(.state(nil, count: 10)).map(\.event.body.count)
            #expect(bodies == [8, 0, 0])
            let notes = try RawDatabase(path).rows("SELECT kind, by, reason FROM notes LIMIT 1")
            #expect(notes == [["forgot who paid", "kim", "asked by mail"]])

            // What comes later is forgotten as soon as it was acted on.
            let late = Purchase.Event(
                names: Purchase.Names(payments: ["pi_1"]),
                fact: .refund(100),
                billing: Purchase.BillingDetails(email: LearningTests.secret)
            )
            let event = Inbox.Event.test("evt_late", body: LearningTests.secret)
            _ = try await ledger.receive(event, reading: .facts([late]), at: newYear)
            let later = try await till.purchase()
            #expect(later.billing == nil && later.position.credits == 90)
            try await till.expectRightBooks()
            await ledger.close()

            let file = try Data(contentsOf: URL(filePath: path))
            #expect(file.range(of: Data(LearningTests.secret.utf8)) == nil)
            #expect(file.range(of: Data("evt_secret_1".utf8)) != nil, "the search finds what is there")
        }
    }

    @Test("The search finds personal data in the file before an account is forgotten")
    func remembered() async throws {
        try await withFolder { folder in
            let path = folder + "/test.faregate"
            let ledger = try await SQLiteLedger.open(path, trace: nil)
            let till = Till(ledger)
            try await till.record(Sale.purchase(), checkout: "cs_1")
            try await tellDetails(till)
            await ledger.close()
            let file = try Data(contentsOf: URL(filePath: path))
            #expect(file.range(of: Data(LearningTests.secret.utf8)) != nil)
        }
    }
}
