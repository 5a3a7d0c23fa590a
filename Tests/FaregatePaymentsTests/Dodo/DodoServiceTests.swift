import Faregate
import FaregateBooks
import FaregatePayments
import FaregateSQLite
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// Dodo behind the service, with a real ledger.
@Suite(.endsWhenStuck) struct DodoServiceTests {
    private struct Till {
        let ledger: SQLiteLedger
        let payments: Payments
        let clock: ManualClock

        func deliver(_ event: JSON, id: String) async throws -> Int {
            let secret = try Secret(DodoFixture.secret)
            let headers = try ProviderKit.StandardWebhooks.sign(body: event.data, id: id, secret: secret, at: clock.now)
            return await payments.receive(provider: "dodo", headers: headers, body: event.data).status
        }

        func credits() async throws -> Credits {
            try await ledger.balance(of: "acct_1", at: clock.now)?.remaining ?? .zero
        }

        func checkout(key: String? = nil) async throws -> Purchase.Checkout {
            try await payments.checkout(
                pack: "small",
                for: "acct_1",
                provider: "dodo",
                successURL: "https://shop.example/thanks?p={PURCHASE_ID}",
                cancelURL: "https://shop.example/packs",
                requestKey: key
            )
        }
    }

    private static let policy = Policy(
        version: "policy-1",
        calendar: WindowCalendar(timeZone: .gmt),
        actions: [:],
        packs: [
            "small": Policy.Pack(
                name: "small",
                credits: 100,
                price: Money(minorUnits: 1000, currency: "USD"),
                products: ["dodo": "pdt_small"],
                location: Policy.Location(file: "policies/packs.json", line: 1, column: 1)
            )
        ]
    )

    private func withTill(_ dodo: FakeDodo = FakeDodo(), _ body: (Till) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("faregate-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let clock = ManualClock()
        let ledger = try await SQLiteLedger.open(folder.path + "/test.faregate", clock: ManualClock())
        let payments = Payments(
            providers: [try DodoFixture.provider(at: dodo)],
            ledger: Ledger(ledger),
            policies: Self.policy,
            clock: clock
        )
        do {
            try await body(Till(ledger: ledger, payments: payments, clock: clock))
            await ledger.close()
        } catch {
            await ledger.close()
            throw error
        }
    }

    /// With the fixtures' purchase on record, and its checkout open.
    private func sell(_ till: Till) async throws {
        let pack = try #require(Self.policy.packs["small"])
        let purchase = try Purchase(
            id: "pur_1",
            provider: "dodo",
            account: "acct_1",
            pack: pack,
            policyVersion: "policy-1"
        )
        try await till.ledger.record(purchase, under: .empty, at: till.clock.now)
        let url = try #require(URL(string: "https://test.checkout.dodopayments.com/session/cks_1"))
        let checkout = Purchase.Checkout(purchase: "pur_1", id: "cks_1", url: url, expiresAt: nil)
        try await till.ledger.attach(checkout, to: "pur_1", at: till.clock.now)
    }

    @Test("Signed webhooks, reversed and repeated, leave the account with the right balance")
    func stories() async throws {
        for story in DodoStoryTests.all {
            try await withTill { till in
                try await sell(till)
                for name in story.events.reversed() + story.events {
                    let status = try await till.deliver(try #require(DodoFixture.events[name]), id: "msg_\(name)")
                    #expect(status == 200)
                }
                let credits = try await till.credits()
                let record = try await till.ledger.purchases(.one("pur_1")).first
                #expect(credits == story.credits, "\(story.events)")
                #expect(record?.position.status == story.status, "\(story.events)")
            }
        }
    }

    @Test("A payment for another product at the same price grants nothing until a person approves it")
    func otherProduct() async throws {
        try await withTill { till in
            try await sell(till)
            let cart: JSON = [["product_id": "pdt_large", "quantity": 1]]
            let event = DodoFixture.event("payment.succeeded", DodoFixture.payment.setting(["product_cart"], to: cart))
            let status = try await till.deliver(event, id: "msg_1")
            let record = try await till.ledger.purchases(.flagged(count: 10)).first
            let before = try await till.credits()
            #expect(status == 200 && before == 0)
            #expect(record?.position.status == .held && record?.position.flags == [.packMismatch])
            // Never granted, not even for a moment.
            let history = try await till.ledger.history(of: "acct_1", after: nil, count: 10)
            #expect(history.entries.isEmpty)
            let note = try Ledger.Note(by: "kim", reason: "agreed")
            _ = try await till.ledger.approve("pur_1", note, at: till.clock.now)
            let after = try await till.credits()
            #expect(after == 100)
        }
    }

    @Test("A button pressed twice opens one checkout, and the payment is confirmed when the customer returns")
    func oneCheckout() async throws {
        let session: JSON = [
            "id": "cks_1", "created_at": "2026-01-01T00:00:00Z", "payment_id": "pay_1", "payment_status": "succeeded",
        ]
        // Only the checkout's id names the order: the purchase has another id than the fixture's metadata.
        let payment = DodoFixture.payment.setting(["metadata"], to: [:])
        let dodo = FakeDodo([
            "POST /checkouts": [.json(DodoCheckoutTests.session), .json(["session_id": "cks_2"])],
            "GET /checkouts/cks_1": [.json(session)], "GET /payments/pay_1": [.json(payment)],
        ])
        try await withTill(dodo) { till in
            let first = try await till.checkout(key: "click-1")
            let second = try await till.checkout(key: "click-1")
            #expect(first == second)
            #expect(dodo.lines == ["POST /checkouts"])
            let told = dodo.requests.first?.json
            #expect(told?["metadata", "faregate_purchase"] == .text(first.purchase.rawValue))
            #expect(told?["return_url"] == .text("https://shop.example/thanks?p=\(first.purchase)"))
            let record = try await till.payments.confirm(first.purchase, of: "acct_1")
            let credits = try await till.credits()
            #expect(record?.position.status == .paid)
            #expect(record?.billing == DodoReadingTests.billing)
            #expect(credits == 100)
        }
    }

    @Test("The same button opens a new checkout after a day")
    func anotherDay() async throws {
        let later = DodoCheckoutTests.session.setting(["session_id"], to: "cks_2")
        let dodo = FakeDodo(["POST /checkouts": [.json(DodoCheckoutTests.session), .json(later)]])
        try await withTill(dodo) { till in
            let first = try await till.checkout(key: "click-1")
            till.clock.advance(milliseconds: 86_400_001)
            let second = try await till.checkout(key: "click-1")
            #expect([first.id, second.id] == ["cks_1", "cks_2"])
        }
    }

    @Test("A payment without a webhook is found by reconcile, shown, and then applied")
    func reconciles() async throws {
        let listed = DodoFixture.payment.setting(["tax"], to: nil)
        let dodo = FakeDodo([
            "GET /payments": [.json(["items": [listed]]), .json(["items": []])],
            "GET /payments/pay_1": [.json(DodoFixture.payment.setting(["refunds"], to: [DodoFixture.refund]))],
            "GET /refunds": [.json(["items": [DodoFixture.refund]]), .json(["items": []])],
            "GET /disputes": [.json(["items": []])],
        ])
        try await withTill(dodo) { till in
            try await sell(till)
            let since = till.clock.now.advanced(byMilliseconds: -86_400_000)
            let found = try await till.payments.reconcile(provider: "dodo", since: since)
            let before = try await till.credits()
            #expect(found.differences.map(\.after?.credits) == [75])
            #expect(before == 0)
            try await till.payments.apply(found)
            let after = try await till.credits()
            #expect(after == 75)
        }
    }
}
