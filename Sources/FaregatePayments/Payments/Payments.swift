public import Faregate
public import Foundation

/// Sells the policy's packs through payment providers, and turns each payment into credits exactly once.
///
/// ```swift
/// let payments = Payments(providers: [stripe], ledger: ledger, policies: policies)
///
/// // A customer buys: send the browser to checkout.url.
/// let checkout = try await payments.checkout(
///     pack: "100", for: account, provider: "stripe", successURL: …, cancelURL: …
/// )
///
/// // POST /api/payments/stripe/webhook: send back the answer's status, headers and body.
/// let answer = await payments.receive(provider: "stripe", headers: headers, body: body)
/// ```
///
/// A purchase is recorded before the provider is asked, and its id is sent along. So a payment can be matched to its
/// purchase even if an answer or a webhook is lost. The recorded purchase sets the credits that a payment grants; a
/// browser or a provider never does.
public struct Payments: Sendable {
    /// The largest webhook in bytes; a server can stop reading there.
    public static let maxBodyBytes = 1 << 20

    let providers: [String: any PaymentProvider]
    let ledger: any PurchaseBackend
    let policies: any Policy.Source
    let clock: any WallClock
    let observer: @Sendable (Payments.Event) -> Void
    let openings = SharedAnswers<CheckoutKey, Result<OpenedCheckout, Payments.CheckoutFailure>>()
    let confirmations = SharedAnswers<Purchase.ID, Result<Void, Payments.Failure>>(
        keptMilliseconds: Payments.confirmationMilliseconds
    )

    /// - Parameters:
    ///   - providers: each with its own name; the program stops if two have the same name.
    ///   - ledger: keeps purchases and events.
    ///   - policies: the packs and their prices.
    ///   - clock: the time for the ages of signatures and checkouts.
    ///   - observer: receives an event for each webhook and for each change of a purchase. Called on the thread that
    ///     made the change, so it must return quickly.
    public init(
        providers: [any PaymentProvider],
        ledger: Ledger,
        policies: any Policy.Source,
        clock: any WallClock = SystemClock(),
        observer: @escaping @Sendable (Payments.Event) -> Void = { _ in }
    ) {
        self.providers = Dictionary(providers.map { ($0.name, $0) }) { _, _ in
            fatalError("two payment providers have the same name; give each provider once")
        }
        self.ledger = ledger.purchaseBackend
        self.policies = policies
        self.clock = clock
        self.observer = observer
    }

    /// Receives a webhook. The provider may send it repeatedly, in any order and concurrently.
    ///
    /// The first row that applies is the answer:
    ///
    /// | answer | when | the ledger |
    /// |---|---|---|
    /// | 404 | no provider has this name | unchanged |
    /// | 413 | the body is larger than 1 MiB | unchanged |
    /// | 500 | no signing secret is set | unchanged |
    /// | 400 | the signature is missing, wrong or stale | unchanged |
    /// | 400 | the body is not an event, is a thin event (Stripe), or is of the other mode (test or live) | unchanged |
    /// | 503 | the event could not be stored | unchanged; the provider sends the event again |
    /// | 200 | anything else | stores the event, and acts on it now or later |
    ///
    /// A payment of another amount or pack, and an event that lacks a required field, are answered with 200, because
    /// another try would not help. They are stored and flagged, and grant nothing. An event of another shop at the same
    /// account is recorded without its body and needs no decision.
    ///
    /// - Parameters:
    ///   - name: the provider's name, from the endpoint's path.
    ///   - headers: as they were received; names in any case.
    ///   - body: the received bytes, unchanged.
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
