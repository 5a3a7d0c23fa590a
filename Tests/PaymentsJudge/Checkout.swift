import Faregate
import FaregatePayments
import FaregateTesting
import Foundation

extension Request {
    private static let policy = """
        { "packs": { "50": {
          "credits": 50, "price": "10.00 USD", "quantity": { "max": 9 },
          "stripe": "price_sandbox_50", "dodo": "pdt_sandbox_50"
        } } }
        """

    /// Three packs of 50 for Zoë, as a server would sell them.
    func openCheckout() async throws -> OpenCheckout {
        guard let baseURL = URL(string: address) else { throw InvalidInput("not an address") }
        let key = try Secret(key)
        let seller: any PaymentProvider =
            switch provider {
            case .stripe: Stripe(key: key, baseURL: baseURL)
            case .dodo: try Dodo(key: key, mode: .test, baseURL: baseURL)
            }
        let payments = Payments(
            providers: [seller],
            ledger: MemoryPurchases(),
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
