import Faregate
import FaregateChecks
import FaregatePayments
import FaregateSandbox
import FaregateTesting
import Foundation
import Testing

/// A shop with its own ledger at its own sandbox.
struct SandboxCounter {
    /// Credits and cents that don't divide evenly.
    private static let pieces = Policy.Pack(
        name: "pieces",
        credits: 7,
        price: Money(minorUnits: 30, currency: "USD"),
        quantities: 10...500,
        products: ["stripe": "price_pieces", "dodo": "pdt_pieces"],
        location: Policy.Location(file: "policies/packs.json", line: 1, column: 1)
    )
    private static let policy = Policy(
        version: "policy-1",
        calendar: WindowCalendar(timeZone: .gmt),
        actions: [:],
        packs: ["pieces": pieces]
    )

    let sandbox: PaymentSandbox
    let payments: Payments
    let ledger: MemoryPurchases
    /// Another business that sells through the same account at the provider, with its own ledger.
    let neighbour: Payments
    let clock = ManualClock()

    /// One for each provider and each way in which it reports refunds.
    static func all() throws -> [SandboxCounter] {
        try PaymentSandbox.RefundEvents.allCases.map { try SandboxCounter(.stripe, refundEvents: $0) } + [
            SandboxCounter(.dodo)
        ]
    }

    private init(
        _ provider: PaymentSandbox.Provider,
        refundEvents: PaymentSandbox.RefundEvents = .perRefund
    ) throws {
        let secret = try Secret(SandboxShop.dodoSecret)
        let key = try Secret("sk_test_counter")
        sandbox = try PaymentSandbox(
            provider,
            key: key,
            webhookSecret: secret,
            pages: "http://127.0.0.1:8080/sandbox",
            taxPercent: 20,
            offers: SandboxCounter.offers,
            refundEvents: refundEvents,
            clock: clock
        ) { product in SandboxCounter.pieces.products[provider.rawValue] == product ? SandboxCounter.pieces.price : nil
        }
        let transport = SandboxTransport(sandbox)
        let client: any PaymentProvider =
            switch provider {
            case .stripe:
                try Stripe(
                    key: key,
                    webhookSecrets: [secret],
                    checkout: Stripe.CheckoutOptions(automaticTax: true, discounts: .promotionCodes),
                    clock: SteppingClock(clock),
                    transport: transport
                )
            case .dodo:
                try Dodo(
                    key: key,
                    webhookSecrets: [secret],
                    checkout: Dodo.CheckoutOptions(discounts: .codes),
                    mode: .test,
                    clock: SteppingClock(clock),
                    transport: transport
                )
            }
        ledger = MemoryPurchases()
        payments = Payments(
            providers: [client], ledger: Ledger(purchases: ledger), policies: SandboxCounter.policy, clock: clock)
        let other = MemoryPurchases()
        neighbour = Payments(
            providers: [client], ledger: Ledger(purchases: other), policies: SandboxCounter.policy, clock: clock)
    }

    func open(quantity: Int, at payments: Payments? = nil) async throws -> Purchase.Checkout {
        try await (payments ?? self.payments).checkout(
            pack: "pieces",
            quantity: quantity,
            for: Shop.account,
            provider: sandbox.provider.rawValue,
            successURL: "https://shop.example/thanks?purchase={PURCHASE_ID}",
            cancelURL: "https://shop.example/packs"
        )
    }

    private static var offers: SandboxOffers {
        var offers = SandboxOffers()
        offers.coupons = [
            SandboxOffers.Coupon(id: "third", code: "THIRD", off: .percent(33)),
            SandboxOffers.Coupon(id: "flat", code: "FLAT", off: .amount(Money(minorUnits: 77, currency: "USD"))),
            SandboxOffers.Coupon(id: "all", code: "ALL", off: .percent(100)),
        ]
        return offers
    }

