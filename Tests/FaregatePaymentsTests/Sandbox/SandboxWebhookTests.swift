import Faregate
import FaregatePayments
import FaregateSandbox
import FaregateTesting
import Foundation
import Testing

@Suite struct SandboxWebhookTests {
    @Test(
        "Stripe reports every act in its own events",
        arguments: [
            ([.pay], ["payment_intent.succeeded", "charge.succeeded", "checkout.session.completed"]),
            ([.decline], ["payment_intent.payment_failed", "charge.failed"]),
            ([.payLater], ["checkout.session.completed"]),
            (
                [.payLater, .bounce],
                ["payment_intent.payment_failed", "charge.failed", "checkout.session.async_payment_failed"]
            ),
            (
                [.payLater, .arrive],
                ["payment_intent.succeeded", "charge.succeeded", "checkout.session.async_payment_succeeded"]
            ),
            ([.expire], ["checkout.session.expired"]), ([.pay, .refund(1)], ["refund.created"]),
            ([.pay, .refundLater(1), .completeRefund("")], ["refund.updated"]),
            ([.pay, .refundLater(1), .cancelRefund("")], ["refund.updated"]),
            ([.pay, .refund(1), .failRefund("")], ["refund.updated", "refund.failed"]),
            ([.pay, .warn(nil)], ["charge.dispute.created"]),
            ([.pay, .warn(nil), .closeWarning("")], ["charge.dispute.closed"]),
            ([.pay, .warn(nil), .withdrawFunds("")], ["charge.dispute.funds_withdrawn", "charge.dispute.updated"]),
            ([.pay, .dispute(nil), .withdrawFunds("")], ["charge.dispute.funds_withdrawn"]),
            ([.pay, .dispute(nil), .withdrawFunds(""), .reinstateFunds("")], ["charge.dispute.funds_reinstated"]),
            ([.pay, .dispute(nil), .withdrawFunds(""), .lose("")], ["charge.dispute.closed"]),
            (
                [.pay, .dispute(nil), .withdrawFunds(""), .lose(""), .win("")],
                ["charge.dispute.funds_reinstated", "charge.dispute.closed"]
            ),
        ] as [([SandboxAct], [String])]
    )
    func stripe(acts: [SandboxAct], types: [String]) throws {
        let shop = try SandboxShop(.stripe)
        let id = try shop.checkout()
        for act in acts.dropLast() { try shop.perform(act, on: id) }
        _ = shop.webhooks()
        try shop.perform(acts[acts.count - 1], on: id)
        let webhooks = shop.webhooks()
        #expect(webhooks.map(\.type) == types)
        for webhook in webhooks {
            let event = try webhook.json
            #expect(event["object"] as? String == "event")
            #expect(event["id"] as? String == webhook.event)
            #expect(event["type"] as? String == webhook.type)
            #expect(event["livemode"] as? Bool == false)
            let prefix = try #require(webhook.type.split(separator: ".").first)
            #expect(try #require(webhook.object["object"] as? String).contains(prefix) || prefix == "charge")
        }
    }

    @Test(
        "Dodo reports every act in its own events",
        arguments: [
            ([.pay], ["payment.succeeded"]), ([.decline], ["payment.failed"]), ([.payLater], ["payment.processing"]),
            ([.payLater, .arrive], ["payment.succeeded"]), ([.payLater, .bounce], ["payment.failed"]), ([.expire], []),
            ([.pay, .refund(1)], ["refund.succeeded"]), ([.pay, .refundLater(1)], []),
            ([.pay, .refundLater(1), .completeRefund("")], ["refund.succeeded"]),
            ([.pay, .refund(1), .failRefund("")], ["refund.failed"]), ([.pay, .dispute(nil)], ["dispute.opened"]),
            ([.pay, .warn(nil), .lose("")], ["dispute.lost"]),
            ([.pay, .dispute(nil), .challenge("")], ["dispute.challenged"]),
            ([.pay, .dispute(nil), .accept("")], ["dispute.accepted"]),
            ([.pay, .dispute(nil), .lapse("")], ["dispute.expired"]),
            ([.pay, .dispute(nil), .callOff("")], ["dispute.cancelled"]),
            ([.pay, .dispute(nil), .win("")], ["dispute.won"]),
        ] as [([SandboxAct], [String])]
    )
    func dodo(acts: [SandboxAct], types: [String]) throws {
        let shop = try SandboxShop(.dodo)
        let id = try shop.checkout()
        for act in acts.dropLast() { try shop.perform(act, on: id) }
        _ = shop.webhooks()
        try shop.perform(acts[acts.count - 1], on: id)
        let webhooks = shop.webhooks()
        #expect(webhooks.map(\.type) == types)
        for webhook in webhooks {
            #expect(try webhook.json["type"] as? String == webhook.type)
            #expect(try webhook.object["payment_id"] as? String == shop.sandbox.checkout(id)?.payment?.id)
        }
    }

