import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// A ledger that sells: one purchase of 100 credits for 10.00 USD is on record, its checkout cs_1 is open.
struct Till: Sendable {
    let ledger: SQLiteLedger
    private let events = Mutex(0)

    init(_ ledger: SQLiteLedger) {
        self.ledger = ledger
    }

    func record(_ purchase: Purchase, checkout: String?, opening: Credits? = nil) async throws {
        try await ledger.record(purchase, under: .free(opening), at: newYear)
        if let checkout { try await ledger.attach(.test(checkout, of: purchase.id), to: purchase.id, at: newYear) }
    }

    /// The provider tells it, in an event of its own.
    @discardableResult
    func tell(
        _ facts: Purchase.Fact...,
        names: Purchase.Names = Purchase.Names(checkout: "cs_1", payments: ["pi_1"]),
        billing: Purchase.BillingDetails? = nil,
        at now: Timestamp = newYear
    ) async throws -> Inbox.Receipt {
        let number = events.withLock { number in
            number += 1
            return number
        }
        return try await receive("evt_\(number)", facts, names: names, billing: billing, at: now)
    }

    func receive(
        _ event: String,
        _ facts: [Purchase.Fact],
        names: Purchase.Names = Purchase.Names(checkout: "cs_1", payments: ["pi_1"]),
        billing: Purchase.BillingDetails? = nil,
        at now: Timestamp = newYear
    ) async throws -> Inbox.Receipt {
        let read = facts.map { Purchase.Event(names: names, fact: $0, billing: billing) }
        return try await ledger.receive(.test(event), reading: .facts(read), at: now)
    }

    func purchase(_ id: Purchase.ID = "pur_1") async throws -> Purchase.Record {
        guard let record = try await ledger.purchases(.one(id)).first else { throw TestFailure("no purchase \(id)") }
        return record
    }

    /// What the account can spend, less what it owes.
    func worth(at now: Timestamp = newYear) async throws -> Int64 {
        let balance = try await ledger.balance(of: "ana", at: now) ?? AccountBalance()
        return balance.remaining.rawValue - balance.debt.rawValue
    }

    func expectWorth(
        _ credits: Int64,
        at now: Timestamp = newYear,
        sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) async throws {
        let worth = try await worth(at: now)
        #expect(worth == credits, sourceLocation: sourceLocation)
    }

    func expect(
        _ event: String,
        _ state: Inbox.State,
        sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) async throws {
        let entry = try await entry(event)
        #expect(entry?.state == state, sourceLocation: sourceLocation)
    }

    func entry(_ event: String) async throws -> Inbox.Entry? {
        try await ledger.inbox(.one(Inbox.Event.ID(provider: "stripe", event: event))).first
    }

    func expectRightBooks(_ comment: Comment? = nil) async throws {
        let report = try await ledger.audit()
        #expect(report.differences.map(\.description) == [], comment)
        let discrepancies = try RawDatabase(ledger.path).discrepancies()
        #expect(discrepancies == [], comment)
    }
}

extension Inbox.Event {
    static func test(_ event: String, provider: String = "stripe", body: String = "the body") -> Inbox.Event {
        Inbox.Event(id: Inbox.Event.ID(provider: provider, event: event), type: "test", body: Data(body.utf8))
    }
}

extension Purchase.Checkout {
    static func test(_ id: String, of purchase: Purchase.ID, until: Timestamp? = nil) -> Purchase.Checkout {
        let url = URL(string: "https://pay.example/\(id)") ?? URL(filePath: "/")
        return Purchase.Checkout(purchase: purchase, id: id, url: url, expiresAt: until)
    }
}

/// With pur_1 of ana on record. Its account has so many credits to begin with.
func withTill(
    _ purchase: Purchase = Sale.purchase(),
    opening: Credits? = nil,
    _ body: (Till) async throws -> Void
) async throws {
    try await withLedger { ledger in
        let till = Till(ledger)
        try await till.record(purchase, checkout: "cs_1", opening: opening)
        try await body(till)
    }
}
