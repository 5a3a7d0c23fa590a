import Faregate
import FaregatePayments
import FaregateTesting
import Foundation

/// A policy with packs to sell, a ledger with one purchase in it, and Stripe's side of the signing secret.
struct Shop {
    static let secret = "whsec_of_the_shop"
    static let policy = Policy(
        version: "policy-1",
        calendar: WindowCalendar(timeZone: .gmt),
        actions: [:],
        packs: [
            "small": pack("small", credits: 100, cents: 1000, stripePrice: "price_small"),
            "large": pack("large", credits: 1500, cents: 10_000, stripePrice: "price_large"),
            "unlisted": pack("unlisted", credits: 1, cents: 100, stripePrice: nil),
        ]
    )
    static let account: AccountID = "acct_1"
    static let purchase: PurchaseID = "pur_1"

    let ledger = FakePurchaseLedger()
    let clock = ManualClock()
    let events = Events()

    /// With the purchase of the small pack recorded and its checkout open.
    static func open() async throws -> Shop {
        let shop = Shop()
        guard let pack = policy.packs["small"] else { preconditionFailure("the policy sells it") }
        let order = try Purchase(
            id: purchase,
            provider: "stripe",
            account: account,
            pack: pack,
            policyVersion: policy.version
        )
        try await shop.ledger.record(order, under: .empty, at: shop.clock.now)
        return shop
    }

    func webhooks(secrets: [String] = [secret], livemode: Bool? = nil) throws -> StripeWebhooks {
        let events = events
        return StripeWebhooks(
            secrets: try secrets.map { try Secret($0) },
            ledger: ledger,
            livemode: livemode,
            clock: clock
        ) { events.add($0) }
    }

    /// Signed by Stripe just now.
    func receive(_ body: String, livemode: Bool? = nil) async throws -> WebhookAnswer {
        let body = Data(body.utf8)
        let signature = StripeSignature.sign(body: body, secret: try Secret(Shop.secret), at: clock.now)
        return try await webhooks(livemode: livemode).receive(signature: signature, body: body)
    }

    private static func pack(_ name: String, credits: Credits, cents: Int64, stripePrice: String?) -> Pack {
        Pack(
            name: name,
            credits: credits,
            price: Money(minorUnits: cents, currency: "USD"),
            products: stripePrice.map { ["stripe": $0] } ?? [:],
            location: SourceLocation(file: "policies/packs.json", line: 1, column: 1)
        )
    }
}

/// What an observer saw.
final class Events: Sendable {
    private let events = Mutex<[WebhookEvent]>([])

    var all: [WebhookEvent] { events.withLock { $0 } }

    func add(_ event: WebhookEvent) { events.withLock { $0.append(event) } }
}

/// An event as Stripe sends it, far more in it than is read.
struct EventText {
    var id = #""evt_1""#
    var type = "checkout.session.completed"
    var livemode = "false"
    var session: [String: String] = [
        "id": #""cs_test_1""#,
        "object": #""checkout.session""#,
        "payment_status": #""paid""#,
        "payment_intent": #""pi_1""#,
        "amount_total": "1000",
        "currency": #""usd""#,
        "metadata": #"{"faregate_purchase":"pur_1","faregate_account":"acct_1"}"#,
        "client_reference_id": #""pur_1""#,
        "customer_details": #"{"email":"private@example.com","address":null}"#,
        "total_details": #"{"breakdown":[{"amount":1.5e3}]}"#,
    ]

    /// - Parameter changes: fields of the session as JSON; nil leaves the field out.
    static func completed(_ changes: [String: String?] = [:]) -> String {
        var text = EventText()
        for (field, value) in changes { text.session[field] = value }
        return text.json
    }

    var json: String {
        let fields = session.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",")
        return #"{"id":\#(id),"object":"event","api_version":"2026-10-28.endive","created":1767225600,"#
            + #""data":{"object":{\#(fields)}},"livemode":\#(livemode),"pending_webhooks":1,"type":"\#(type)"}"#
    }
}
