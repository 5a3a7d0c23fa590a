import Faregate
import FaregateTesting
public import Foundation

/// A signed webhook for a shop.
public struct SandboxWebhook: Sendable {
    /// The provider's id of the event, which is the same for every delivery.
    public let event: String
    /// `checkout.session.completed`
    public let type: String
    /// The checkout of the event.
    public let checkout: String
    /// With the signature and `Content-Type`.
    public let headers: [(name: String, value: String)]
    public let body: Data
}

extension PaymentSandbox {
    /// The number of webhooks in the queue.
    public var waitingWebhooks: Int { withState { state, _ in state.queue.count } }

    /// Takes the first webhook out of the queue and signs it now. Dodo's webhooks show the object as it is now,
    /// Stripe's as it was at the event.
    ///
    /// - Returns: nil if the queue is empty.
    public func nextWebhook() -> SandboxWebhook? {
        withState { state, now in
            while !state.queue.isEmpty {
                let id = state.queue.removeFirst()
                if let event = state.events[id], let webhook = webhook(event, state, at: now) { return webhook }
            }
            return nil
        }
    }

    /// Puts a refused webhook at the end of the queue. It is signed again when it is delivered.
    public func redeliver(_ webhook: SandboxWebhook) {
        withState { state, _ in state.queue.append(webhook.event) }
    }

    /// Puts all events of a checkout at the end of the queue once more.
    public func redeliver(checkout id: String) {
        withState { state, _ in
            let checkout = state[id]?.id
            let events = state.eventsNewestFirst.reversed().filter { $0.checkout == checkout }
            state.queue += events.map(\.id)
        }
    }

    /// Repeats each webhook in the queue, so that it is delivered this many times.
    public func duplicateWebhooks(times: Int = 2) {
        withState { state, _ in
            state.queue = state.queue.flatMap { Array(repeating: $0, count: max(1, min(times, 100))) }
        }
    }

    /// Shuffles the queue; the same seed gives the same order.
    public func shuffleWebhooks(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        withState { state, _ in state.queue.shuffle(using: &random) }
    }

    /// Empties the queue, as if the endpoint had been down for longer than the provider retries.
    public func loseWebhooks() {
        withState { state, _ in state.queue = [] }
    }

    private func webhook(_ event: SandboxEvent, _ state: SandboxState, at now: Timestamp) -> SandboxWebhook? {
        guard let body = wire.body(of: event, state)?.data else { return nil }
        return SandboxWebhook(
            event: event.id,
            type: event.type,
            checkout: event.checkout,
            headers: [("Content-Type", "application/json")]
                + wire.signature(of: event, body: Array(body), at: now),
            body: body
        )
    }
}
