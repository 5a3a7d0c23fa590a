import Faregate
import FaregateSandbox
import FaregateTesting
import Testing

@testable import GenerateApp

@Suite struct BillingPageTests {
    @Test("The billing page shows the customer's billing details to the customer only")
    func billingDetails() async throws {
        let server = try await TestServer()
        let checkout = try await server.openCheckout(for: "ana")
        let customer = """
            {"name":"Ana <script>alert(1)</script> & Co","email":"ana+shop@example.com","address":\
            {"line1":"12 \\"High\\" St","line2":null,"city":"Zürich","postal_code":"01234","state":null,"country":"CH"}}
            """
        try await server.run { browser async throws in
            let ana = try await browser.signedIn(as: "ana")
            let webhook = Webhook(checkout: checkout, customer: customer, signedAt: server.clock.now)
            #expect(try await webhook.deliver(to: browser).status == 200)
            let page = try await ana.get("/billing").page
            for line in [
                "Ana &lt;script&gt;alert(1)&lt;/script&gt; &amp; Co", "ana+shop@example.com",
                "12 &quot;High&quot; St, Zürich, 01234, CH",
            ] {
                #expect(page.contains("<span>\(line)</span>"), "\(page)")
            }
            let bob = try await browser.signedIn(as: "bob")
            #expect(try await !bob.get("/billing").page.contains("ana+shop"))
        }
    }

    @Test("The billing page shows no address if the provider sent none")
    func noBillingDetails() async throws {
        let server = try await TestServer()
        let checkout = try await server.openCheckout(for: "ana")
        try await server.run { browser async throws in
            let ana = try await browser.signedIn(as: "ana")
            _ = try await Webhook(checkout: checkout, signedAt: server.clock.now).deliver(to: browser)
            let page = try await ana.get("/billing").page
            #expect(page.contains("Your purchases"))
            #expect(!page.contains("<address>"))
        }
    }

    @Test("A purchase in the sandbox has a billing address", arguments: ["stripe", "dodo"])
    func sandboxBilling(provider: String) async throws {
        try await TestServer().runLive { browser async throws in
            let ana = try await browser.signedIn(as: "ana")
            let page = try await ana.checkout(#"{"pack":"100","provider":"\#(provider)"}"#)
            _ = try await browser.press("pay", at: page)
            let billing = try await ana.get("/billing").page
            #expect(billing.contains("<span>Pat Sandbox</span>"))
            #expect(billing.contains("1 Sandbox Street, Springfield, 12345, IL, US"))
        }
    }
}