    /// The other business sells and refunds.
    func actElsewhere(_ random: inout SeededGenerator) throws {
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            guard let foreign = SandboxForeign.allCases.randomElement(using: &random) else { return }
            let id = sandbox.addForeign(foreign, typed: "pur_typed")
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                if let act = sandbox.acts(on: id).randomElement(using: &random) { try sandbox.perform(act, on: id) }
            }
        }
    }

    /// Some checkouts, half of them of the other business, with random acts.
    func actAtRandom(_ random: inout SeededGenerator) async throws {
        for seller in [payments, neighbour].flatMap({ Array(repeating: $0, count: 12) }).shuffled(using: &random) {
            try await actAtRandom(at: seller, &random)
        }
    }

    /// A checkout with up to nine acts.
    private func actAtRandom(at seller: Payments, _ random: inout SeededGenerator) async throws {
        let opened = try await open(quantity: Int.random(in: 10...100, using: &random), at: seller)
        for _ in 0..<Int.random(in: 0...9, using: &random) {
            guard var act = sandbox.acts(on: opened.id).randomElement(using: &random) else { break }
            let checkout = try #require(sandbox.checkout(opened.id))
            let left = checkout.total.minorUnits - (checkout.payment?.refundedMinorUnits ?? 0)
            switch act.kind {
            case .refund, .refundLater:
                let isOfTax = Int.random(in: 0..<4, using: &random) == 0 && (1...left).contains(checkout.tax)
                act.minorUnits = isOfTax ? checkout.tax : Int64.random(in: 1...left, using: &random)
            // A part of the withdrawn money, or all of it.
            case .reinstateFunds: act.minorUnits = Int64.random(in: 1...2 * checkout.total.minorUnits, using: &random)
            // Banks can withdraw more than was paid.
            case .dispute, .warn: act.minorUnits = Int64.random(in: 1...2 * checkout.total.minorUnits, using: &random)
            default: break
            }
            try sandbox.perform(act, on: opened.id)
            clock.advance(milliseconds: Int64.random(in: 0...60_000, using: &random))
        }
    }

    /// No webhook of Dodo's reports a refund before it has succeeded.
    func endPendingRefunds() throws {
        guard sandbox.provider == .dodo else { return }
        for checkout in sandbox.checkouts(count: .max) {
            for act in sandbox.acts(on: checkout.id) where act.kind == .completeRefund {
                try sandbox.perform(act, on: checkout.id)
            }
        }
    }

    /// Compares every purchase with the money that the provider has for it.
    func check(_ comment: Comment) async throws {
        let records = try await ledger.purchases(.latest(count: 1000))
        #expect(records.count == 12)
        for record in records {
            let checkout = try #require(record.checkout.flatMap { sandbox.checkout($0) })
            let total = checkout.total.minorUnits
            let credits = record.purchase.credits.rawValue
            let gone = total - checkout.keptMinorUnits
            // A refund of the tax takes nothing back, and the credits taken back are rounded in the customer's favour.
            let isTaxBack = checkout.payment?.refunds.contains { $0.counts && $0.minorUnits == checkout.tax } == true
            let exempt = isTaxBack && checkout.tax < total ? checkout.tax : 0
            let kept = total == 0 ? credits : credits - credits * max(0, gone - exempt) / (total - exempt)
            let worth = checkout.isPaid ? kept : 0
            #expect(record.position.credits.rawValue == worth, "\(comment): \(record) \(checkout)")
            #expect(record.position.flags.isEmpty, comment)
        }
    }

    /// Checks the owners in the inbox: an event of the other business needs no decision, and its body is not stored.
    func checkInbox(foreign: Set<String>, _ comment: Comment) async throws {
        let entries = try await ledger.inbox(.state(nil, count: 1_000_000))
        #expect(entries.allSatisfy { [.done, .notOurs].contains($0.state) }, comment)
        // Some types of events report nothing about purchases, ours or foreign.
        let told = entries.filter { $0.note == nil }
        let notOurs = Set(told.filter { $0.state == .notOurs }.map(\.event.id.event))
        #expect(notOurs == Set(told.map(\.event.id.event)).intersection(foreign), comment)
        #expect(notOurs.count > 12, comment)
        #expect(entries.allSatisfy { foreign.contains($0.event.id.event) ? $0.event.body.isEmpty : true }, comment)
    }
}
