import Faregate
import FaregatePayments
import FaregateSandbox
import FaregateTesting
import Foundation

/// Other sellers on the same provider accounts: a business that does not use Faregate, and a second shop that sells the
/// same products with Faregate. Our endpoints receive their events too and must ignore them.
struct Neighbours: Sendable {
    /// The seller of a checkout that isn't ours.
    enum Owner: Sendable, Hashable {
        case business(SandboxForeign)
        case secondShop

        /// Whether events of this type say nothing about purchases. The server marks such an event as done.
        func saysNothing(in type: String) -> Bool {
            type.hasPrefix("payment_intent.") || type == "charge.failed"
                || self == .business(.subscription) && type.hasPrefix("checkout.session.")
        }
    }

    /// Texts that occur only in the neighbours' webhooks: the domains of the second shop's customers and of the
    /// business's pages.
    static let marks = ["elsewhere.example", "another.example"]
    private static let policy = """
        { "packs": { "50": { "credits": 50, "price": "10.00 USD", "stripe": "price_50", "dodo": "pdt_50" } } }
        """

    private let providers: Providers
    private let secondShop: Payments
    private var buyers = 0
    private(set) var owners: [String: Owner] = [:]

    init(_ providers: Providers) throws {
        self.providers = providers
        let key = try Secret(Providers.key)
        let sellers = try providers.all.map { sandbox -> any PaymentProvider in
            let transport = SandboxTransport(sandbox)
            return switch sandbox.provider {
            case .stripe:
                Stripe(key: key, checkout: try .init(discounts: .promotionCodes), transport: transport)
            case .dodo:
                try Dodo(key: key, checkout: .init(discounts: .codes), mode: .test, transport: transport)
            }
        }
        secondShop = Payments(
            providers: sellers,
            ledger: InMemory().ledger,
            policies: try Policy(parsing: Neighbours.policy, environment: [:], forSale: true)
        )
    }

    /// Opens a checkout at a random neighbour and performs random acts on it.
    ///
    /// - Parameter purchase: the id of one of our purchases, which a neighbour's customer may type.
    mutating func actAtRandom(besides purchase: String, _ random: inout SeededRandom) async throws {
        let sandbox = providers.all.randomElement(using: &random) ?? providers.all[0]
        let checkout: String
        if Bool.random(using: &random) {
            checkout = try await openInSecondShop(at: sandbox)
            owners[checkout] = .secondShop
        } else {
            let kind = SandboxForeign.allCases.randomElement(using: &random) ?? .sale
            checkout = sandbox.addForeign(kind, typed: purchase)
            owners[checkout] = .business(kind)
        }
        try providers.actAtRandom(sandbox, checkout, &random)
    }

    private mutating func openInSecondShop(at sandbox: PaymentSandbox) async throws -> String {
        buyers += 1
        let buyer = "buyer-\(buyers)@elsewhere.example"
        return try await secondShop.checkout(
            pack: "50",
            for: AccountID(buyer),
            provider: sandbox.provider.rawValue,
            successURL: "https://elsewhere.example/thanks",
            cancelURL: "https://elsewhere.example/packs",
            customerEmail: buyer
        ).id
    }
}
