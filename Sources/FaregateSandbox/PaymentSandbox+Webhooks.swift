import Faregate
import FaregateTesting
public import Foundation

/// A webhook, signed, on its way to a shop.
public struct SandboxWebhook: Sendable {
    /// The provider's id of the event: the same whenever it is delivered.
    public let event: String
    /// `checkout.session.completed`
    public let type: String
    /// The checkout that it is about.
    public let checkout: String
    /// With the signature, and `Content-Type`.
    public let headers: [(name: String, value: String)]
    public let body: Data
}

extension PaymentSandbox {
    /// How many webhooks wait to be delivered.
    public var waitingWebhooks: Int { withBooks { books, _ in books.queue.count } }

    /// Takes the first webhook out of the queue and signs it, at this very time. Dodo's tell the state of this moment,
    /// Stripe's that of the moment that they tell of.
    ///
    /// - Returns: nil when there is none.
    public func nextWebhook() -> SandboxWebhook? {
        withBooks { books, now in
            while !books.queue.isEmpty {
                let id = books.queue.removeFirst()
                if let event = books.events[id], let webhook = webhook(event, books, at: now) { return webhook }
            }
            return nil
        }
    }

    /// Puts a webhook that was not taken at the end of the queue. It will be signed anew.
    public func redeliver(_ webhook: SandboxWebhook) {
        withBooks { books, _ in books.queue.append(webhook.event) }
    }

    /// Puts all that was ever told of a checkout at the end of the queue once more.
    public func redeliver(checkout id: String) {
        withBooks { books, _ in
            let checkout = books[id]?.id
            let events = books.eventsNewestFirst.reversed().filter { $0.checkout == checkout }
            books.queue += events.map(\.id)
        }
    }

    /// Delivers everything that waits so many times.
    public func duplicateWebhooks(times: Int = 2) {
        withBooks { books, _ in
            books.queue = books.queue.flatMap { Array(repeating: $0, count: max(1, min(times, 100))) }
        }
    }

    /// Delivers in another order; the same seed shuffles the same queue in the same way.
    public func shuffleWebhooks(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        withBooks { books, _ in books.queue.shuffle(using: &random) }
    }

    /// As when an endpoint was down for longer than the provider tries.
    public func loseWebhooks() {
        withBooks { books, _ in books.queue = [] }
    }

    private func webhook(_ event: SandboxEvent, _ books: SandboxBooks, at now: Timestamp) -> SandboxWebhook? {
        guard let body = wire.body(of: event, books)?.data else { return nil }
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
