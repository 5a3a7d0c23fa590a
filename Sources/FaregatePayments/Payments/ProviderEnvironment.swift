public import Faregate
import Foundation

extension Stripe {
    /// Reads these variables of the environment:
    ///
    /// - `STRIPE_SECRET_KEY`, and `STRIPE_WEBHOOK_SECRET`, where commas or line breaks separate several secrets. Each
    ///   of the two can also be in a file, whose path is in `…_FILE`.
    /// - `STRIPE_API_BASE`: the address of a stand-in for Stripe.
    /// - The options of checkouts, each `true` or `false`: `STRIPE_AUTOMATIC_TAX`, `STRIPE_TAX_IDS`,
    ///   `STRIPE_PROMOTION_CODES`, `STRIPE_CUSTOMERS` and `STRIPE_INVOICES`.
    ///
    /// The parameter `checkout` replaces the environment's options of checkouts.
    ///
    /// - Throws: `InvalidInput`, which names the variable and doesn't repeat its value.
    public init(
        environment: [String: String],
        checkout: CheckoutOptions? = nil,
        clock: any WallClock = SystemClock(),
        transport: any ProviderKit.Transport = ProviderKit.URLSessionTransport()
    ) throws(InvalidInput) {
        let options = if let checkout { checkout } else { try CheckoutOptions(environment: environment) }
        self.init(
            key: try .one(named: "STRIPE_SECRET_KEY", in: environment),
            webhookSecrets: try Secret.list(named: "STRIPE_WEBHOOK_SECRET", in: environment),
            checkout: options,
            baseURL: try webPage(named: "STRIPE_API_BASE", in: environment) ?? Stripe.defaultBaseURL,
            clock: clock,
            transport: transport
        )
    }
}

extension Dodo {
    /// Reads these variables of the environment:
    ///
    /// - `DODO_PAYMENTS_API_KEY`, and `DODO_PAYMENTS_WEBHOOK_KEY`, where commas or line breaks separate several
    ///   secrets. Each of the two can also be in a file, whose path is in `…_FILE`.
    /// - `DODO_PAYMENTS_ENVIRONMENT`: `test_mode` or `live_mode`; required if a key or a secret is set.
    /// - `DODO_API_BASE`: the address of a stand-in for Dodo.
    /// - The options of checkouts, each `true` or `false`: `DODO_PAYMENTS_DISCOUNT_CODES`, `DODO_PAYMENTS_TAX_IDS` and
    ///   `DODO_PAYMENTS_CUSTOMERS`.
    ///
    /// The parameter `checkout` replaces the environment's options of checkouts.
    ///
    /// - Throws: `InvalidInput`, which names the variable and doesn't repeat its value.
    public init(
        environment: [String: String],
        checkout: CheckoutOptions? = nil,
        clock: any WallClock = SystemClock(),
        transport: any ProviderKit.Transport = ProviderKit.URLSessionTransport()
    ) throws(InvalidInput) {
        let key = try Secret.one(named: "DODO_PAYMENTS_API_KEY", in: environment)
        let secrets = try Secret.list(named: "DODO_PAYMENTS_WEBHOOK_KEY", in: environment)
        let isUsed = key != nil || !secrets.isEmpty
        let options = if let checkout { checkout } else { try CheckoutOptions(environment: environment) }
        try self.init(
            key: key,
            webhookSecrets: secrets,
            checkout: options,
            mode: try Dodo.mode(in: environment, isUsed: isUsed),
            baseURL: try webPage(named: "DODO_API_BASE", in: environment),
            clock: clock,
            transport: transport
        )
    }

    private static func mode(in environment: [String: String], isUsed: Bool) throws(InvalidInput) -> Mode {
        switch environment["DODO_PAYMENTS_ENVIRONMENT"] ?? "" {
        case "test_mode": return .test
        case "live_mode": return .live
        case "" where !isUsed: return .test
        default:
            throw InvalidInput("DODO_PAYMENTS_ENVIRONMENT must be \"test_mode\" or \"live_mode\": the mode of the keys")
        }
    }
}

extension Stripe.CheckoutOptions {
    /// Reads the options from the environment, `STRIPE_AUTOMATIC_TAX` and so on: see
    /// ``Stripe/init(environment:checkout:clock:transport:)``.
    ///
    /// - Throws: `InvalidInput`, which names the variable.
    public init(environment: [String: String]) throws(InvalidInput) {
        try self.init(
            automaticTax: try flag(named: "STRIPE_AUTOMATIC_TAX", in: environment) ?? false,
            collectsTaxIDs: try flag(named: "STRIPE_TAX_IDS", in: environment) ?? false,
            keepsCustomers: try flag(named: "STRIPE_CUSTOMERS", in: environment) ?? false,
            discounts: try flag(named: "STRIPE_PROMOTION_CODES", in: environment) == true ? .promotionCodes : .none,
            createsInvoices: try flag(named: "STRIPE_INVOICES", in: environment) ?? false
        )
    }
}

extension Dodo.CheckoutOptions {
    /// Reads the options from the environment, `DODO_PAYMENTS_CUSTOMERS` and so on: see
    /// ``Dodo/init(environment:checkout:clock:transport:)``.
    ///
    /// - Throws: `InvalidInput`, which names the variable.
    public init(environment: [String: String]) throws(InvalidInput) {
        try self.init(
            collectsTaxIDs: try flag(named: "DODO_PAYMENTS_TAX_IDS", in: environment) ?? true,
            keepsCustomers: try flag(named: "DODO_PAYMENTS_CUSTOMERS", in: environment) ?? false,
            discounts: try flag(named: "DODO_PAYMENTS_DISCOUNT_CODES", in: environment) == true ? .codes : .none
        )
    }
}

/// Nil if the variable is not set, or empty.
private func flag(named name: String, in environment: [String: String]) throws(InvalidInput) -> Bool? {
    switch environment[name] ?? "" {
    case "": return nil
    case "true": return true
    case "false": return false
    default: throw InvalidInput("\(name) must be \"true\" or \"false\"")
    }
}

/// Nil if the variable is not set, or empty. The error doesn't repeat the value: it may be a secret in the wrong
/// variable.
private func webPage(named name: String, in environment: [String: String]) throws(InvalidInput) -> URL? {
    guard let text = environment[name], !text.isEmpty else { return nil }
    guard let url = URL(webPage: text) else {
        throw InvalidInput("\(name) must be an address that starts with http:// or https://")
    }
    return url
}
