import Faregate
import Foundation

/// The settings from the environment, checked once at the start.
public struct Settings: Sendable {
    /// An AI server that speaks OpenAI's API.
    public struct Upstream: Sendable {
        public var baseURL: URL
        public var key: String?
        public var model: String?
    }

    public var host: String
    public var port: Int
    /// The address of this server for browsers and the sandbox, without a slash at the end.
    public var origin: String
    /// The path of the ledger's file, or the address of a PostgreSQL database.
    public var database: String
    public var policies: String
    /// The limits on connections.
    public var limits = ConnectionLimits()
    /// The values of `${NAME}` in the policy files.
    public var policyEnvironment: [String: String]
    public var accounts: Accounts
    public var upstream: Upstream?
    /// Signs sessions; nil for a key in a file of this server.
    public var sessionKey: [UInt8]?
    public var demoLogin: DemoLogin
    /// The delay of the local painter.
    public var pause: Duration

    /// - Throws: ``InvalidInput`` that names the variable and its valid values.
    public init(environment: [String: String]) throws(InvalidInput) {
        let variables = Variables(environment)
        host = variables["HOST"] ?? "127.0.0.1"
        port = try variables.port("PORT") ?? 8080
        origin = try variables.origin("HOST_URL") ?? "http://\(host == "::1" ? "[::1]" : "127.0.0.1"):\(port)"
        database = variables["FAREGATE_DATABASE"] ?? "demo-data/credits.faregate"
        policies = variables["FAREGATE_POLICIES"] ?? Settings.shippedPolicies
        let isPublic = Settings.isPublic(host: host, origin: origin)
        accounts = try Accounts(environment, isPublic: isPublic)
        upstream = try Upstream(variables)
        sessionKey = variables["SESSION_SECRET"].map { Array($0.utf8) }
        demoLogin = try DemoLogin(
            isWanted: try variables.flag("DEMO_LOGIN"),
            isPublic: isPublic,
            accounts: accounts
        )
        pause = .milliseconds(800)
        policyEnvironment = environment
        if case .sandbox = accounts {
            policyEnvironment.merge(Settings.sandboxProducts) { given, _ in given.isEmpty ? "unset" : given }
        }
        if let sessionKey, sessionKey.count < SessionKey.byteCount {
            throw InvalidInput("SESSION_SECRET needs \(SessionKey.byteCount) characters or more")
        }
    }

    /// The sandbox's product ids, for packs that have none in the environment.
    private static let sandboxProducts = [
        "PRICE_ID_50": "price_sandbox_50",
        "PRICE_ID_100": "price_sandbox_100",
        "PRICE_ID_250": "price_sandbox_250",
        "DODO_PRODUCT_50": "pdt_sandbox_50",
        "DODO_PRODUCT_100": "pdt_sandbox_100",
        "DODO_PRODUCT_250": "pdt_sandbox_250",
    ]

    /// The path in the repository: from its root, or from this package's folder.
    private static var shippedPolicies: String {
        let candidates = ["policies/credits.jsonc", "../../policies/credits.jsonc"]
        return candidates.first { FileManager.default.fileExists(atPath: $0) } ?? candidates[0]
    }
}

extension Settings.Upstream {
    fileprivate init?(_ variables: Variables) throws(InvalidInput) {
        guard let baseURL = try variables.url("AI_BASE_URL") else { return nil }
        self.init(baseURL: baseURL, key: variables["AI_API_KEY"], model: variables["AI_MODEL"])
    }
}
