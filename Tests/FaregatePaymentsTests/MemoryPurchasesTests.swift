import Faregate
import FaregateSQLite
import FaregateTesting
import Foundation
import Testing

/// The ledger in memory beside the one on disk: told the same, they hold the same.
@Suite(.timeLimit(.minutes(10))) struct MemoryPurchasesTests {
    private struct Kept: Equatable {
        let position: PurchasePosition
        let checkout: String?
        let facts: Set<PurchaseFact>
        let billing: BillingDetails?

        init(_ record: PurchaseRecord) {
            position = record.position
            checkout = record.checkout
            facts = Set(record.facts)
            billing = record.billing
        }
    }

    private static let price = Money(minorUnits: 1000, currency: "USD")

    /// Names of two purchases' orders, mixed up at times.
    private func names(_ generator: inout SeededGenerator) -> PurchaseNames {
        let order = Int.random(in: 1...3, using: &generator)
        let stray = Int.random(in: 0..<12, using: &generator) == 0 ? Int.random(in: 1...3, using: &generator) : order
        let parts = Int.random(in: 1...7, using: &generator)
        return PurchaseNames(
            purchase: parts & 1 > 0 ? "pur_\(stray)" : nil,
            checkout: parts & 2 > 0 ? "cs_\(order)" : nil,
            payments: parts & 4 > 0 ? ["pi_\(stray)"] + (Bool.random(using: &generator) ? ["ch_\(order)"] : []) : []
        )
    }

    private func fact(_ generator: inout SeededGenerator) -> PurchaseFact {
        let payment = ["pi_1", "pi_2", "pi_3", "ch_1"].randomElement(using: &generator) ?? "pi_1"
        let part = Money(minorUnits: Int64.random(in: 0...1200, using: &generator), currency: "USD")
        let status = RefundStatus.allCases.randomElement(using: &generator) ?? .pending
        let step = DisputeStep.allCases.randomElement(using: &generator) ?? .opened
        let facts: [PurchaseFact] = [
            .opened, .expired, .pending(payment: payment), .paymentFailed(payment: payment),
            .paid(payment: payment, amount: Self.price, tax: 0), .paid(payment: payment, amount: Self.price, tax: 0),
            .paid(payment: payment, amount: part, tax: 0, discount: .of(1000 - min(1000, part.minorUnits))),
            .paid(payment: payment, amount: part, tax: part.minorUnits % 2, discount: .untold),
            .refund(id: "re_\(part.minorUnits % 3)", payment: payment, amount: part, status),
            .refundedSoFar(payment: payment, amount: part),
            .bought("price_small", 1, payment), .bought("price_small", part.minorUnits % 2 + 1, payment),
            .dispute(id: "dp_\(part.minorUnits % 2)", payment: payment, amount: part, step),
        ]
        return facts.randomElement(using: &generator) ?? .opened
    }

    private func tell(_ ledger: any PurchaseLedger, seed: UInt64) async throws -> (
        [PurchaseID: Kept], [InboxState: Int]
    ) {
        var generator = SeededGenerator(seed: seed)
        let pack = try #require(Shop.policy.packs["small"])
        for step in 0..<40 {
            let now = Timestamp(rawValue: 1_767_225_600_000 + Int64(step))
            let number = Int.random(in: 1...2, using: &generator)
            let billing = Bool.random(using: &generator) ? BillingDetails(email: "\(step)@example.com") : nil
            let event = PurchaseEvent(names: names(&generator), fact: fact(&generator), billing: billing)
            switch Int.random(in: 0..<9, using: &generator) {
            case 0:
                let purchase = try Purchase(
                    id: PurchaseID("pur_\(number)"),
                    provider: "stripe",
                    account: Shop.account,
                    pack: pack,
                    policyVersion: "v",
                    allowsDiscounts: number == 1
                )
                try await ledger.record(purchase, under: .empty, at: now)
            case 1:
                let url = try #require(URL(string: "https://pay.example/cs_\(number)"))
                let id = try PurchaseID("pur_\(number)")
                let checkout = OpenCheckout(purchase: id, id: "cs_\(number)", url: url, expiresAt: nil)
                // Where there is no such purchase, or the checkout is another one's, both ledgers say so.
                _ = try? await ledger.attach(checkout, to: id, at: now)
            case 2:
                _ = try await ledger.learn([event], of: "stripe", isRehearsal: Bool.random(using: &generator), at: now)
            case 3:
                let note = try Note(by: "kim", reason: "agreed")
                _ = try await ledger.approve(PurchaseID("pur_\(number)"), note, at: now)
            default:
                let id = InboxEventID(provider: "stripe", event: "evt_\(Int.random(in: 0..<30, using: &generator))")
                let inbox = InboxEvent(id: id, type: "t", body: Data())
                _ = try await ledger.receive(inbox, reading: .facts([event]), at: now)
            }
        }
        var kept: [PurchaseID: Kept] = [:]
        for record in try await ledger.purchases(.latest(count: 100)) { kept[record.purchase.id] = Kept(record) }
        let entries = try await ledger.inbox(.state(nil, count: 1000))
        return (kept, Dictionary(grouping: entries, by: \.state).mapValues(\.count))
    }

    @Test("Told the same at random, both ledgers hold the same", arguments: 1...60 as ClosedRange<UInt64>)
    func same(seed: UInt64) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("faregate-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let ledger = try await SQLiteLedger.open(folder.path + "/test.faregate")
        let onDisk = try await tell(ledger, seed: seed)
        await ledger.close()
        let inMemory = try await tell(MemoryPurchases(), seed: seed)
        for purchase in Set(inMemory.0.keys).union(onDisk.0.keys) {
            #expect(inMemory.0[purchase]?.position == onDisk.0[purchase]?.position, "\(purchase)")
            #expect(inMemory.0[purchase]?.checkout == onDisk.0[purchase]?.checkout, "\(purchase)")
            #expect(inMemory.0[purchase]?.facts == onDisk.0[purchase]?.facts, "\(purchase)")
            #expect(inMemory.0[purchase]?.billing == onDisk.0[purchase]?.billing, "\(purchase)")
        }
        #expect(inMemory.1 == onDisk.1)
    }
}