    @Test("Stripe's old events report refunds by their total, and the new ones report each refund")
    func refundFamilies() throws {
        for (family, types) in [
            (.perRefund, ["refund.created", "refund.created", "refund.updated", "refund.failed"]),
            (.runningTotals, ["charge.refunded", "charge.refunded", "charge.refund.updated"]),
            (
                .both,
                [
                    "refund.created", "charge.refunded", "refund.created", "charge.refunded", "refund.updated",
                    "refund.failed", "charge.refund.updated",
                ]
            ),
        ] as [(PaymentSandbox.RefundEvents, [String])] {
            let shop = try SandboxShop(.stripe, refundEvents: family)
            _ = try shop.checkout(.pay, .refund(300), .refund(400), .failRefund(""))
            let webhooks = shop.webhooks().dropFirst(3)
            #expect(webhooks.map(\.type) == types)
            let totals = try webhooks.filter { $0.type == "charge.refunded" }.map {
                try $0.object["amount_refunded"] as? Int
            }
            #expect(totals == (family == .perRefund ? [] : [300, 700]))
            let version = try webhooks.first?.json["api_version"] as? String
            #expect(version?.hasPrefix(family == .runningTotals ? "2022" : "2026") == true)
        }
    }

    @Test("A webhook is signed when it is sent, and its signature verifies at that time")
    func signed() throws {
        for provider in PaymentSandbox.Provider.allCases {
            let shop = try SandboxShop(provider)
            _ = try shop.checkout(.pay)
            shop.clock.advance(milliseconds: 3 * 24 * 60 * 60 * 1000)
            let webhooks = shop.webhooks()
            #expect(!webhooks.isEmpty)
            for webhook in webhooks { try verify(webhook, provider, at: shop.clock.now) }
            let later = shop.clock.now.advanced(byMilliseconds: 301_000)
            let first = webhooks[0]
            #expect(throws: ProviderKit.SignatureError.self) { try verify(first, provider, at: later) }
        }
    }

    private func verify(_ webhook: SandboxWebhook, _ provider: PaymentSandbox.Provider, at now: Timestamp) throws {
        switch provider {
        case .stripe:
            let header = try #require(webhook.headers.first { $0.name == Stripe.Signature.headerName }).value
            let secrets = [try Secret(SandboxShop.stripeSecret)]
            try Stripe.Signature(parsing: header).verify(body: webhook.body, secrets: secrets, at: now)
        case .dodo:
            let scheme = try ProviderKit.StandardWebhooks(secrets: [Secret(SandboxShop.dodoSecret)])
            #expect(try scheme.verify(headers: webhook.headers, body: webhook.body, at: now) == webhook.event)
        }
    }

    @Test("Stripe's webhooks show the object at the time of the event, and Dodo's at the time of delivery")
    func moments() throws {
        let stripe = try SandboxShop(.stripe)
        _ = try stripe.checkout(.pay, .refund(nil), .failRefund(""))
        let created = try #require(stripe.webhooks().first { $0.type == "refund.created" })
        #expect(try created.object["status"] as? String == "succeeded")

        let dodo = try SandboxShop(.dodo)
        _ = try dodo.checkout(.pay, .refund(nil), .failRefund(""))
        let succeeded = try #require(dodo.webhooks().first { $0.type == "refund.succeeded" })
        #expect(try succeeded.object["status"] as? String == "failed")
    }

    @Test("A refused webhook is sent again as the same event, and the queue can be repeated, shuffled and dropped")
    func queue() throws {
        let shop = try SandboxShop(.stripe)
        let id = try shop.checkout(.pay, .refund(1))
        _ = try shop.checkout(.pay)
        #expect(shop.sandbox.waitingWebhooks == 7)
        let first = try #require(shop.sandbox.nextWebhook())
        shop.sandbox.redeliver(first)
        shop.sandbox.duplicateWebhooks(times: 3)
        #expect(shop.sandbox.waitingWebhooks == 21)
        let all = shop.webhooks()
        #expect(Set(all.map(\.event)).count == 7)
        #expect(all.suffix(3).allSatisfy { $0.event == first.event })

        shop.sandbox.redeliver(checkout: id)
        let inOrder = shop.webhooks().map(\.event)
        #expect(inOrder.count == 4)
        var orders: Set<[String]> = []
        for seed: UInt64 in 1...20 {
            var twice: [[String]] = []
            for _ in 0..<2 {
                shop.sandbox.redeliver(checkout: id)
                shop.sandbox.shuffleWebhooks(seed: seed)
                twice.append(shop.webhooks().map(\.event))
            }
            #expect(twice[0] == twice[1])
            #expect(Set(twice[0]) == Set(inOrder))
            orders.insert(twice[0])
        }
        #expect(orders.count > 5)

        shop.sandbox.redeliver(checkout: id)
        shop.sandbox.loseWebhooks()
        #expect(shop.sandbox.nextWebhook() == nil)
    }
}
