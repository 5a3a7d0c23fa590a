import Faregate
import FaregateChecks
import FaregatePayments
import FaregateSandbox
import FaregateTesting
import Foundation

extension Request {
    private static let policy = """
        { "packs": { "50": {
          "credits": 50, "price": "10.00 USD", "quantity": { "max": 9 },
          "stripe": "price_sandbox_50", "dodo": "pdt_sandbox_50"
        } } }
        """

    private static func richStripe() throws -> Stripe.CheckoutOptions {
        try Stripe.CheckoutOptions(
            automaticTax: true,
            collectsTaxIDs: true,
            billingAddress: .required,
            keepsCustomers: true,
            discounts: .promotionCodes,
            createsInvoices: true,
            locale: "de",
            expiresAfter: .seconds(3600),
            sessionFields: ["submit_type": "pay"]
        )
    }

    private static func richDodo() throws -> Dodo.CheckoutOptions {
        try Dodo.CheckoutOptions(
            collectsTaxIDs: false,
            requiresBillingAddress: true,
            keepsCustomers: true,
            discounts: .codes,
            language: "de"
        )
    }

    /// Three packs of 50 for Zoë, as a server would sell them.
    func openCheckout() async throws -> Purchase.Checkout {
        guard let baseURL = URL(string: address) else { throw InvalidInput("not an address") }
        let key = try Secret(key)
        let seller: any PaymentProvider =
            switch provider {
            case .stripe: Stripe(key: key, checkout: isRich ? try Request.richStripe() : .plain, baseURL: baseURL)
            case .dodo:
                try Dodo(key: key, checkout: isRich ? try Request.richDodo() : .plain, mode: .test, baseURL: baseURL)
            }
        let payments = Payments(
            providers: [seller],
            ledger: Ledger(purchases: MemoryPurchases()),
            policies: try Policy(parsing: Request.policy)
        )
        return try await payments.checkout(
            pack: "50",
            quantity: 3,
            for: "zoë & co",
            provider: seller.name,
            successURL: "https://shop.example/thanks?a=b&c=%20d",
            cancelURL: "https://shop.example/packs",
            customerEmail: "zoe+credits@example.com"
        )
    }
}
