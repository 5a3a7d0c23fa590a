public import Faregate
import FaregatePayments

/// A stand-in for an account at a payment provider. It implements enough of the provider's API for the provider's own
/// clients and ours, and signs webhooks as the provider does. It needs no network and no server: pass requests to
/// ``answer(_:)``, and send ``nextWebhook()`` to the shop.
///
/// ```swift
/// let stripe = try PaymentSandbox(.stripe, key: key, webhookSecret: secret, pages: "http://localhost/sandbox") { _ in
///     price
/// }
/// let checkout = …                                   // opened by a client, through answer(_:)
/// try stripe.perform(.payLater, on: checkout)
/// try stripe.perform(.arrive, on: checkout)
/// while let webhook = stripe.nextWebhook() { … }     // post it; if refused: stripe.redeliver(webhook)
/// ```
///
/// The sandbox keeps the latest 10,000 checkouts and 20,000 events, in memory only.
public final class PaymentSandbox: Sendable {
    public enum Provider: String, Sendable, CaseIterable {
        case stripe, dodo
    }

    /// The events by which Stripe reports refunds.
    public enum RefundEvents: Sendable, CaseIterable {
        /// `refund.created`, `refund.updated` and `refund.failed`: the events since API version 2024-10-28.
        case perRefund
        /// `charge.refunded`, with the total refunded so far, and `charge.refund.updated`: the events before that
        /// version.
        case runningTotals
        /// Both, for an endpoint that is subscribed to all of them.
        case both
    }

    public let provider: Provider
    let clock: any WallClock
    let wire: any SandboxWire
    private let state = Mutex(SandboxState())

    /// - Parameters:
    ///   - provider: the provider to imitate.
    ///   - key: the API key that clients must send.
    ///   - webhookSecret: signs the webhooks: Stripe uses the whole text, Dodo the Base64 after an optional `whsec_`.
    ///   - pages: the address of the pages for customers, without a slash at the end: `…/checkout/ID` and
    ///     `…/receipt/ID`.
    ///   - taxPercent: the tax, 0 to 100. Stripe applies it if a session asks for automatic tax, Dodo always. It is
    ///     added to the price unless ``SandboxOffers/taxIsWithin``.
    ///   - offers: coupons, taxes and other settings besides prices.
    ///   - refundEvents: the events by which Stripe reports refunds.
    ///   - clock: the provider's clock.
    ///   - price: returns the price of one unit of a product; nil for an unknown product.
    /// - Throws: `InvalidInput` for a webhook secret that is malformed, and for a tax outside its range.
    public init(
        _ provider: Provider,
        key: Secret,
        webhookSecret: Secret,
        pages: String,
        taxPercent: Int = 0,
        offers: SandboxOffers = SandboxOffers(),
        refundEvents: RefundEvents = .perRefund,
        clock: any WallClock = SystemClock(),
        price: @escaping @Sendable (_ product: String) -> Money?
    ) throws(InvalidInput) {
        guard (0...100).contains(taxPercent) else {
            throw InvalidInput("a tax must be 0 to 100 percent, and is \(taxPercent)")
        }
        let shelf = SandboxShelf(pages: pages, taxPercent: Int64(taxPercent), offers: offers, price: price)
        self.provider = provider
        self.clock = clock
        switch provider {
        case .stripe: wire = StripeWire(key: key, secret: webhookSecret, shelf: shelf, refundEvents: refundEvents)
        case .dodo: wire = try DodoWire(key: key, secret: webhookSecret, shelf: shelf)
        }
    }

    /// Answers a request to the provider's API.
    public func answer(_ request: SandboxRequest) -> SandboxResponse {
        withState { state, now in wire.answer(request, &state, at: now) }
    }

    /// Returns the checkout of this id, or the one whose payment, charge, refund or dispute has this id.
    public func checkout(_ id: String) -> SandboxCheckout? {
        withState { state, _ in state[id] }
    }

    /// Returns the latest checkouts, latest first.
    public func checkouts(count: Int) -> [SandboxCheckout] {
        withState { state, _ in Array(state.newestFirst.prefix(max(0, count))) }
    }

