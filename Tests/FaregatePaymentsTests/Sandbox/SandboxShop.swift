import Faregate
import FaregatePayments
import FaregateSandbox
import FaregateTesting
import Foundation
import Testing

/// A sandbox, and a shop that calls it as the provider's own client would.
struct SandboxShop {
    static let stripeSecret = "whsec_of_the_sandbox"
    static let dodoSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    let clock = ManualClock()
    let sandbox: PaymentSandbox
    let key = "sk_test_sandbox"
    private let isTaxed: Bool

    init(
        _ provider: PaymentSandbox.Provider,
        taxPercent: Int = 0,
        offers: SandboxOffers = SandboxOffers(),
        refundEvents: PaymentSandbox.RefundEvents = .perRefund
    ) throws {
        isTaxed = taxPercent > 0
        sandbox = try PaymentSandbox(
            provider,
            key: Secret(key),
            webhookSecret: Secret(provider == .stripe ? SandboxShop.stripeSecret : SandboxShop.dodoSecret),
            pages: "http://127.0.0.1:8080/sandbox/\(provider.rawValue)",
            taxPercent: taxPercent,
            offers: offers,
            refundEvents: refundEvents,
            clock: clock
        ) {
            ["price_1": Money(minorUnits: 1000, currency: "USD"), "huge": Money(minorUnits: .max, currency: "USD")][$0]
        }
    }

    func send(
        _ method: String,
        _ address: String,
        _ body: String = "",
        headers: [(name: String, value: String)] = []
    ) throws -> SandboxReply {
        let parts = address.split(separator: "?", maxSplits: 1).map(String.init)
        let answer = sandbox.answer(
            SandboxRequest(
                method: method,
                path: parts[0],
                query: parts.count == 2 ? parts[1] : "",
                headers: headers.isEmpty ? [("Authorization", "Bearer \(key)")] : headers,
                body: Data(body.utf8)
            )
        )
        return try SandboxReply(answer)
    }

    /// Opens a checkout of two for 20.00 USD.
    func checkout() throws -> String {
        switch sandbox.provider {
        case .stripe: try send("POST", "/v1/checkout/sessions", form).text("id")
        case .dodo: try send("POST", "/checkouts", SandboxShop.dodoBody).text("session_id")
        }
    }

    var form: String { SandboxShop.stripeForm + (isTaxed ? "&automatic_tax[enabled]=true" : "") }

    /// A checkout after these acts, in turn. An empty id means the latest refund or dispute.
    func checkout(_ acts: SandboxAct...) throws -> String {
        let id = try checkout()
        for act in acts { try perform(act, on: id) }
        return id
    }

    func perform(_ act: SandboxAct, on checkout: String) throws {
        let payment = sandbox.checkout(checkout)?.payment
        try sandbox.perform(
            act.filled(refund: payment?.refunds.last?.id ?? "", dispute: payment?.disputes.last?.id ?? ""),
            on: checkout
        )
    }

    /// All webhooks in the queue.
    func webhooks() -> [SandboxWebhook] {
        var webhooks: [SandboxWebhook] = []
        while let webhook = sandbox.nextWebhook() { webhooks.append(webhook) }
        return webhooks
    }

    static let stripeForm =
        "mode=payment&line_items[0][price]=price_1&line_items[0][quantity]=2&metadata[faregate_purchase]=pur_1"
        + "&payment_intent_data[metadata][faregate_purchase]=pur_1&client_reference_id=pur_1"
        + "&success_url=https%3A%2F%2Fshop.example%2Fthanks%3Fid%3D{CHECKOUT_SESSION_ID}"
        + "&cancel_url=https%3A%2F%2Fshop.example%2Fpacks"
    static let dodoBody = """
        {"product_cart":[{"product_id":"price_1","quantity":2}],"metadata":{"faregate_purchase":"pur_1","n":1.5,"b":true},
        "customer":{"email":"ana@example.com"},"return_url":"https://shop.example/thanks"}
        """
}

/// The sandbox's answer, read as JSON.
struct SandboxReply {
    let status: Int
    let headers: [(name: String, value: String)]
    let json: [String: Any]

    init(_ response: SandboxResponse) throws {
        status = response.status
        headers = response.headers
        json = try #require(JSONSerialization.jsonObject(with: response.body) as? [String: Any])
    }

    func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }

    func text(_ name: String) throws -> String { try #require(json[name] as? String, "\(name) in \(json)") }

    func number(_ name: String) throws -> Int { try #require(json[name] as? NSNumber, "\(name) in \(json)").intValue }

    func list(_ name: String) throws -> [[String: Any]] { try #require(json[name] as? [[String: Any]]) }

    var error: [String: Any] { json["error"] as? [String: Any] ?? [:] }
}

extension SandboxWebhook {
    var json: [String: Any] {
        get throws { try #require(JSONSerialization.jsonObject(with: body) as? [String: Any]) }
    }

    /// `data.object`, or `data`.
    var object: [String: Any] {
        get throws {
            let data = try #require(try json["data"] as? [String: Any])
            return data["object"] as? [String: Any] ?? data
        }
    }
}

extension SandboxAct {
    /// The act with this id instead of an empty one.
    func filled(refund: String, dispute: String) -> SandboxAct {
        switch (kind, object) {
        case (.completeRefund, ""): .completeRefund(refund)
        case (.failRefund, ""): .failRefund(refund)
        case (.cancelRefund, ""): .cancelRefund(refund)
        case (.closeWarning, ""): .closeWarning(dispute)
        case (.withdrawFunds, ""): .withdrawFunds(dispute)
        case (.reinstateFunds, ""): .reinstateFunds(dispute, minorUnits)
        case (.win, ""): .win(dispute)
        case (.lose, ""): .lose(dispute)
        case (.challenge, ""): .challenge(dispute)
        case (.accept, ""): .accept(dispute)
        case (.lapse, ""): .lapse(dispute)
        case (.callOff, ""): .callOff(dispute)
        case (.appeal, ""): .appeal(dispute)
        default: self
        }
    }
}
