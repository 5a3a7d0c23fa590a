import Faregate
import FaregateChecks
import FaregatePayments
import FaregateSandbox
import FaregateTesting
import Foundation

/// One thing to do, as the judges ask for it.
struct Request: Decodable {
    enum Deed: String, Decodable {
        /// Sign a body as the provider would.
        case sign
        /// Hold a webhook to its signature, as a server does.
        case verify
        /// Tell everything that can happen at the provider, as signed webhooks.
        case story
        /// Make each sale of the table in the guide, and tell it as signed webhooks.
        case sales
        /// Open a checkout with Faregate's own client, at the address given.
        case checkout
        /// Open a shop with a sandbox of its own; answer the provider's own client there; sell by Faregate's client;
        /// let something happen; let another business sell; hand the webhooks to the shop.
        case counter, answer, sell, act, foreign, deliver
    }

    let deed: Deed
    let provider: PaymentSandbox.Provider
    var secrets: [String] = []
    var body = Data()
    var id = ""
    /// Seconds since 1970.
    var at: Int64 = 0
    var headers: [String: String] = [:]
    /// Stripe's old events for refunds.
    var old = false
    /// The provider's base address, and the API key.
    var address = ""
    var key = ""
    /// Whether the shop adds all that it can to the checkout.
    var isRich = false
    /// What is to be done at the counter.
    let counter: CounterRequest

    private enum CodingKeys: CodingKey {
        case deed, provider, secrets, body, id, at, headers, old, address, key, rich
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        deed = try fields.decode(Deed.self, forKey: .deed)
        let name = try fields.decode(String.self, forKey: .provider)
        guard let provider = PaymentSandbox.Provider(rawValue: name) else { throw InvalidInput("no provider \(name)") }
        self.provider = provider
        secrets = try fields.decodeIfPresent([String].self, forKey: .secrets) ?? []
        body = try fields.decodeIfPresent(Data.self, forKey: .body) ?? Data()
        id = try fields.decodeIfPresent(String.self, forKey: .id) ?? ""
        at = try fields.decodeIfPresent(Int64.self, forKey: .at) ?? 0
        headers = try fields.decodeIfPresent([String: String].self, forKey: .headers) ?? [:]
        old = try fields.decodeIfPresent(Bool.self, forKey: .old) ?? false
        address = try fields.decodeIfPresent(String.self, forKey: .address) ?? ""
        key = try fields.decodeIfPresent(String.self, forKey: .key) ?? ""
        isRich = try fields.decodeIfPresent(Bool.self, forKey: .rich) ?? false
        counter = try CounterRequest(from: decoder)
    }

    func perform() async throws -> Answer {
        switch deed {
        case .sign: try Answer(headers: signed())
        case .verify: verdict()
        case .story: Answer(webhooks: try story())
        case .sales: Answer(webhooks: try await sales())
        case .checkout: Answer(checkout: try await openCheckout().id)
        case .counter: try await openCounter()
        case .answer: try await answerClient()
        case .sell: try await sell()
        case .act: try await act()
        case .foreign: try await addForeign()
        case .deliver: try await deliver()
        }
    }

    var now: Timestamp { Timestamp(rawValue: at * 1000) }

    private func signed() throws -> [(name: String, value: String)] {
        let secret = try Secret(secrets.first ?? "")
        return switch provider {
        case .stripe: [(Stripe.Signature.headerName, Stripe.Signature.sign(body: body, secret: secret, at: now))]
        case .dodo: try ProviderKit.StandardWebhooks.sign(body: body, id: id, secret: secret, at: now)
        }
    }

    private func verdict() -> Answer {
        do {
            let secrets = try secrets.map { try Secret($0) }
            switch provider {
            case .stripe:
                try Stripe.Signature(parsing: headers[Stripe.Signature.headerName] ?? "")
                    .verify(body: body, secrets: secrets, at: now)
            case .dodo:
                _ = try ProviderKit.StandardWebhooks(secrets: secrets)
                    .verify(headers: headers.map { (name: $0, value: $1) }, body: body, at: now)
            }
            return Answer(verdict: "accepted")
        } catch {
            return Answer(verdict: "refused: \(error)")
        }
    }
}

/// A line of output: one of its members is there.
struct Answer: Encodable {
    struct Webhook: Encodable {
        let type: String
        let headers: [String: String]
        let body: Data
    }

    struct Reply: Encodable {
        let status: Int
        let headers: [String: String]
        let body: Data
    }

    /// What there is to say of the counter.
    struct Outcome: Encodable {
        var checkout: String?
        var purchase: String?
        var credits: Int64?
        /// What was refused, or waits for a person.
        var unsettled: Int?
        var notOurs: Int?
    }

    var headers: [String: String]?
    var verdict: String?
    var webhooks: [Webhook]?
    var checkout: String?
    var reply: Reply?
    var outcome: Outcome?
    var failure: String?

    init(headers: [(name: String, value: String)]) {
        self.headers = Answer.dictionary(headers)
    }

    init(verdict: String) { self.verdict = verdict }

    init(webhooks: [SandboxWebhook]) {
        self.webhooks = webhooks.map {
            Webhook(type: $0.type, headers: Answer.dictionary($0.headers), body: $0.body)
        }
    }

    init(checkout: String) { self.checkout = checkout }

    init(reply: SandboxResponse) {
        self.reply = Reply(status: reply.status, headers: Answer.dictionary(reply.headers), body: reply.body)
    }

    init(outcome: Outcome) { self.outcome = outcome }

    init(failure: String) { self.failure = failure }

    private static func dictionary(_ headers: [(name: String, value: String)]) -> [String: String] {
        Dictionary(headers.map { ($0.name, $0.value) }) { _, last in last }
    }
}
