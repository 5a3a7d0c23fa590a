import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// A ledger of purchases: the one on disk, or the model in memory. What a test says of one holds for the other.
struct PurchaseLedgerUnderTest: Sendable {
    static let kinds = ["SQLite", "memory"]

    let ledger: any PurchaseBackend
    let performHousekeeping: @Sendable (Timestamp) async -> Void
    /// Of the file; nil in memory.
    let path: String?

    func record(
        _ id: Purchase.ID = "pur_1",
        of account: AccountID = "ana",
        checkout: String?,
        until: Timestamp? = nil,
        at now: Timestamp = newYear
    ) async throws {
        try await ledger.record(Sale.purchase(id, of: account), under: .empty, at: now)
        if let checkout { try await ledger.attach(.test(checkout, of: id, until: until), to: id, at: now) }
    }

    @discardableResult
    func tell(
        _ event: String,
        _ fact: Purchase.Fact,
        _ names: Purchase.Names,
        billing: Purchase.BillingDetails? = nil,
        at now: Timestamp = newYear
    ) async throws -> Inbox.Receipt {
        let read = Purchase.Event(names: names, fact: fact, billing: billing)
        return try await ledger.receive(.test(event), reading: .facts([read]), at: now)
    }

    func entry(_ event: String) async throws -> Inbox.Entry? { try await ledger.inbox(.one(.test(event))).first }

    func credits(of purchase: Purchase.ID = "pur_1") async throws -> Credits? {
        try await ledger.purchases(.one(purchase)).first?.position.credits
    }

    func billing(of purchase: Purchase.ID = "pur_1") async throws -> Purchase.BillingDetails? {
        try await ledger.purchases(.one(purchase)).first?.billing
    }

    /// What a query of the file counts, or as many, in memory.
    func expectCount(_ sql: String, _ count: Int64) throws {
        guard let path else { return }
        #expect(try RawDatabase(path).integer(sql) == count, "\(sql)")
    }
}

extension Inbox.Event.ID {
    static func test(_ event: String) -> Inbox.Event.ID { Inbox.Event.ID(provider: "stripe", event: event) }
}

extension Timestamp {
    func after(days: Int64) -> Timestamp { advanced(byMilliseconds: days * 24 * hour) }
}

/// Runs a test with a new ledger, and proves the books of that on disk.
func withPurchases(in kind: String, _ body: (PurchaseLedgerUnderTest) async throws -> Void) async throws {
    guard kind == "SQLite" else {
        let memory = MemoryPurchases()
        let performHousekeeping: @Sendable (Timestamp) async -> Void = { memory.performHousekeeping(at: $0) }
        return try await body(
            PurchaseLedgerUnderTest(ledger: memory, performHousekeeping: performHousekeeping, path: nil))
    }
    try await withLedger { ledger in
        let performHousekeeping: @Sendable (Timestamp) async -> Void = { await ledger.performHousekeeping(at: $0) }
        try await body(
            PurchaseLedgerUnderTest(ledger: ledger, performHousekeeping: performHousekeeping, path: ledger.path))
        let report = try await ledger.audit()
        #expect(report.differences.map(\.description) == [])
    }
}
