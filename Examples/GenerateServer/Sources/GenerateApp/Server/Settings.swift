import Faregate
import FaregatePayments
import Foundation

/// What the environment says, checked once at the start.
public struct Settings: Sendable {
    /// Who takes the money.
    public enum Payments: Sendable {
        case stripe(key: Secret, webhookSecrets: [Secret], baseURL: URL?, isLive: Bool)
        /// No key is set: a stand-in on this very server, which speaks Stripe's API. Whoever reaches it has credits for
        /// nothing, so elsewhere than on loopback it is asked for by name.
        case sandbox(key: String, webhookSecret: String)
    }

    /// An AI server that speaks OpenAI's API.
    public struct Upstream: Sendable {
        public var baseURL: URL
        public var key: String?
        public var model: String?
    }

    public var host: String
    public var port: Int
    /// Where browsers and the sandbox find this server, without a slash at the end.
    public var origin: String
    public var database: String
    public var policies: String
    /// What `${NAME}` in the policy files stands for.
    public var policyEnvironment: [String: String]
    public var payments: Payments
    public var upstream: Upstream?
    /// Signs sessions; nil for a key kept next to the database.
    public var sessionKey: [UInt8]?
    /// Whether anybody may sign in by typing a name.
    public var allowsDemoLogin: Bool
    /// How long the local painter takes.
    public var pause: Duration

    /// - Throws: ``InvalidInput`` that names the variable and says what it should be.
    public init(environment: [String: String]) throws(InvalidInput) {
        let variables = Variables(environment)
        host = variables["HOST"] ?? "127.0.0.1"
        port = try variables.port("PORT") ?? 8080
        origin = try variables.origin("HOST_URL") ?? "http://\(host == "::1" ? "[::1]" : "127.0.0.1"):\(port)"
        database = variables["FAREGATE_DATABASE"] ?? "demo-data/credits.faregate"
        policies = variables["FAREGATE_POLICIES"] ?? Settings.shippedPolicies
        // Behind a proxy it listens on loopback, and yet everybody reaches it.
        let isPublic = !Settings.isLoopback(host) || !Settings.isLoopback(URL(string: origin)?.host() ?? host)
        payments = try Payments(variables, isPublic: isPublic)
        upstream = try Upstream(variables)
        sessionKey = variables["SESSION_SECRET"].map { Array($0.utf8) }
        allowsDemoLogin = try variables.flag("DEMO_LOGIN") ?? Settings.isLoopback(host)
        pause = .milliseconds(800)
        policyEnvironment = environment
        if case .sandbox = payments {
            policyEnvironment.merge(Settings.sandboxPrices) { given, _ in given.isEmpty ? "unset" : given }
        }
        if let sessionKey, sessionKey.count < SessionKey.byteCount {
            throw InvalidInput("SESSION_SECRET needs \(SessionKey.byteCount) characters or more")
        }
    }

    static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || host.hasPrefix("127.")
    }

    /// The price ids that the sandbox sells under where the environment names none.
    private static let sandboxPrices = [
        "PRICE_ID_50": "price_sandbox_50",
        "PRICE_ID_100": "price_sandbox_100",
        "PRICE_ID_250": "price_sandbox_250",
    ]

    /// Beside this package's folder, or in the current one when it is started from the root of the repository.
    private static var shippedPolicies: String {
        let candidates = ["policies/credits.jsonc", "../../policies/credits.jsonc"]
        return candidates.first { FileManager.default.fileExists(atPath: $0) } ?? candidates[0]
    }
}

extension Settings.Payments {
    fileprivate init(_ variables: Variables, isPublic: Bool) throws(InvalidInput) {
        let isSandbox = try variables.sandbox("PAYMENTS")
        guard let key = variables["STRIPE_SECRET_KEY"] else {
            guard variables["STRIPE_WEBHOOK_SECRET"] == nil else {
                throw InvalidInput(
                    "STRIPE_WEBHOOK_SECRET is set, so STRIPE_SECRET_KEY is needed too (unset both for the sandbox)"
                )
            }
            guard isSandbox || !isPublic else {
                throw InvalidInput(
                    "STRIPE_SECRET_KEY is not set, and HOST or HOST_URL is not loopback: set the key, or PAYMENTS=sandbox "
                        + "if anybody who reaches this server may have credits for nothing"
                )
            }
            self = .sandbox(
                key: "sk_test_sandbox_\(hexadecimal(SessionKey.random()))",
                webhookSecret: "whsec_sandbox_\(hexadecimal(SessionKey.random()))"
            )
            return
        }
        guard !isSandbox else {
            throw InvalidInput("PAYMENTS is \"sandbox\" and STRIPE_SECRET_KEY is set; unset one of them")
        }
        guard let secrets = variables["STRIPE_WEBHOOK_SECRET"] else {
            throw InvalidInput(
                "STRIPE_SECRET_KEY is set, so STRIPE_WEBHOOK_SECRET is needed too (it starts with whsec_)"
            )
        }
        self = .stripe(
            key: try variables.secret("STRIPE_SECRET_KEY", key),
            // Two while a secret is being rotated, with a comma in between.
            webhookSecrets: try secrets.split(separator: ",").map { text throws(InvalidInput) in
                try variables.secret("STRIPE_WEBHOOK_SECRET", text.trimmingCharacters(in: .whitespaces))
            },
            baseURL: try variables.url("STRIPE_BASE_URL"),
            isLive: key.contains("_live_")
        )
    }
}

extension Settings.Upstream {
    fileprivate init?(_ variables: Variables) throws(InvalidInput) {
        guard let baseURL = try variables.url("AI_BASE_URL") else { return nil }
        self.init(baseURL: baseURL, key: variables["AI_API_KEY"], model: variables["AI_MODEL"])
    }
}
