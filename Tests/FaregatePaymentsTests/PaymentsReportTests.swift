import Faregate
import FaregatePayments
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// The observer gets each change once, with its cause.
@Suite(.endsWhenStuck) struct PaymentsReportTests {
    private static let paid = FakeStripe.Answer.json(
        StripeJSON.session(["payment_intent": ["id": "pi_1", "latest_charge": StripeJSON.charge()]])
    )
    private let completed = Inbox.Event.ID(provider: "stripe", event: "evt_1")

    private func changes(_ shop: Shop) -> [(Purchase.Status?, Payments.Cause)] {
        shop.events.all.compactMap {
            if case .changed(let change, let cause) = $0 { (change.after?.status, cause) } else { nil }
        }
    }

    private func decisions(_ shop: Shop) -> [(Set<Purchase.Flag>?, Payments.Cause)] {
        shop.events.all.compactMap { event in
            if case .needsDecision(let change, let cause) = event { (change.after?.flags, cause) } else { nil }
        }
    }

    private func expect(_ shop: Shop, _ expected: [(Purchase.Status?, Payments.Cause)]) {
        let told = changes(shop)
        #expect(told.map(\.0) == expected.map(\.0) && told.map(\.1) == expected.map(\.1))
    }

    @Test("A webhook is reported once, and its repeats are not")
    func webhook() async throws {
        let shop = try await Shop.open()
        for _ in 1...3 {
            _ = try await shop.receive(StripeJSON.event("checkout.session.completed", StripeJSON.session()))
        }
        expect(shop, [(.paid, .webhook(completed))])
        #expect(decisions(shop).isEmpty)
    }

    @Test("A confirmation on the return page is reported, and the webhook after it is not")
    func confirm() async throws {
        let shop = try await Shop.open(FakeStripe(Self.paid))
        _ = try await shop.payments().confirm(Shop.purchase, of: Shop.account)
        _ = try await shop.receive(StripeJSON.event("checkout.session.completed", StripeJSON.session()))
        expect(shop, [(.paid, .confirm)])
    }

    @Test("A race of a webhook and a confirmation is reported exactly once")
    func race() async throws {
        for _ in 0..<20 {
            let shop = try await Shop.open(FakeStripe(Self.paid))
            let payments = try shop.payments()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try await payments.confirm(Shop.purchase, of: Shop.account) }
                for _ in 0..<3 {
                    group.addTask {
                        _ = try await shop.receive(StripeJSON.event("checkout.session.completed", StripeJSON.session()))
                    }
                }
                try await group.waitForAll()
            }
            #expect(changes(shop).count == 1)
        }
    }

    @Test("A change that reconcile found is reported")
    func reconcile() async throws {
        let stripe = FakeStripe(
            .reply { request in
                .json(StripeJSON.list(request.url.path() == "/v1/checkout/sessions" ? [StripeJSON.session()] : []))
            }
        )
        let shop = try await Shop.open(stripe)
        for isRehearsal in [true, false, false] {
            let since = shop.clock.now.advanced(byMilliseconds: -86_400_000)
            _ = try await shop.payments().reconcile(provider: "stripe", since: since, isRehearsal: isRehearsal)
        }
        expect(shop, [(.paid, .reconcile)])
    }

    @Test("A change that was recorded before its checkout's answer arrived is reported")
    func checkout() async throws {
        let shop = Shop(FakeStripe(.session(["metadata": .object([:]), "client_reference_id": nil])))
        let early = StripeJSON.session(["metadata": .object([:]), "client_reference_id": nil])
        _ = try await shop.receive(StripeJSON.event("checkout.session.completed", early))
        _ = try await shop.payments().checkout(
            pack: "small",
            for: Shop.account,
            provider: "stripe",
            successURL: "https://shop.example/done",
            cancelURL: "https://shop.example/packs"
        )
        expect(shop, [(.paid, .checkout)])
        #expect(shop.credits == 100)
    }

    @Test("A payment that needs a person's decision is reported once, and so is the decision")
    func decision() async throws {
        let shop = try await Shop.open()
        let wrong = StripeJSON.session(["amount_total": 999])
        for _ in 1...2 { _ = try await shop.receive(StripeJSON.event("checkout.session.completed", wrong)) }
        let told = decisions(shop)
        #expect(told.map(\.0) == [[.amountMismatch]] && told.map(\.1) == [.webhook(completed)])

        let note = try Ledger.Note(by: "eva", reason: "agreed on the phone")
        let payments = try shop.payments()
        for _ in 1...2 { _ = try await payments.decide(.approve, of: Shop.purchase, note) }
        expect(shop, [(.held, .webhook(completed)), (.paid, .decision(note))])
        #expect(decisions(shop).count == 1)
    }

    @Test("A further refund that a person must count is reported, although another one is waiting")
    func secondClaim() async throws {
        let shop = try await Shop.open()
        _ = try await shop.receive(StripeJSON.event("checkout.session.completed", StripeJSON.session()))
        for (number, id) in [(1, "re_1"), (2, "re_2"), (3, "re_2")] {
            let refund = StripeJSON.refund(id, 200).with(["currency": "eur"])
            _ = try await shop.receive(StripeJSON.event("refund.created", refund, id: "evt_r\(number)"))
        }
        #expect(decisions(shop).map(\.0) == [[.refundCurrency], [.refundCurrency]])
    }
}
