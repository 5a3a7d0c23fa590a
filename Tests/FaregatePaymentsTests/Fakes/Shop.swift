import Faregate
import FaregatePayments
import FaregateTesting
import Foundation
import Testing

/// A policy with packs to sell, a ledger, and Stripe's side of the signing secret.
struct Shop {
    static let secret = "whsec_of_the_shop"
    static let key = "sk_test_do_not_show"
    static let account: AccountID = "acct_1"
    static let purchase: Purchase.ID = "pur_1"
    static let policy = Policy(
        version: "policy-1",
        calendar: WindowCalendar(timeZone: .gmt),
        actions: [:],
        packs: [
            "small": pack("small", credits: 100, cents: 1000),
            "large": pack("large", credits: 1500, cents: 10_000),
            "pieces": pack("pieces", credits: 7, cents: 30, quantities: 10...500),
            "unlisted": pack("unlisted", credits: 1, cents: 100, isListed: false),
        ]
    )

    let ledger = FlakyPurchases()
    let clock = ManualClock()
    let events = Events()
    let stripe: FakeStripe

    init(_ stripe: FakeStripe = FakeStripe(.session())) {
        self.stripe = stripe
    }

    /// With a purchase of the small pack on record, and its checkout open.
    static func open(_ stripe: FakeStripe = FakeStripe(.session()), attached: Bool = true) async throws -> Shop {
        let shop = Shop(stripe)
        try await shop.ledger.memory.record(sold(), under: .empty, at: shop.clock.now)
        guard attached else { return shop }
        let checkout = Purchase.Checkout(
            purchase: purchase,
            id: "cs_test_1",
            url: try #require(URL(string: "https://checkout.stripe.com/c/pay/cs_test_1")),
            expiresAt: shop.clock.now.advanced(byMilliseconds: 86_400_000)
        )
        try await shop.ledger.memory.attach(checkout, to: purchase, at: shop.clock.now)
        return shop
    }

    static func sold() throws -> Purchase {
        let pack = try #require(policy.packs["small"])
        return try Purchase(
            id: purchase,
            provider: "stripe",
            account: account,
            pack: pack,
            policyVersion: policy.version
        )
    }

    func provider(
        key: String? = Shop.key,
        secrets: [String] = [Shop.secret],
        livemode: Bool? = nil,
        baseURL: String = "https://api.stripe.com",
        clock: (any WallClock)? = nil
    ) throws -> Stripe {
        Stripe(
            key: try key.map { try Secret($0) },
            webhookSecrets: try secrets.map { try Secret($0) },
            livemode: livemode,
            baseURL: try #require(URL(string: baseURL)),
            clock: clock ?? ImpatientClock(),
            transport: stripe
        )
    }

    func payments(_ provider: Stripe? = nil) throws -> Payments {
        let events = events
        return Payments(
            providers: [try provider ?? self.provider()],
            ledger: Ledger(purchases: ledger),
            policies: Shop.policy,
            clock: clock
        ) { events.add($0) }
    }

    /// Signed by Stripe now.
    func receive(_ body: Data, at provider: Stripe? = nil) async throws -> Payments.WebhookAnswer {
        let signature = Stripe.Signature.sign(body: body, secret: try Secret(Shop.secret), at: clock.now)
        return try await payments(provider).receive(
            provider: "stripe",
            headers: [("content-type", "application/json"), ("stripe-signature", signature)],
            body: body
        )
    }

    func receive(_ event: JSON) async throws -> Payments.WebhookAnswer { try await receive(event.data) }

    var credits: Credits { ledger.memory.credits(of: Shop.account) }

    var record: Purchase.Record? {
        get async throws { try await ledger.memory.purchases(.one(Shop.purchase)).first }
    }

    private static func pack(
        _ name: String,
        credits: Credits,
        cents: Int64,
        quantities: ClosedRange<Int> = 1...1,
        isListed: Bool = true
    ) -> Policy.Pack {
        Policy.Pack(
            name: name,
            credits: credits,
            price: Money(minorUnits: cents, currency: "USD"),
            quantities: quantities,
            products: isListed ? ["stripe": "price_\(name)"] : [:],
            location: Policy.Location(file: "policies/packs.json", line: 1, column: 1)
        )
    }
}

/// The events that an observer received.
final class Events: Sendable {
    private let events = Mutex<[Payments.Event]>([])

    var all: [Payments.Event] { events.withLock { $0 } }

    func removeAll() { events.withLock { $0.removeAll() } }

    func add(_ event: Payments.Event) { events.withLock { $0.append(event) } }
}
