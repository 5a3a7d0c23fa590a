import Faregate
import Foundation

/// The changes of an event in the inbox.
extension Inbox.Entry {
    init(_ event: Inbox.Event, at now: Timestamp) {
        self.init(
            event: event.withoutBody,
            state: .pending,
            note: nil,
            deliveries: 1,
            attempts: 0,
            receivedAt: now,
            retryAt: now
        )
    }

    mutating func deliver() { change(deliveries: deliveries + 1) }

    mutating func settle() { change(state: .done, note: .some(nil)) }

    /// Records that the event was acted on, or why it could not be.
    mutating func end(_ state: Inbox.State, _ note: String?, body: Data) {
        change(state: state, note: note, body: body, attempts: attempts + 1)
    }

    mutating func emptyBody() { change(body: Data()) }

    private mutating func change(
        state: Inbox.State? = nil,
        note: String?? = nil,
        body: Data? = nil,
        deliveries: Int? = nil,
        attempts: Int? = nil
    ) {
        self = Inbox.Entry(
            event: Inbox.Event(id: event.id, type: event.type, body: body ?? event.body),
            state: state ?? self.state,
            note: note ?? self.note,
            deliveries: deliveries ?? self.deliveries,
            attempts: attempts ?? self.attempts,
            receivedAt: receivedAt,
            retryAt: state == nil ? retryAt : nil
        )
    }
}

extension Inbox.Event {
    fileprivate var withoutBody: Inbox.Event { Inbox.Event(id: id, type: type, body: Data()) }
}
