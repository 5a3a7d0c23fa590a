import Faregate
import FaregatePayments
import Foundation

extension Settings {
    /// Who takes the money.
    public enum Accounts: Sendable {
        /// The ones whose keys are set, one at least, and the environment that holds the keys.
        case providers([Seller], environment: [String: String])
        /// No key is set: stand-ins for both on this very server. Whoever reaches it has credits for nothing, so elsewhere
        /// than on loopback it is asked for by name.
        case sandbox(SandboxAccount)
    }

    /// A payment provider that is set up.
    public struct Seller: Sendable, Hashable {
        public let name: String
        /// For people.
        public let title: String
        public let isLive: Bool
    }
}

/// The shop's account at the sandbox.
public struct SandboxAccount: Sendable {
    let key: Secret
    var webhookSecret: Secret
    /// What the sandbox adds to prices.
    let taxPercent: Int
    /// Says what the shop adds to its checkouts.
    let environment: [String: String]
}

extension Settings.Accounts {
    init(_ environment: [String: String], isPublic: Bool) throws(InvalidInput) {
        let isSandbox = try Variables(environment).sandbox("PAYMENTS")
        let sellers = [try Settings.Seller(stripe: environment), try Settings.Seller(dodo: environment)]
            .compactMap { $0 }
        guard sellers.isEmpty else {
            guard !isSandbox else {
                throw InvalidInput("PAYMENTS is \"sandbox\" and a payment provider's key is set; unset one of them")
            }
            self = .providers(sellers, environment: environment)
            return
        }
        guard isSandbox || !isPublic else {
            throw InvalidInput(
                "no payment provider's key is set, and HOST or HOST_URL is not loopback: set STRIPE_SECRET_KEY or "
                    + "DODO_PAYMENTS_API_KEY, or PAYMENTS=sandbox if anybody who reaches this server may have credits "
                    + "for nothing"
            )
        }
        let key = try Secret("sk_test_sandbox_\(hexadecimal(SessionKey.random()))")
        // Dodo's kind of secret is Base64; Stripe's can be anything.
        let webhookSecret = try Secret("whsec_\(Data(SessionKey.random()).base64EncodedString())")
        // A demo shows what a shop may have; what the environment says otherwise stands.
        let shown = [
            "STRIPE_PROMOTION_CODES": "true", "STRIPE_AUTOMATIC_TAX": "true", "DODO_PAYMENTS_DISCOUNT_CODES": "true",
        ]
        self = .sandbox(
            SandboxAccount(
                key: try Secret.one(named: "SANDBOX_KEY", in: environment) ?? key,
                webhookSecret: try Secret.one(named: "SANDBOX_WEBHOOK_SECRET", in: environment) ?? webhookSecret,
                taxPercent: try Variables(environment).percent("SANDBOX_TAX_PERCENT") ?? 0,
                environment: shown.merging(environment.filter { !$0.value.isEmpty }) { $1 }
            )
        )
    }
}

extension Settings.Seller {
    fileprivate init?(stripe environment: [String: String]) throws(InvalidInput) {
        let key = "STRIPE_SECRET_KEY"
        guard try isSetUp(key, "STRIPE_WEBHOOK_SECRET", in: environment) else { return nil }
        _ = try Stripe(environment: environment)
        self.init(name: Stripe.name, title: "Stripe", isLive: !isTestKey(key, in: environment))
    }

    fileprivate init?(dodo environment: [String: String]) throws(InvalidInput) {
        guard try isSetUp("DODO_PAYMENTS_API_KEY", "DODO_PAYMENTS_WEBHOOK_KEY", in: environment) else { return nil }
        let dodo = try Dodo(environment: environment)
        self.init(name: Dodo.name, title: "Dodo Payments", isLive: dodo.mode == .live)
    }
}

/// Whether Stripe's key says that it is a test key, there or in the file that `…_FILE` names. Any other counts as live.
///
/// [Stripe: API keys](https://docs.stripe.com/keys)
private func isTestKey(_ name: String, in environment: [String: String]) -> Bool {
    var text = environment[name] ?? ""
    if text.isEmpty, let path = environment["\(name)_FILE"] {
        text = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
    let key = text.trimmingCharacters(in: .whitespacesAndNewlines)
    return key.hasPrefix("sk_test_") || key.hasPrefix("rk_test_")
}

/// Whether a provider's key is there, and with it what its webhooks are signed with: one is no use without the other.
private func isSetUp(
    _ key: String,
    _ secret: String,
    in environment: [String: String]
) throws(InvalidInput) -> Bool {
    let hasKey = try Secret.one(named: key, in: environment) != nil
    let hasSecret = try !Secret.list(named: secret, in: environment).isEmpty
    guard hasKey == hasSecret else {
        let (there, missing) = hasKey ? (key, secret) : (secret, key)
        throw InvalidInput("\(there) is set, so \(missing) is needed too (unset both for the sandbox)")
    }
    return hasKey
}
