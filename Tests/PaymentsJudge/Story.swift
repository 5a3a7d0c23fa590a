import Faregate
import FaregateChecks
import FaregateSandbox
import FaregateTesting
import Foundation

extension Request {
    private static let checkouts = 200
    private static let maxActs = 12

    /// What may happen at 200 checkouts, at random: every act that there is comes up many times.
    func story() throws -> [SandboxWebhook] {
        var offers = SandboxOffers()
        offers.coupons = SampleShop.coupons
        let sandbox = try PaymentSandbox(
            provider,
            key: Secret("sk_test_story"),
            webhookSecret: Secret(secrets.first ?? ""),
            pages: "http://127.0.0.1:8080/sandbox",
            taxPercent: 20,
            offers: offers,
            refundEvents: old ? .runningTotals : .perRefund,
            clock: ManualClock(now: now)
        ) { _ in Money(minorUnits: 1000, currency: "USD") }
        for _ in 0..<Request.checkouts {
            let checkout = try open(at: sandbox)
            for _ in 0..<Request.maxActs {
                guard let act = sandbox.acts(on: checkout).randomElement() else { break }
                try sandbox.perform(act, on: checkout)
            }
        }
        sandbox.shuffleWebhooks(seed: UInt64(at.magnitude))
        var webhooks: [SandboxWebhook] = []
        while let webhook = sandbox.nextWebhook() { webhooks.append(webhook) }
        return webhooks
    }

    private func open(at sandbox: PaymentSandbox) throws -> String {
        let form =
            "mode=payment&line_items[0][price]=p&success_url=http://shop.example/thanks&metadata[a]=b"
            + "&automatic_tax[enabled]=true&allow_promotion_codes=true&invoice_creation[enabled]=true"
        let json = #"{"product_cart":[{"product_id":"p","quantity":1}],"metadata":{"a":"b","n":1,"t":true}}"#
        _ = sandbox.answer(
            SandboxRequest(
                method: "POST",
                path: provider == .stripe ? "/v1/checkout/sessions" : "/checkouts",
                headers: [("Authorization", "Bearer sk_test_story")],
                body: Data((provider == .stripe ? form : json).utf8)
            )
        )
        guard let checkout = sandbox.checkouts(count: 1).first else { throw InvalidInput("no checkout was opened") }
        return checkout.id
    }
}
