public import Faregate
public import Foundation

/// Sells the policy's packs through Stripe's hosted checkout page.
///
/// A purchase is recorded before Stripe hears of it and its id travels along, so that a payment finds its purchase
/// whatever gets lost in between. The credits come with the webhook (``StripeWebhooks``), never from the browser's
/// return to the success page.
///
/// [Stripe: create a Checkout session](https://docs.stripe.com/api/checkout/sessions/create)
public struct StripeCheckout: Sendable {
    /// `https://api.stripe.com`
    public static let defaultBaseURL = literalURL("https://api.stripe.com")

    private let api: ProviderAPI
    private let ledger: any FormerPurchaseLedger
    private let policies: any PolicySource
    private let clock: any WallClock

    /// - Parameters:
    ///   - key: a secret or restricted key that may write Checkout sessions.
    ///   - baseURL: Stripe, or a stand-in for it. A live key is only ever sent over https.
    ///   - ledger: records what is being bought before Stripe is asked.
    ///   - policies: say which packs there are, and what they cost.
    ///   - clock: tells the time of the checkout, and times the retries.
    ///   - transport: carries the requests.
    public init(
        key: Secret,
        baseURL: URL = StripeCheckout.defaultBaseURL,
        ledger: any FormerPurchaseLedger,
        policies: any PolicySource,
        clock: any WallClock = SystemClock(),
        transport: any HTTPTransport = URLSessionTransport()
    ) {
        api = ProviderAPI(dialect: .stripe, key: key, baseURL: baseURL, clock: clock, transport: transport)
        self.ledger = ledger
        self.policies = policies
        self.clock = clock
    }

    /// Opens a checkout of one pack. Every call makes a purchase of its own; nobody pays for one that is left behind.
    ///
    /// Stripe is asked up to three times, under the purchase's id as the idempotency key, when the connection fails or
    /// Stripe asks for it; each try takes 15 seconds at most.
    ///
    /// - Parameters:
    ///   - name: the pack, as the policy files name it.
    ///   - account: who gets the credits.
    ///   - successURL: where the browser goes after the payment: http or https. Stripe puts the session's id in the
    ///     place of `{CHECKOUT_SESSION_ID}`.
    ///   - cancelURL: where the browser goes when the customer thinks better of it: http or https.
    ///   - customerEmail: fills in the field on Stripe's page.
    /// - Throws: ``CheckoutError``; then there is no page to send the customer to, and nothing is charged.
    public func open(
        pack name: String,
        for account: AccountID,
        successURL: String,
        cancelURL: String,
        customerEmail: String? = nil
    ) async throws(CheckoutError) -> CheckoutSession {
        let policy = policies.policy
        let (pack, price) = try StripeCheckout.pack(name, in: policy)
        let pages = try StripePages(success: successURL, cancel: cancelURL, customerEmail: customerEmail)
        let purchase: Purchase
        do throws(InvalidInput) {
            purchase = try Purchase(
                id: .random(),
                provider: stripeProvider,
                account: account,
                pack: pack,
                policyVersion: policy.version
            )
        } catch {
            throw .invalidInput(error)
        }
        try asking(name) { api throws(ProviderError) in
            try api.checkSetUp(mayGoInTheClear: !api.key.text.contains("_live_"))
        }
        try await keep { ledger throws(LedgerError) in
            try await ledger.record(purchase, under: policy.planBook, at: clock.now)
        }
        let session: CheckoutSession
        do throws(ProviderError) {
            let answer = try await api.post(
                "v1/checkout/sessions",
                .form(purchase.fields(price: price) + pages.fields),
                headers: [("Idempotency-Key", purchase.id.rawValue)]
            )
            session = try CheckoutSession(stripe: answer, for: purchase)
        } catch {
            throw .provider(pack: name, error)
        }
        try await keep { ledger throws(LedgerError) in
            try await ledger.attach(checkout: session.id, to: purchase.id, at: clock.now)
        }
        return session
    }

    private static func pack(_ name: String, in policy: Policy) throws(CheckoutError) -> (Pack, price: String) {
        guard let pack = policy.packs[name] else {
            throw .unknownPack(name, nearest: nearestName(to: name, among: policy.packs.keys))
        }
        guard let price = pack.products["stripe"] else { throw .notForSale(pack: name, provider: "Stripe") }
        return (pack, price)
    }

    private func asking(_ pack: String, _ step: (ProviderAPI) throws(ProviderError) -> Void) throws(CheckoutError) {
        do throws(ProviderError) {
            try step(api)
        } catch {
            throw .provider(pack: pack, error)
        }
    }

    private func keep(
        _ step: (any FormerPurchaseLedger) async throws(LedgerError) -> Void
    ) async throws(CheckoutError) {
        do throws(LedgerError) {
            try await step(ledger)
        } catch {
            throw .ledger(error)
        }
    }
}

private func literalURL(_ text: StaticString) -> URL {
    guard let url = URL(string: "\(text)") else { preconditionFailure("not a URL: \(text)") }
    return url
}
