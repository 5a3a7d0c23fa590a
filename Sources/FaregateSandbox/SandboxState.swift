import Faregate
import Foundation

/// The data of a sandbox. When a limit is reached, the oldest data are deleted.
struct SandboxState {
    var maxCheckouts = 10_000
    var maxEvents = 20_000
    static let maxAnswers = 10_000

    private(set) var checkouts: [String: SandboxCheckout] = [:]
    /// Oldest first.
    private var order: [String] = []
    /// The checkout's id, keyed by payment, charge, refund and dispute.
    private var owners: [String: String] = [:]
    private var nextExpiry = Timestamp.never
    private(set) var number = 0

    private(set) var events: [String: SandboxEvent] = [:]
    private var eventOrder: [String] = []
    /// The events to deliver. An event can be queued several times.
    var queue: [String] = []

    /// Answers by idempotency key.
    private(set) var answers: [String: SandboxAnswer] = [:]
    private var answerOrder: [String] = []

    var customers: [String: SandboxCustomer] = [:]

    // MARK: Reading

    /// Returns the checkout of this id, or the one whose payment, charge, refund or dispute has this id.
    subscript(_ id: String) -> SandboxCheckout? { checkouts[id] ?? owners[id].flatMap { checkouts[$0] } }

    var newestFirst: [SandboxCheckout] { order.reversed().compactMap { checkouts[$0] } }

    var eventsNewestFirst: [SandboxEvent] { eventOrder.reversed().compactMap { events[$0] } }

    // MARK: Changing

    func mint(_ provider: PaymentSandbox.Provider, at now: Timestamp) -> SandboxMint {
        SandboxMint(provider: provider, now: now, number: number)
    }

    /// Stores a checkout's new state, and the ids of its objects.
    mutating func keep(_ checkout: SandboxCheckout, _ mint: SandboxMint) {
        number = mint.number
        if checkouts.updateValue(checkout, forKey: checkout.id) == nil { order.append(checkout.id) }
        for id in checkout.ownedIDs { owners[id] = checkout.id }
        if checkout.state == .open { nextExpiry = min(nextExpiry, checkout.expiresAt) }
        forgetCheckouts()
    }

    mutating func keep(_ event: SandboxEvent) {
        number += 1
        events[event.id] = event
        eventOrder.append(event.id)
        guard eventOrder.count > maxEvents else { return }
        // Deletes a tenth of the events at once, so that deleting is rarely needed.
        let oldest = eventOrder.prefix(maxEvents / 10)
        for id in oldest { events[id] = nil }
        eventOrder.removeFirst(oldest.count)
        queue.removeAll { events[$0] == nil }
    }

    mutating func keep(_ answer: SandboxAnswer, under key: String) {
        if answers.updateValue(answer, forKey: key) == nil { answerOrder.append(key) }
        guard answerOrder.count > SandboxState.maxAnswers else { return }
        let oldest = answerOrder.prefix(SandboxState.maxAnswers / 10)
        for key in oldest { answers[key] = nil }
        answerOrder.removeFirst(oldest.count)
    }

    /// The open checkouts whose time is over.
    func due(at now: Timestamp) -> [String] {
        guard nextExpiry <= now else { return [] }
        return order.filter { checkouts[$0].map { $0.state == .open && $0.expiresAt <= now } ?? false }
    }

    mutating func noteNextExpiry() {
        nextExpiry = checkouts.values.filter { $0.state == .open }.map(\.expiresAt).min() ?? .never
    }

    private mutating func forgetCheckouts() {
        guard order.count > maxCheckouts else { return }
        let oldest = order.prefix(maxCheckouts / 10)
        for id in oldest {
            for owned in checkouts[id]?.ownedIDs ?? [] { owners[owned] = nil }
            checkouts[id] = nil
        }
        order.removeFirst(oldest.count)
    }
}

/// The answer to a request with an idempotency key.
struct SandboxAnswer: Sendable {
    let request: FormFields
    let path: String
    let response: SandboxResponse
    let givenAt: Timestamp
}

/// An event that the provider reports to a shop by webhook.
struct SandboxEvent: Sendable {
    enum Content: Sendable {
        /// Stripe: the object at the time of the event.
        case snapshot(SandboxJSON)
        /// Dodo: the object at the time of delivery.
        case current(SandboxObject, id: String)
    }

    let id: String
    let type: String
    let checkout: String
    let content: Content
    let createdAt: Timestamp
    let number: Int
}

extension SandboxCheckout {
    fileprivate var ownedIDs: [String] {
        payments.flatMap { [$0.id, $0.charge] + $0.refunds.map(\.id) + $0.disputes.map(\.id) }
    }
}
