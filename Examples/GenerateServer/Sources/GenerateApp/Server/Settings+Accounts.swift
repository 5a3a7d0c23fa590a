import Faregate
import FaregatePayments
import Foundation

extension Settings {
    /// Who takes the money.
    public enum Accounts: Sendable {
        /// The ones whose keys are set, one at least.
        case providers(stripe: StripeAccount?, dodo: DodoAccount?)
        /// No key is set: stand-ins for both on this very server. Whoever reaches it has credits for nothing, so elsewhere
        /// than on loopback it is asked for by name.
        case sandbox(key: Secret, webhookSecret: Secret)
    }

    public struct StripeAccount: Sendable {
        public let key: Secret
        public let webhookSecrets: [Secret]
        public let baseURL: URL?
        public let isLive: Bool
    }

    public struct DodoAccount: Sendable {
        public let key: Secret
        public let webhookSecrets: [Secret]
        public let baseURL: URL?
        public let isLive: Bool
    }
}

extension Settings.Accounts {
    init(_ variables: Variables, _ environment: [String: String], isPublic: Bool) throws(InvalidInput) {
        let isSandbox = try variables.sandbox("PAYMENTS")
        let stripe = try Settings.StripeAccount(variables, environment)
        let dodo = try Settings.DodoAccount(variables, environment)
        guard stripe == nil, dodo == nil else {
            guard !isSandbox else {
                throw InvalidInput("PAYMENTS is \"sandbox\" and a payment provider's key is set; unset one of them")
            }
            self = .providers(stripe: stripe, dodo: dodo)
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
        self = .sandbox(
            key: try Secret.one(named: "SANDBOX_KEY", in: environment) ?? key,
            webhookSecret: try Secret.one(named: "SANDBOX_WEBHOOK_SECRET", in: environment) ?? webhookSecret
        )
    }

    /// The secrets under a name that is needed wherever the key is set, and no use without it.
    fileprivate static func webhookSecrets(
        _ name: String,
        for key: (name: String, isSet: Bool),
        _ environment: [String: String]
    ) throws(InvalidInput) -> [Secret] {
        // Two while a secret is being rotated, with a comma in between.
        let secrets = try Secret.list(named: name, in: environment)
        guard !secrets.isEmpty || !key.isSet else {
            throw InvalidInput("\(key.name) is set, so \(name) is needed too")
        }
        guard secrets.isEmpty || key.isSet else {
            throw InvalidInput("\(name) is set, so \(key.name) is needed too (unset both for the sandbox)")
        }
        return secrets
    }
}

extension Settings.StripeAccount {
    fileprivate init?(_ variables: Variables, _ environment: [String: String]) throws(InvalidInput) {
        let name = "STRIPE_SECRET_KEY"
        let key = try Secret.one(named: name, in: environment)
        let secrets = try Settings.Accounts.webhookSecrets(
            "STRIPE_WEBHOOK_SECRET",
            for: (name, key != nil),
            environment
        )
        guard let key else { return nil }
        self.init(
            key: key,
            webhookSecrets: secrets,
            baseURL: try variables.url("STRIPE_BASE_URL"),
            isLive: variables[name]?.contains("_live_") ?? false
        )
    }
}

extension Settings.DodoAccount {
    fileprivate init?(_ variables: Variables, _ environment: [String: String]) throws(InvalidInput) {
        let name = "DODO_PAYMENTS_API_KEY"
        let key = try Secret.one(named: name, in: environment)
        let secrets = try Settings.Accounts.webhookSecrets(
            "DODO_PAYMENTS_WEBHOOK_KEY",
            for: (name, key != nil),
            environment
        )
        guard let key else { return nil }
        let mode = variables["DODO_PAYMENTS_ENVIRONMENT"] ?? "live_mode"
        guard ["test_mode", "live_mode"].contains(mode) else {
            throw InvalidInput("DODO_PAYMENTS_ENVIRONMENT is \"test_mode\" or \"live_mode\"")
        }
        self.init(
            key: key,
            webhookSecrets: secrets,
            baseURL: try variables.url("DODO_BASE_URL"),
            isLive: mode == "live_mode"
        )
    }
}
