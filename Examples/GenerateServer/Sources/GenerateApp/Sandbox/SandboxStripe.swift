import Faregate
import Synchronization

/// A stand-in for Stripe, so that buying can be tried without an account there. It keeps its checkouts in memory.
///
/// The shop talks to it as it would talk to Stripe: over HTTP, with a key, and it hears of payments by signed webhook.
/// It exists only where no Stripe key is set.
actor SandboxStripe {
    static let maxSessions = 10_000

    let key: String
    let origin: String
    private let policies: any PolicySource
    private let clock: any WallClock

    private var sessions: [String: SandboxSession] = [:]
    private var requests: [String: (fields: [String: String], session: String)] = [:]
    /// Oldest first, with the idempotency key it was made under.
    private var order: [(session: String, key: String?)] = []

    init(key: String, origin: String, policies: any PolicySource, clock: any WallClock) {
        self.key = key
        self.origin = origin
        self.policies = policies
        self.clock = clock
    }

    func session(_ id: String) -> SandboxSession? { sessions[id] }

    /// Makes a checkout; under a key that was used before, answers with the one that was made then.
    func create(_ fields: [String: String], idempotencyKey: String?) throws(SandboxRefusal) -> SandboxSession {
        if let key = idempotencyKey, let made = requests[key], let session = sessions[made.session] {
            guard made.fields == fields else { throw .keyReused }
            return session
        }
        let session = try session(from: fields)
        sessions[session.id] = session
        order.append((session.id, idempotencyKey))
        if let key = idempotencyKey { requests[key] = (fields, session.id) }
        forgetTheOldest()
        return session
    }

    /// What the customer does on the page.
    func pay(_ id: String) throws(SandboxRefusal) -> SandboxSession {
        guard let session = sessions[id] else { throw .noSuchSession }
        let paid = session.isPaid ? session : session.paid()
        sessions[id] = paid
        return paid
    }

    private func session(from fields: [String: String]) throws(SandboxRefusal) -> SandboxSession {
        guard fields["mode"] == "payment" else { throw .invalid("mode") }
        guard let success = fields["success_url"], success.hasPrefix("http") else { throw .invalid("success_url") }
        guard fields["cancel_url"]?.hasPrefix("http") ?? true else { throw .invalid("cancel_url") }
        guard let quantity = Int64(fields["line_items[0][quantity]"] ?? "1"), (1...1000).contains(quantity) else {
            throw .invalid("line_items[0][quantity]")
        }
        let price = fields["line_items[0][price]"]
        guard let price, let pack = policies.policy.packs.values.first(where: { $0.products["stripe"] == price }) else {
            throw .noSuchPrice
        }
        let id = "cs_test_\(hexadecimal(SessionKey.random()))"
        let now = clock.now.rawValue / 1000
        return SandboxSession(
            id: id,
            url: "\(origin)/sandbox/checkout/\(id)",
            amount: pack.price.minorUnits * quantity,
            currency: pack.price.currency.lowercased(),
            reference: fields["client_reference_id"],
            metadata: Self.metadata(in: fields),
            successURL: success,
            cancelURL: fields["cancel_url"],
            createdAtSeconds: now,
            expiresAtSeconds: now + 24 * 60 * 60,
            pack: pack
        )
    }

    private static func metadata(in fields: [String: String]) -> [String: String] {
        var metadata: [String: String] = [:]
        for (name, value) in fields where name.hasPrefix("metadata[") && name.hasSuffix("]") {
            metadata[String(name.dropFirst("metadata[".count).dropLast())] = value
        }
        return metadata
    }

    private func forgetTheOldest() {
        guard order.count > Self.maxSessions else { return }
        let oldest = order.removeFirst()
        sessions[oldest.session] = nil
        if let key = oldest.key { requests[key] = nil }
    }
}

/// What the sandbox answers when it doesn't do what was asked, in Stripe's words.
///
/// [Stripe: errors](https://docs.stripe.com/api/errors)
struct SandboxRefusal: Error, Encodable {
    struct Content: Encodable {
        let type: String
        let code: String?
        let message: String
        var param: String?
    }

    let status: Int
    let error: Content

    enum CodingKeys: CodingKey {
        case error
    }

    private init(_ status: Int, _ code: String?, _ message: String, param: String? = nil, type: String? = nil) {
        self.status = status
        error = Content(type: type ?? "invalid_request_error", code: code, message: message, param: param)
    }

    static let wrongKey = SandboxRefusal(401, nil, "Invalid API Key provided: this is the sandbox of the demo.")
    static let noSuchSession = SandboxRefusal(404, "resource_missing", "No such checkout.session.")
    static let noSuchPrice = SandboxRefusal(400, "resource_missing", "No such price.", param: "line_items[0][price]")
    static let keyReused = SandboxRefusal(
        400,
        nil,
        "Keys for idempotent requests can only be used with the same parameters they were first used with.",
        type: "idempotency_error"
    )

    static func invalid(_ param: String) -> SandboxRefusal {
        SandboxRefusal(400, "parameter_invalid", "Missing or invalid parameter: \(param).", param: param)
    }
}
