public import Faregate
public import Foundation

/// Dodo Payments, a merchant of record: opens its checkout pages, verifies and reads its webhooks, and looks up
/// payments.
///
/// Nothing in Dodo's events or answers says whether real money moved. Only the configuration separates the two modes:
/// the base address, the API key and the webhook secrets all belong to one mode, and neither mode accepts the other's.
/// So give a server the values of one mode only.
///
/// [Dodo Payments: test mode and live mode](https://docs.dodopayments.com/miscellaneous/test-mode-vs-live-mode)
public struct Dodo: PaymentProvider {
    public enum Mode: String, Sendable, CaseIterable {
        case test, live

        /// Dodo's base address in this mode.
        ///
        /// [Dodo Payments: environment URLs](https://docs.dodopayments.com/api-reference/introduction#environment-urls)
        public var baseURL: URL { dodoURL(host: host) }

        fileprivate var host: String { "\(rawValue).dodopayments.com" }
    }

    /// The provider's name in the ledger and in addresses.
    public static let name = "dodo"
    /// The largest webhook that is read; Dodo's own events are far smaller.
    public static let maxBodyBytes = 1 << 20

    public let mode: Mode
    private let api: ProviderAPI?
    let clock: any WallClock
    let checksPrices: Bool
    let options: CheckoutOptions
    private let webhooks: ProviderKit.StandardWebhooks
    private let hasSecrets: Bool

    /// - Parameters:
    ///   - key: an API key with write access. Without a key, the server only receives webhooks.
    ///   - webhookSecrets: the endpoint's signing secrets: one, or two during a rotation, which lasts 24 hours. Without
    ///     a secret, every webhook is refused.
    ///   - checkout: the shop's options for checkouts.
    ///   - mode: the mode that the key and the secrets belong to.
    ///   - baseURL: the address of a stand-in for Dodo; nil for Dodo itself. A live key is only sent over https.
    ///   - checksPrices: whether to look up the product's price before each checkout, which costs one more request.
    ///     Without the check, a customer can pay a price that differs from the policy's, and the payment then waits for
    ///     a person's approval.
    ///   - clock: decides when a checkout has expired, and times the requests.
    ///   - transport: carries the requests.
    /// - Throws: `InvalidInput` if a webhook secret is not Base64 of 24 to 64 bytes, or if the base address is Dodo's
    ///   address for the other mode.
    public init(
        key: Secret?,
        webhookSecrets: [Secret] = [],
        checkout: CheckoutOptions = .plain,
        mode: Mode,
        baseURL: URL? = nil,
        checksPrices: Bool = true,
        clock: any WallClock = SystemClock(),
        transport: any ProviderKit.Transport = ProviderKit.URLSessionTransport()
    ) throws(InvalidInput) {
        let baseURL = baseURL ?? mode.baseURL
        for other in Mode.allCases where other != mode && baseURL.host()?.lowercased() == other.host {
            throw InvalidInput("the base address is Dodo's for \(other) mode, and the server is set to \(mode) mode")
        }
        webhooks = try ProviderKit.StandardWebhooks(secrets: webhookSecrets)
        hasSecrets = !webhookSecrets.isEmpty
        self.mode = mode
        self.checksPrices = checksPrices
        options = checkout
        self.clock = clock
        api = key.map { ProviderAPI(dialect: .dodo, key: $0, baseURL: baseURL, clock: clock, transport: transport) }
    }

    public var name: String { Dodo.name }

    public var allowsDiscounts: Bool { options.discounts != .none }

    public var keepsCustomers: Bool { options.keepsCustomers }

    public func verify(
        headers: [(name: String, value: String)],
        body: Data,
        at now: Timestamp
    ) throws(ProviderKit.WebhookRefusal) -> ProviderKit.VerifiedEvent {
        guard body.count <= Dodo.maxBodyBytes else { throw .tooLarge(maxBytes: Dodo.maxBodyBytes) }
        guard hasSecrets else { throw .noSecrets }
        let id: String
        do throws(ProviderKit.SignatureError) {
            id = try webhooks.verify(headers: headers, body: body, at: now)
        } catch {
            throw .signature(error)
        }
        guard let event = DodoEvent(parsing: body) else { throw .notAnEvent }
        return ProviderKit.VerifiedEvent(
            event: Inbox.Event(id: Inbox.Event.ID(provider: name, event: id), type: event.type, body: body),
            reading: event.reading
        )
    }

    public func read(_ event: Inbox.Event) -> Inbox.Reading {
        DodoEvent(parsing: event.body)?.reading ?? .unreadable("the body is not an event of Dodo Payments", nil)
    }

    /// - Throws: ``ProviderKit/Failure`` if there is no key, or if the key must not be sent to the base address.
    func checkedAPI() throws(ProviderKit.Failure) -> ProviderAPI {
        guard let api else { throw .misconfigured("no Dodo Payments key is set") }
        try api.checkSetUp(mayGoInTheClear: mode == .test)
        return api
    }
}

private func dodoURL(host: String) -> URL {
    guard let url = URL(string: "https://\(host)") else { preconditionFailure("not a host: \(host)") }
    return url
}
