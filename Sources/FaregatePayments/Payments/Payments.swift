public import Faregate
public import Foundation

/// Sells the policy's packs through payment providers, and turns what the providers tell into credits, once.
///
/// ```swift
/// let payments = Payments(providers: [stripe], ledger: ledger, policies: policies)
///
/// // a customer buys: send the browser to checkout.url
/// let checkout = try await payments.checkout(pack: "100", for: account, provider: "stripe", successURL: …, cancelURL: …)
///
/// // POST /api/payments/stripe/webhook: send back the answer's status, headers and body
/// let answer = await payments.receive(provider: "stripe", headers: headers, body: body)
/// ```
///
/// A purchase is recorded before the provider hears of it and its id travels along, so that a payment finds its purchase
/// whatever gets lost in between. What it is worth comes from that record, never from a browser or a provider.
public struct Payments: Sendable {
    /// How large a webhook may be: a server need not read further.
    public static let maxBodyBytes = 1 << 20

    let providers: [String: any PaymentProvider]
    let ledger: any PurchaseBackend
    let policies: any PolicySource
    let clock: any WallClock
    let observer: @Sendable (Payments.Event) -> Void
    let openings = SharedAnswers<CheckoutKey, Result<OpenedCheckout, Payments.CheckoutFailure>>()
    let confirmations = SharedAnswers<Purchase.ID, Result<Void, Payments.Failure>>(
        keptMilliseconds: Payments.confirmationMilliseconds
    )

    /// - Parameters:
    ///   - providers: each name once.
    ///   - ledger: keeps purchases and events.
    ///   - policies: say which packs there are, and what they cost.
    ///   - clock: what the age of signatures and checkouts goes by.
    ///   - observer: sees what became of every webhook and every purchase. Called on whatever thread decides: it must be
    ///     quick.
    public init(
        providers: [any PaymentProvider],
        ledger: Ledger,
        policies: any PolicySource,
        clock: any WallClock = SystemClock(),
        observer: @escaping @Sendable (Payments.Event) -> Void = { _ in }
    ) {
        self.providers = Dictionary(providers.map { ($0.name, $0) }) { _, _ in
            preconditionFailure("two payment providers have the same name")
        }
        self.ledger = ledger.purchaseBackend
        self.policies = policies
        self.clock = clock
        self.observer = observer
    }

    /// Takes one webhook, as often as the provider sends it, in any order and from several places at once.
    ///
    /// The first of these that applies is the answer:
    ///
    /// | answer | when | the ledger |
    /// |---|---|---|
    /// | 404 | there is no provider of this name | sees nothing |
    /// | 413 | the body is larger than 1 MiB | sees nothing |
    /// | 500 | no signing secret was given | sees nothing |
    /// | 400 | the signature is missing, wrong or stale | sees nothing |
    /// | 400 | not an event, a thin event, or one of the other mode | sees nothing |
    /// | 503 | the event could not be stored | sees it when it is sent again |
    /// | 200 | anything else | keeps the event, and acts on it now or later |
    ///
    /// A payment of another amount or pack, and an event of a purchase that lacks what is needed, are answered with 200, since
    /// another try would not help. They are kept and flagged; nothing is granted. So is an event that is not ours, because
    /// others sell through the same account at the provider; it is noted without its body, and waits for nobody.
    ///
    /// - Parameters:
    ///   - name: the provider's, as in the endpoint's path.
    ///   - headers: as they came in; names in any case.
    ///   - body: byte by byte as it came in.
    public func receive(
        provider name: String,
        headers: [(name: String, value: String)],
        body: Data
    ) async -> Payments.WebhookAnswer {
        let now = clock.now
        let verified: ProviderKit.VerifiedEvent
        do throws(ProviderKit.WebhookRefusal) {
            guard let provider = providers[name] else { throw .unknownProvider }
            verified = try provider.verify(headers: headers, body: body, at: now)
        } catch {
            observer(.refused(provider: providers[name]?.name, error.problem))
            return Payments.WebhookAnswer(error.problem)
        }
        let (event, reading) = (verified.event, verified.reading)
        do throws(LedgerError) {
            let receipt = try await ledger.receive(event, reading: reading, at: now)
            observer(.received(event.id, type: event.type, receipt))
            report(receipt, event.id)
            return .acknowledged
        } catch {
            observer(.notStored(event.id, type: event.type, error))
            return Payments.WebhookAnswer(ProviderKit.WebhookRefusal.notStored.problem)
        }
    }

    func provider(_ name: String) throws(Payments.Failure) -> any PaymentProvider {
        guard let provider = providers[name] else { throw .unknownProvider(name) }
        return provider
    }
}
