public import Faregate
public import Foundation

/// Receives Stripe's webhooks: verifies them, keeps them, and turns paid checkouts into credits, once.
///
/// Hand ``receive(signature:body:)`` the header and the body as they came in, and send back what it answers. Point the
/// endpoint at `checkout.session.completed` and `checkout.session.async_payment_succeeded`; others are acknowledged.
///
/// [Stripe: receive events](https://docs.stripe.com/webhooks)
public struct StripeWebhooks: Sendable {
    /// Stripe's own events stay far below it.
    public static let maxBodyBytes = 1 << 20

    private let secrets: [Secret]
    private let ledger: any FormerPurchaseLedger
    private let livemode: Bool?
    private let clock: any WallClock
    private let observer: @Sendable (WebhookEvent) -> Void

    /// - Parameters:
    ///   - secrets: the endpoint's signing secrets: one, or two while one replaces the other.
    ///   - ledger: keeps the events, and credits what was paid for.
    ///   - livemode: true to take live events only, false to take test events only, nil to take both.
    ///   - clock: what the age of a signature goes by.
    ///   - observer: sees what became of every webhook. Called on whatever thread decides: it must be quick.
    public init(
        secrets: [Secret],
        ledger: any FormerPurchaseLedger,
        livemode: Bool? = nil,
        clock: any WallClock = SystemClock(),
        observer: @escaping @Sendable (WebhookEvent) -> Void = { _ in }
    ) {
        self.secrets = secrets
        self.ledger = ledger
        self.livemode = livemode
        self.clock = clock
        self.observer = observer
    }

    /// Takes one webhook, as often as Stripe sends it, in any order and from several places at once.
    ///
    /// The first of these that applies is the answer:
    ///
    /// | answer | when | the ledger |
    /// |---|---|---|
    /// | 413 | the body is larger than 1 MiB | sees nothing |
    /// | 500 | no signing secret was given | sees nothing |
    /// | 400 | the signature is missing, wrong or stale | sees nothing |
    /// | 400 | not an event, a thin event, or one of the other mode | sees nothing |
    /// | 500 | the ledger fails | keeps it in the inbox if it can |
    /// | 200 | anything else | keeps the event, and what it asks for is done |
    ///
    /// A payment for an unknown purchase or of another amount, and an event that lacks a field that is needed, are
    /// answered with 200, since another try would not help. They stay in the inbox; nothing is granted.
    ///
    /// - Parameters:
    ///   - signature: the `Stripe-Signature` header.
    ///   - body: byte by byte as it came in.
    public func receive(signature: String?, body: Data) async -> WebhookAnswer {
        let now = clock.now
        let event: StripeEvent
        do throws(WebhookRefusal) {
            event = try verify(signature: signature, body: body, at: now)
        } catch {
            observer(.refused(error.problem))
            return WebhookAnswer(error.problem)
        }
        return await take(event, body: body, at: now)
    }

    private func verify(signature: String?, body: Data, at now: Timestamp) throws(WebhookRefusal) -> StripeEvent {
        guard body.count <= StripeWebhooks.maxBodyBytes else { throw .tooLarge(maxBytes: StripeWebhooks.maxBodyBytes) }
        guard !secrets.isEmpty else { throw .noSecrets }
        do throws(SignatureError) {
            guard let signature else {
                throw SignatureError(.missing, "the \(StripeSignature.headerName) header is missing")
            }
            try StripeSignature(parsing: signature).verify(body: body, secrets: secrets, at: now)
        } catch {
            throw .signature(error)
        }
        let event = try StripeEvent(parsing: body)
        if let livemode, event.livemode != livemode { throw .wrongMode(livemode: livemode) }
        return event
    }

    private func take(_ event: StripeEvent, body: Data, at now: Timestamp) async -> WebhookAnswer {
        do throws(LedgerError) {
            let isOpen = try await ledger.store(InboxEvent(id: event.id, type: event.type, body: body), at: now)
            guard isOpen else {
                observer(.repeated(event.id))
                return .acknowledged
            }
        } catch {
            observer(.failed(event.id, type: event.type, error))
            return .failed
        }
        do throws(LedgerError) {
            observer(try await act(on: event, at: now))
            return .acknowledged
        } catch {
            observer(.failed(event.id, type: event.type, error))
            // Only a note: the event is in the inbox and not done, whether or not this can be written.
            try? await ledger.postpone(event.id, because: error.description, at: now)
            return .failed
        }
    }

    private func act(on event: StripeEvent, at now: Timestamp) async throws(LedgerError) -> WebhookEvent {
        switch event.request {
        case .fulfil(let payment):
            return .fulfilled(event.id, try await ledger.fulfil(payment, at: now))
        case .nothing:
            try await ledger.dismiss(event.id, at: now)
            return .dismissed(event.id, type: event.type)
        case .unreadable(let reason):
            try await ledger.postpone(event.id, because: reason, at: now)
            return .kept(event.id, type: event.type, because: reason)
        }
    }
}
