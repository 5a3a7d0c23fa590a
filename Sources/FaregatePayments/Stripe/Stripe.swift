public import Faregate
public import Foundation

/// Stripe: opens its hosted checkout pages, verifies and reads its webhooks, and looks up payments.
///
/// Subscribe the endpoint to ``webhookEvents``. Events of other types are acknowledged and ignored.
///
/// [Stripe: receive events](https://docs.stripe.com/webhooks),
/// [fulfil orders](https://docs.stripe.com/checkout/fulfillment)
public struct Stripe: PaymentProvider {
    /// `https://api.stripe.com`
    public static let defaultBaseURL = literalURL("https://api.stripe.com")
    /// The provider's name in the ledger and in addresses.
    public static let name = "stripe"
    /// The largest webhook that is read; Stripe's own events are far smaller.
    public static let maxBodyBytes = 1 << 20

    let api: ProviderAPI?
    let options: CheckoutOptions
    private let webhookSecrets: [Secret]
    private let livemode: Bool

    /// - Parameters:
    ///   - key: a secret key, or a restricted one with ``keyPermissions``. Without one, the server only receives
    ///     webhooks.
    ///   - webhookSecrets: the endpoint's signing secrets: one, or two during a rotation. Without one, every webhook is
    ///     refused.
    ///   - checkout: the shop's options for checkouts.
    ///   - livemode: true to accept live events only, false to accept test events only; nil for the key's own mode,
    ///     which is live if there is no key or the key doesn't show its mode.
    ///   - baseURL: the address of Stripe or of a stand-in. Only a test key (`sk_test_…`, `rk_test_…`) is sent over
    ///     http.
    ///   - clock: times the retries, and sets when a session expires if the options have `expiresAfter`.
    ///   - transport: carries the requests.
    public init(
        key: Secret?,
        webhookSecrets: [Secret] = [],
        checkout: CheckoutOptions = .plain,
        livemode: Bool? = nil,
        baseURL: URL = Stripe.defaultBaseURL,
        clock: any WallClock = SystemClock(),
        transport: any ProviderKit.Transport = ProviderKit.URLSessionTransport()
    ) {
        api = key.map {
            ProviderAPI(dialect: .stripe, key: $0, baseURL: baseURL, clock: clock, transport: transport)
        }
        self.webhookSecrets = webhookSecrets
        options = checkout
        self.livemode = livemode ?? key?.livemode ?? true
    }

    public var name: String { Stripe.name }

    public var allowsDiscounts: Bool { options.discounts != .none }

    public var keepsCustomers: Bool { options.keepsCustomers }

    public func verify(
        headers: [(name: String, value: String)],
        body: Data,
        at now: Timestamp
    ) throws(ProviderKit.WebhookRefusal) -> ProviderKit.VerifiedEvent {
        guard body.count <= Stripe.maxBodyBytes else { throw .tooLarge(maxBytes: Stripe.maxBodyBytes) }
        guard !webhookSecrets.isEmpty else { throw .noSecrets }
        do throws(ProviderKit.SignatureError) {
            let header = try onlyHeader(Stripe.Signature.headerName, in: headers)
            try Stripe.Signature(parsing: header).verify(body: body, secrets: webhookSecrets, at: now)
        } catch {
            throw .signature(error)
        }
        guard let event = ProviderObject(parsing: body) else { throw .notAnEvent }
        guard event.text("object") != "v2.core.event" else { throw .thinEvent }
        guard event.text("object") == "event", let id = event.name("id"), let type = event.name("type") else {
            throw .notAnEvent
        }
        guard event.flag("livemode") == livemode else { throw .wrongMode(livemode: livemode) }
        return ProviderKit.VerifiedEvent(
            event: Inbox.Event(id: Inbox.Event.ID(provider: name, event: id), type: type, body: body),
            reading: StripeReading.reading(of: event)
        )
    }

    public func read(_ event: Inbox.Event) -> Inbox.Reading {
        guard let object = ProviderObject(parsing: event.body) else {
            return .unreadable("its body can't be read", nil)
        }
        return StripeReading.reading(of: object)
    }

    /// - Throws: ``ProviderKit/Failure`` if there is no key, or if the key must not be sent to the base address.
    func checkedAPI() throws(ProviderKit.Failure) -> ProviderAPI {
        guard let api else { throw .misconfigured("no Stripe key is set") }
        try api.checkSetUp(mayGoInTheClear: api.key.livemode == false)
        return api
    }
}

extension Secret {
    /// The mode of a Stripe key, `sk_test_…` or `rk_live_…`; nil if it doesn't show one, which counts as live.
    ///
    /// [Stripe: API keys](https://docs.stripe.com/keys)
    fileprivate var livemode: Bool? {
        let parts = text.split(separator: "_", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, ["sk", "rk"].contains(parts[0]) else { return nil }
        return parts[1] == "live" ? true : parts[1] == "test" ? false : nil
    }
}

private func literalURL(_ text: StaticString) -> URL {
    guard let url = URL(string: "\(text)") else { preconditionFailure("not a URL: \(text)") }
    return url
}
