public import Faregate
import FaregatePayments

/// A stand-in for an account at a payment provider: it speaks enough of the provider's API that the provider's own
/// clients and ours run against it unchanged, and signs webhooks as the provider does. No network, no server: hand
/// ``answer(_:)`` what came in, send ``nextWebhook()`` where it should go.
///
/// ```swift
/// let stripe = PaymentSandbox(.stripe, key: key, webhookSecret: secret, pages: "http://localhost/sandbox") { _ in price }
/// let checkout = …                                   // opened by a client, through answer(_:)
/// try stripe.perform(.payLater, on: checkout)
/// try stripe.perform(.arrive, on: checkout)
/// while let webhook = stripe.nextWebhook() { … }     // post it; not taken? stripe.redeliver(webhook)
/// ```
///
/// It keeps all of it in memory, the latest 10,000 checkouts and 20,000 events.
public final class PaymentSandbox: Sendable {
    public enum Provider: String, Sendable, CaseIterable {
        case stripe, dodo
    }

    /// By which events Stripe tells of refunds.
    public enum RefundEvents: Sendable, CaseIterable {
        /// `refund.created`, `refund.updated` and `refund.failed`, as since API version 2024-10-28.
        case perRefund
        /// `charge.refunded`, with all that was refunded so far, and `charge.refund.updated`, as before it.
        case runningTotals
        /// An endpoint that listens to all of them.
        case both
    }

    public let provider: Provider
    let clock: any WallClock
    let wire: any SandboxWire
    private let books = Mutex(SandboxBooks())

    /// - Parameters:
    ///   - provider: whose API it speaks.
    ///   - key: what clients must show.
    ///   - webhookSecret: signs the webhooks: Stripe's as it stands, Dodo's base64 after an optional `whsec_`.
    ///   - pages: where the pages for customers are, without a slash at the end: `…/checkout/ID` and `…/receipt/ID`.
    ///   - taxPercent: the tax, 0 to 100: at Stripe where a session asks for automatic tax, at Dodo always.
    ///   - offers: what it sells beside plain prices.
    ///   - refundEvents: by which events Stripe tells of refunds.
    ///   - clock: the provider's.
    ///   - price: what one of a product costs; nil for a product that there isn't.
    /// - Throws: `InvalidInput` for a webhook secret that the provider's kind of signature can't be made with, and for a tax
    ///   outside its range.
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
        guard (0...100).contains(taxPercent) else { throw InvalidInput("a tax is 0 to 100 percent, not \(taxPercent)") }
        let shelf = SandboxShelf(pages: pages, taxPercent: Int64(taxPercent), offers: offers, price: price)
        self.provider = provider
        self.clock = clock
        switch provider {
        case .stripe: wire = StripeWire(key: key, secret: webhookSecret, shelf: shelf, refundEvents: refundEvents)
        case .dodo: wire = try DodoWire(key: key, secret: webhookSecret, shelf: shelf)
        }
    }

    /// Answers a client of the provider's API.
    public func answer(_ request: SandboxRequest) -> SandboxResponse {
        withBooks { books, now in wire.answer(request, &books, at: now) }
    }

    /// The checkout of this id, or the one to which the payment, charge, refund or dispute of this id belongs.
    public func checkout(_ id: String) -> SandboxCheckout? {
        withBooks { books, _ in books[id] }
    }

    /// The latest checkouts, latest first.
    public func checkouts(count: Int) -> [SandboxCheckout] {
        withBooks { books, _ in Array(books.newestFirst.prefix(max(0, count))) }
    }

    /// Where the provider sends the customer who is done paying. Nothing in it proves anything.
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

    /// What can be done at a checkout just now; amounts are left open.
    public func acts(on checkout: String) -> [SandboxAct] {
        withBooks { books, _ in books[checkout]?.acts(at: provider) ?? [] }
    }

    /// Does what people or banks do, and lays ready the webhooks that tell of it.
    ///
    /// - Throws: ``SandboxRefusal`` for a checkout that there isn't, or what can't be done at it just now.
    public func perform(_ act: SandboxAct, on checkout: String) throws(SandboxRefusal) {
        let result: Result<Void, SandboxRefusal> = withBooks { books, now in
            do throws(SandboxRefusal) {
                return .success(try wire.perform(act, on: checkout, &books, at: now))
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    /// Puts something else into the cart of an open checkout: as when somebody who can change orders at the provider does,
    /// when products there are mixed up, or when a price there has changed.
    ///
    /// - Parameters:
    ///   - product: need not be one that the sandbox sells.
    ///   - quantity: 1 to 999,999.
    ///   - checkout: its id.
    ///   - price: what all of it costs, before discounts and tax on top; nil for as much as before.
    /// - Throws: ``SandboxRefusal`` for a checkout that there isn't, or that isn't open any more.
    public func fillCart(
        of checkout: String,
        with product: String,
        quantity: Int = 1,
        price: Money? = nil
    ) throws(SandboxRefusal) {
        precondition((1...999_999).contains(quantity), "a cart with \(quantity) of a product")
        let result: Result<Void, SandboxRefusal> = withBooks { books, now in
            do throws(SandboxRefusal) {
                guard var found = books.checkouts[checkout] else {
                    throw SandboxRefusal("the sandbox knows no checkout \(checkout)")
                }
                try found.fill(with: product, quantity: quantity, price: price)
                books.keep(found, books.mint(provider, at: now))
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    /// Whoever looks, looks at checkouts whose time is not over.
    func withBooks<Value: Sendable>(_ body: (inout SandboxBooks, Timestamp) -> Value) -> Value {
        let now = clock.now
        return books.withLock { books in
            let due = books.due(at: now)
            for id in due { try? wire.perform(.expire, on: id, &books, at: now) }
            if !due.isEmpty { books.noteNextExpiry() }
            return body(&books, now)
        }
    }
}

/// How a provider speaks: the sandbox does the rest.
protocol SandboxWire: Sendable {
    var provider: PaymentSandbox.Provider { get }

    func answer(_ request: SandboxRequest, _ books: inout SandboxBooks, at now: Timestamp) -> SandboxResponse

    /// Which events tell of it.
    func events(
        of happening: SandboxHappening,
        in checkout: SandboxCheckout
    ) -> [(type: String, content: SandboxEvent.Content)]

    /// The webhook's body; nil when what it speaks of has been forgotten.
    func body(of event: SandboxEvent, _ books: SandboxBooks) -> SandboxJSON?

    /// The headers that prove that the webhook is the provider's.
    func signature(of event: SandboxEvent, body: [UInt8], at now: Timestamp) -> [(name: String, value: String)]
}

extension SandboxWire {
    func perform(
        _ act: SandboxAct,
        on id: String,
        _ books: inout SandboxBooks,
        at now: Timestamp
    ) throws(SandboxRefusal) {
        guard var checkout = books[id] else { throw SandboxRefusal("the sandbox knows no checkout \(id)") }
        var mint = books.mint(provider, at: now)
        let happenings = try checkout.perform(act, &mint)
        books.keep(checkout, mint)
        for happening in happenings {
            for (type, content) in events(of: happening, in: checkout) {
                let (eventID, number) = mint.next(.event)
                books.keep(
                    SandboxEvent(
                        id: eventID,
                        type: type,
                        checkout: checkout.id,
                        content: content,
                        createdAt: now,
                        number: number
                    )
                )
                books.queue.append(eventID)
            }
        }
    }
}
