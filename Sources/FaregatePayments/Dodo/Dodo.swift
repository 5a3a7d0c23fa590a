public import Faregate
public import Foundation

/// Dodo Payments, the merchant of record: sells packs through its checkout page, and tells what became of them.
///
/// Nothing in Dodo's events or answers says whether real money moved. What keeps the two modes apart is what the server
/// was given: the base address, an API key and webhook secrets all belong to one mode, and Dodo's test mode knows none
/// of those of live mode. So give a server those of one mode only.
///
/// [Dodo Payments: test mode and live mode](https://docs.dodopayments.com/miscellaneous/test-mode-vs-live-mode)
public struct Dodo: PaymentProvider {
    public enum Mode: String, Sendable, CaseIterable {
        case test, live

        /// Where Dodo listens in this mode.
        ///
        /// [Dodo Payments: environment URLs](https://docs.dodopayments.com/api-reference/introduction#environment-urls)
        public var baseURL: URL { dodoURL(host: host) }

        fileprivate var host: String { "\(rawValue).dodopayments.com" }
    }

    /// In the books.
    public static let name = "dodo"
    /// Of a webhook: Dodo's own events stay far below it.
    public static let maxBodyBytes = 1 << 20

    public let mode: Mode
    private let api: ProviderAPI?
    let clock: any WallClock
    let checksPrices: Bool
    let options: CheckoutOptions
    private let webhooks: ProviderKit.StandardWebhooks
    private let hasSecrets: Bool

    /// - Parameters:
    ///   - key: an API key that may write. Without one, webhooks are received and nothing else.
    ///   - webhookSecrets: the endpoint's signing secrets: one, or two while one replaces the other, for 24 hours. Without
    ///     one, every webhook is refused.
    ///   - checkout: what the shop adds to its checkouts.
    ///   - mode: of the key and the secrets.
    ///   - baseURL: a stand-in for Dodo; nil: Dodo itself. A live key is only ever sent over https.
    ///   - checksPrices: whether to ask what the product costs before each checkout, so that no customer pays a price
    ///     that isn't the policy's, and then waits for a person to approve it. It is one request more.
    ///   - clock: tells when a checkout ends, and times the requests.
    ///   - transport: carries the requests.
    /// - Throws: `InvalidInput` when a webhook secret is none, or the base address is Dodo's of the other mode.
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
            throw InvalidInput("the base address is Dodo's of \(other) mode, and the server is set to \(mode) mode")
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
        DodoEvent(parsing: event.body)?.reading ?? .unreadable("it is not an event as Dodo sends it", nil)
    }

    /// - Throws: ``ProviderKit/Failure`` where there is no key, or it must not be sent to the base address.
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