    /// The page to which the provider sends the customer after paying. Nothing in the address proves a payment.
    ///
    /// [Stripe: custom success page](https://docs.stripe.com/payments/checkout/custom-success-page),
    /// [Dodo Payments: return_url](https://docs.dodopayments.com/developer-resources/checkout-session)
    public func returnURL(of checkout: SandboxCheckout) -> String {
        guard provider == .dodo else {
            return checkout.successURL.replacing("{CHECKOUT_SESSION_ID}", with: checkout.id)
        }
        let payment = checkout.payment
        return checkout.successURL + (checkout.successURL.contains("?") ? "&" : "?")
            + "payment_id=\(payment?.id ?? "")&status=\(payment?.state.rawValue ?? "")"
    }

    /// Returns the acts that a checkout allows now, without amounts.
    public func acts(on checkout: String) -> [SandboxAct] {
        withState { state, _ in state[checkout]?.acts(at: provider) ?? [] }
    }

    /// Performs an act of a person or a bank, and queues the webhooks that report it.
    ///
    /// - Throws: ``SandboxRefusal`` for an unknown checkout, or for an act that it doesn't allow now.
    public func perform(_ act: SandboxAct, on checkout: String) throws(SandboxRefusal) {
        let result: Result<Void, SandboxRefusal> = withState { state, now in
            do throws(SandboxRefusal) {
                return .success(try wire.perform(act, on: checkout, &state, at: now))
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    /// Replaces the cart of an open checkout, as if somebody edited the order at the provider, mixed up products there,
    /// or changed a price.
    ///
    /// - Parameters:
    ///   - product: any product, even one that the sandbox doesn't sell.
    ///   - quantity: 1 to 999,999.
    ///   - checkout: the checkout's id.
    ///   - price: the price of the whole cart, before discounts and added tax; nil to keep the price.
    /// - Throws: ``SandboxRefusal`` for a checkout that is unknown or no longer open.
    public func fillCart(
        of checkout: String,
        with product: String,
        quantity: Int = 1,
        price: Money? = nil
    ) throws(SandboxRefusal) {
        precondition((1...999_999).contains(quantity), "a cart has 1 to 999999, not \(quantity)")
        let result: Result<Void, SandboxRefusal> = withState { state, now in
            do throws(SandboxRefusal) {
                guard var found = state.checkouts[checkout] else {
                    throw SandboxRefusal("the sandbox has no checkout \(checkout)")
                }
                try found.fill(with: product, quantity: quantity, price: price)
                state.keep(found, state.mint(provider, at: now))
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    /// Keeps no more checkouts and events than these numbers, so that a test reaches the limits soon.
    package func keepAtMost(checkouts: Int, events: Int) {
        withState { state, _ in
            state.maxCheckouts = checkouts
            state.maxEvents = events
        }
    }

    /// Runs the body on the state, after expiring the checkouts whose time is over.
    func withState<Value: Sendable>(_ body: (inout SandboxState, Timestamp) -> Value) -> Value {
        let now = clock.now
        return state.withLock { state in
            let due = state.due(at: now)
            for id in due { try? wire.perform(.expire, on: id, &state, at: now) }
            if !due.isEmpty { state.noteNextExpiry() }
            return body(&state, now)
        }
    }
}

/// The provider-specific part of a sandbox.
protocol SandboxWire: Sendable {
    var provider: PaymentSandbox.Provider { get }

    func answer(_ request: SandboxRequest, _ state: inout SandboxState, at now: Timestamp) -> SandboxResponse

    /// The events that report a happening.
    func events(
        of happening: SandboxHappening,
        in checkout: SandboxCheckout
    ) -> [(type: String, content: SandboxEvent.Content)]

    /// The webhook's body; nil if its object was deleted.
    func body(of event: SandboxEvent, _ state: SandboxState) -> SandboxJSON?

    /// The headers that prove that the provider sent the webhook.
    func signature(of event: SandboxEvent, body: [UInt8], at now: Timestamp) -> [(name: String, value: String)]
}

extension SandboxWire {
    func perform(
        _ act: SandboxAct,
        on id: String,
        _ state: inout SandboxState,
        at now: Timestamp
    ) throws(SandboxRefusal) {
        guard var checkout = state[id] else { throw SandboxRefusal("the sandbox has no checkout \(id)") }
        var mint = state.mint(provider, at: now)
        let happenings = try checkout.perform(act, &mint)
        state.keep(checkout, mint)
        for happening in happenings {
            for (type, content) in events(of: happening, in: checkout) {
                let (eventID, number) = mint.next(.event)
                state.keep(
                    SandboxEvent(
                        id: eventID,
                        type: type,
                        checkout: checkout.id,
                        content: content,
                        createdAt: now,
                        number: number
                    )
                )
                state.queue.append(eventID)
            }
        }
    }
}
