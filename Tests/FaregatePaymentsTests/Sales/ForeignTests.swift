import Faregate
import FaregateChecks
import FaregatePayments
import FaregateSandbox
import FaregateTesting
import Foundation
import Testing

@Suite("Another business at the same account") struct ForeignTests {
    @Test(
        "The other business's orders are reported in the provider's words", arguments: PaymentSandbox.Provider.allCases)
    func told(kind: PaymentSandbox.Provider) async throws {
        let counter = try SampleShop(kind)
        for foreign in SandboxForeign.allCases { counter.sandbox.addForeign(foreign, typed: "pur_typed") }
        #expect(counter.sandbox.checkouts(count: 10).allSatisfy { $0.isForeign && $0.isPaid })
        var objects: [[String: Any]] = []
        while let webhook = counter.sandbox.nextWebhook() { objects.append(try webhook.object) }
        switch kind {
        case .stripe:
            #expect(objects.contains { $0["mode"] as? String == "subscription" && $0["payment_intent"] is NSNull })
            #expect(
                objects.contains { $0["client_reference_id"] as? String == "pur_typed" && $0["payment_link"] is String }
            )
            #expect(
                objects.contains {
                    $0["object"] as? String == "refund" && $0["payment_intent"] is NSNull && $0["charge"] is NSNull
                }
            )
        case .dodo:
            #expect(objects.contains { $0["product_cart"] is NSNull && $0["subscription_id"] is String })
            let link = try #require(
                objects.first { ($0["metadata"] as? [String: String])?["faregate_purchase"] != nil })
            #expect(link["checkout_session_id"] is NSNull)
        }
    }

    @Test(
        "The other business's payments grant no credits, whatever a customer types into a link's address",
        arguments: PaymentSandbox.Provider.allCases
    )
    func worthless(kind: PaymentSandbox.Provider) async throws {
        for seed in 1...UInt64(10) {
            let counter = try SampleShop(kind)
            var random = SeededGenerator(seed: seed)
            let opened = try await counter.open()
            let paid = try await counter.open(quantity: 3)
            try counter.perform(.pay, on: paid.id)
            for _ in 0..<10 {
                guard let foreign = SandboxForeign.allCases.randomElement(using: &random) else { continue }
                let typed = Bool.random(using: &random) ? opened.purchase.rawValue : paid.purchase.rawValue
                let id = counter.sandbox.addForeign(foreign, typed: typed)
                for _ in 0..<2 {
                    // Sales and refunds there belong to the other business.
                    guard foreign != .link, let act = counter.sandbox.acts(on: id).randomElement(using: &random) else {
                        continue
                    }
                    try counter.perform(act, on: id)
                }
            }
            counter.sandbox.shuffleWebhooks(seed: seed)
            #expect(await counter.deliver().isEmpty)
            #expect(counter.ledger.credits(of: SampleShop.account) == 300, "seed \(seed)")
        }
    }
}
