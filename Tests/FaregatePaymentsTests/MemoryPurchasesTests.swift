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

    /// What a ledger holds in the end, and what it answered on the way.
    private struct Outcome {
        var kept: [PurchaseID: Kept] = [:]
        var inbox: [InboxEntry] = []
        var answers: [String] = []
    }

    /// Half of the events are of another business, which may name our purchases in its metadata.
    private func reading(_ generator: inout SeededGenerator, step: Int) -> InboxReading {
        var names = names(&generator)
        if Bool.random(using: &generator) {
            let order = Int.random(in: 1...3, using: &generator)
            names = PurchaseNames(
                purchase: [nil, "pur_1", "order 4711"].randomElement(using: &generator) ?? nil,
                checkout: Bool.random(using: &generator) ? "cs_other_\(order)" : nil,
                payments: Bool.random(using: &generator) ? ["pi_other_\(order)"] : []
            )
        }
        let billing = Bool.random(using: &generator) ? BillingDetails(email: "\(step)@example.com") : nil
        switch Int.random(in: 0..<12, using: &generator) {
        case 0: return .unreadable("odd", Bool.random(using: &generator) ? names : nil)
        case 1: return .nothing
        case 2: return .facts([PurchaseEvent(names: names, fact: .paid(payment: "pi_1", amount: Self.absurd, tax: 0))])
        default: return .facts([PurchaseEvent(names: names, fact: fact(&generator), billing: billing)])
        }
    }

    private static let absurd = Money(minorUnits: -1, currency: "USD")

    /// Something that people, housekeeping or a shop do about purchases.
    private func look(
        _ ledger: any PurchaseLedger,
        _ generator: inout SeededGenerator,
        at now: Timestamp,
        keepHouse: @Sendable (Timestamp) async -> Void
    ) async throws -> String {
        let note = try Note(by: "kim", reason: "agreed")
        let id = InboxEventID(provider: "stripe", event: "evt_\(Int.random(in: 0..<30, using: &generator))")
        switch Int.random(in: 0..<12, using: &generator) {
        case 0..<3: return "\(try await ledger.dismiss(id, note, at: now) as Any)"
        case 3..<7:
            let reading = reading(&generator, step: 0)
            return "\(try await ledger.retry(id, reading: reading, at: now).map(told) as Any)"
        case 7:
            let name = "cus_\(Int.random(in: 1...2, using: &generator))"
            guard try await !ledger.purchases(.account(Shop.account, count: 1)).isEmpty else { return "nobody" }
            return try await ledger.keep(customer: name, of: Shop.account, provider: "stripe", at: now)
        case 8:
            try await ledger.drop(customer: "cus_1", of: Shop.account, provider: "stripe")
            return "\(try await ledger.customer(of: Shop.account, provider: "stripe") as Any)"
        case 9:
            guard try await !ledger.purchases(.account(Shop.account, count: 1)).isEmpty else { return "nobody" }
            return "\(try await ledger.forget(Shop.account, note, at: now) as Any)"
        default:
            await keepHouse(now)
            return ""
        }
    }

    /// Only one of them knows debts.
    private func told(_ receipt: InboxReceipt) -> String {
        guard case .done(let changes) = receipt else { return "\(receipt)" }
        func words(_ position: PurchasePosition?) -> String {
            guard let position else { return "nothing" }
            return "\(position.credits) \(position.status) \(position.flags.map(\.rawValue).sorted())"
        }
        return "\(changes.map { "\($0.purchase as Any): \(words($0.before)), \(words($0.after))" })"
    }

    private func tell(
        _ ledger: any PurchaseLedger,
        seed: UInt64,
        keepHouse: @escaping @Sendable (Timestamp) async -> Void
    ) async throws -> Outcome {
        var outcome = Outcome()
        var generator = SeededGenerator(seed: seed)
        let pack = try #require(Shop.policy.packs["small"])
        var now = Timestamp(rawValue: 1_767_225_600_000)
        for step in 0..<60 {
            let pauses: [Int64] = [1, 1, 1, 60_000, 3_600_000, 20 * 86_400_000, 31 * 86_400_000]
            now = now.advanced(byMilliseconds: pauses.randomElement(using: &generator) ?? 1)
            let number = Int.random(in: 1...2, using: &generator)
            let reading = reading(&generator, step: step)
            switch Int.random(in: 0..<11, using: &generator) {
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
                guard case .facts(let events) = reading else { continue }
                let isRehearsal = Bool.random(using: &generator)
                let changes = try await ledger.learn(events, of: "stripe", isRehearsal: isRehearsal, at: now)
                outcome.answers.append(told(.done(changes)))
            case 3:
                let note = try Note(by: "kim", reason: "agreed")
                _ = try await ledger.approve(PurchaseID("pur_\(number)"), note, at: now)
            case 4, 5:
                outcome.answers.append(try await look(ledger, &generator, at: now, keepHouse: keepHouse))
            default:
                let id = InboxEventID(provider: "stripe", event: "evt_\(Int.random(in: 0..<30, using: &generator))")
                let event = InboxEvent(id: id, type: "t", body: Data("body \(step)".utf8))
                outcome.answers.append(told(try await ledger.receive(event, reading: reading, at: now)))
            }
        }
        for record in try await ledger.purchases(.latest(count: 100)) {
            outcome.kept[record.purchase.id] = Kept(record)
        }
        outcome.inbox = try await ledger.inbox(.state(nil, count: 1000))
        outcome.inbox += try await ledger.inbox(.state(.notOurs, count: 1000))
        return outcome
    }

    @Test("Told the same at random, both ledgers hold the same", arguments: 1...60 as ClosedRange<UInt64>)
    func same(seed: UInt64) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("faregate-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let ledger = try await SQLiteLedger.open(folder.path + "/test.faregate", clock: ManualClock())
        let onDisk = try await tell(ledger, seed: seed) { await ledger.keepHouse(at: $0) }
        let report = try await ledger.audit()
        #expect(report.differences.map(\.description) == [])
        await ledger.close()
        let memory = MemoryPurchases()
        let inMemory = try await tell(memory, seed: seed) { memory.keepHouse(at: $0) }
        for (model, ledger) in zip(inMemory.answers, onDisk.answers) { #expect(model == ledger) }
        for purchase in Set(inMemory.kept.keys).union(onDisk.kept.keys) {
            #expect(inMemory.kept[purchase] == onDisk.kept[purchase], "\(purchase)")
        }
        #expect(inMemory.inbox.map(\.plain) == onDisk.inbox.map(\.plain))
    }
}

extension InboxEntry {
    /// In a line, to be compared.
    fileprivate var plain: String {
        let body = String(decoding: event.body, as: UTF8.self)
        return "\(event.id.event) \(state) \(note ?? "") \(deliveries) \(attempts) \(receivedAt) \"\(body)\""
    }
}
