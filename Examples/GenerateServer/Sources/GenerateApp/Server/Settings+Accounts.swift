import Faregate
import FaregatePayments
import Foundation

extension Settings {
    /// The accounts that receive the payments.
    public enum Accounts: Sendable {
        /// One or more providers whose keys are set, and the environment with the keys.
        case providers([Seller], environment: [String: String])
        /// No key is set, so both providers are sandboxes on this server. Credits cost nothing there, so a server that
        /// is not on loopback has them only if `PAYMENTS` is "sandbox".
        case sandbox(SandboxAccount)
    }

    /// A payment provider that is set up.
    public struct Seller: Sendable, Hashable {
        public let name: String
        /// The name that people see.
        public let title: String
        public let isLive: Bool
    }
}

/// The shop's account at the sandbox.
public struct SandboxAccount: Sendable {
    let key: Secret
    var webhookSecret: Secret
    /// The tax that the sandbox adds to prices, 0 to 100 percent.
    let taxPercent: Int
    /// The variables that choose the options of checkouts.
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
                    + "DODO_PAYMENTS_API_KEY, or PAYMENTS=sandbox if anybody who reaches this server may get credits "
                    + "for free"
            )
        }
        let key = try Secret("sk_test_sandbox_\(hexadecimal(SessionKey.random()))")
        // Dodo's secrets are Base64. Stripe's can be any text.
        let webhookSecret = try Secret("whsec_\(Data(SessionKey.random()).base64EncodedString())")
        // The demo turns these options on by default; the environment can turn them off.
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

/// Whether Stripe's key, or the key in the file that `…_FILE` names, is a test key. Any other key counts as live.
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

/// Whether a provider's key and webhook secret are set. One without the other is an error.
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
