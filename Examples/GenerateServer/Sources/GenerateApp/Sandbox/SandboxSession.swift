import Faregate

/// One checkout in the sandbox, in the shape of Stripe's Checkout Session.
///
/// [Stripe: the Checkout Session object](https://docs.stripe.com/api/checkout/sessions/object)
struct SandboxSession: Sendable, Encodable {
    let id: String
    let object = "checkout.session"
    let url: String?
    let amount: Int64
    let currency: String
    var status = "open"
    var paymentStatus = "unpaid"
    var payment: String?
    let reference: String?
    let metadata: [String: String]
    let successURL: String
    let cancelURL: String?
    let createdAtSeconds: Int64
    let expiresAtSeconds: Int64
    let mode = "payment"
    let livemode = false
    /// What is bought, for the page; not part of Stripe's object.
    let pack: Pack

    var isPaid: Bool { paymentStatus == "paid" }

    enum CodingKeys: String, CodingKey {
        case id, object, url, currency, status, metadata, mode, livemode
        case amount = "amount_total"
        case paymentStatus = "payment_status"
        case payment = "payment_intent"
        case reference = "client_reference_id"
        case successURL = "success_url"
        case cancelURL = "cancel_url"
        case createdAtSeconds = "created"
        case expiresAtSeconds = "expires_at"
    }

    func paid() -> SandboxSession {
        var paid = self
        paid.status = "complete"
        paid.paymentStatus = "paid"
        paid.payment = "pi_sandbox_\(id.dropFirst("cs_test_".count))"
        return paid
    }

    /// Where the customer goes after paying.
    var returnURL: String { successURL.replacing("{CHECKOUT_SESSION_ID}", with: id) }
}

/// The event that tells a shop of a paid checkout.
struct SandboxEvent: Encodable {
    struct Content: Encodable {
        let object: SandboxSession
    }

    let id: String
    let object = "event"
    let apiVersion = "2025-09-30.clover"
    let created: Int64
    let type = "checkout.session.completed"
    let livemode = false
    let data: Content

    init(_ session: SandboxSession, at now: Timestamp) {
        id = "evt_sandbox_\(session.id.dropFirst("cs_test_".count))"
        created = now.rawValue / 1000
        data = Content(object: session)
    }

    enum CodingKeys: String, CodingKey {
        case id, object, created, type, livemode, data
        case apiVersion = "api_version"
    }
}
