public import Foundation

/// The provider's own name for an event.
public struct InboxEventID: Sendable, Hashable {
    public let provider: String
    public let event: String

    public init(provider: String, event: String) {
        self.provider = provider
        self.event = event
    }

    /// Byte by byte, as a ledger compares.
    public static func == (left: InboxEventID, right: InboxEventID) -> Bool {
        ExactText(left.provider) == ExactText(right.provider) && ExactText(left.event) == ExactText(right.event)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(ExactText(provider))
        hasher.combine(ExactText(event))
    }
}

/// A provider's event as it came in, its signature verified.
public struct InboxEvent: Sendable, Hashable {
    public let id: InboxEventID
    public let type: String
    public let body: Data

    public init(id: InboxEventID, type: String, body: Data) {
        self.id = id
        self.type = type
        self.body = body
    }
}

/// What a provider's module makes of an event.
public enum InboxReading: Sendable, Hashable {
    case facts([PurchaseEvent])
    /// It says nothing about purchases.
    case nothing
    /// It should say something, but what is missing or absurd. Nobody guesses: where it is of a purchase on record, it is kept
    /// and flagged. The names are those of its order, as far as they can be read; nil where nothing of it can be read.
    case unreadable(String, PurchaseNames?)
}

/// What became of an event.
public enum InboxReceipt: Sendable, Hashable {
    /// Acted on: the purchases that it changed.
    case done([PurchaseChange])
    /// It was acted on before.
    case repeated
    /// It is of no purchase on record: noted by its id and type, without its body. It waits for nobody.
    case notOurs
    /// Kept for a person to look at: the reason.
    case flagged(String)
    /// Stored, but acting on it failed for now; it is tried again at the time.
    case postponed(String, until: Timestamp)
}

extension InboxReceipt: CustomStringConvertible {
    /// A few words, such as `not ours`.
    public var description: String {
        switch self {
        case .done: "done"
        case .repeated: "seen before"
        case .notOurs: "not ours"
        case .flagged(let reason): "a person must look at it, \(reason)"
        case .postponed(let reason, let time): "tried again at \(time), \(reason)"
        }
    }
}

public enum InboxState: String, Sendable, Hashable, Codable, CaseIterable {
    case pending, done, flagged
    /// Of no purchase on record: another business sells through the same account at the provider.
    case notOurs = "not ours"
}

/// Which events are asked for.
public enum InboxQuery: Sendable, Hashable {
    case one(InboxEventID)
    case state(InboxState?, count: Int)
    /// Stored, not acted on, and due to be tried again.
    case due(at: Timestamp, count: Int)
}

/// An event in the inbox.
public struct InboxEntry: Sendable, Hashable {
    public let event: InboxEvent
    public let state: InboxState
    public let note: String?
    /// How often the provider has sent it.
    public let deliveries: Int
    public let attempts: Int
    public let receivedAt: Timestamp
    /// Nil when it will not be tried again by itself.
    public let retryAt: Timestamp?

    public init(
        event: InboxEvent,
        state: InboxState,
        note: String?,
        deliveries: Int,
        attempts: Int,
        receivedAt: Timestamp,
        retryAt: Timestamp?
    ) {
        self.event = event
        self.state = state
        self.note = note
        self.deliveries = deliveries
        self.attempts = attempts
        self.receivedAt = receivedAt
        self.retryAt = retryAt
    }
}

/// What ledgers note of events, in the same words.
package enum InboxNote {
    package static let saysNothing = "says nothing about purchases"
    package static let contradiction = "its names are those of two purchases"
    package static let bodyIsGone = "its body is not kept any more; let the provider send it again, or dismiss it"

    package static func dismissed(_ note: Note) -> String { "dismissed by \(note.by): \(note.reason)" }

    /// With the account whose purchase the event speaks of.
    package static func dismissal(of event: InboxEventID) -> String {
        "dismissed event \(event.event) of \(event.provider)"
    }
}
