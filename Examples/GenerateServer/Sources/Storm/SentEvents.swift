import Faregate
import FaregateSandbox
import Foundation
import Synchronization

/// The events that the providers have sent, each with its owner.
final class SentEvents: Sendable {
    struct Event: Sendable {
        let type: String
        /// Nil for an event about our own sale.
        let neighbour: Neighbours.Owner?
    }

    private struct State {
        var events: [Inbox.Event.ID: Event] = [:]
        var marks: Set<String> = []
    }

    private let owners: [String: Neighbours.Owner]
    private let state = Mutex(State())

    init(_ owners: [String: Neighbours.Owner]) { self.owners = owners }

    func note(_ webhook: SandboxWebhook, of sandbox: PaymentSandbox) {
        let event = Event(type: webhook.type, neighbour: owners[webhook.checkout])
        let marks = Neighbours.marks.filter { webhook.body.range(of: Data($0.utf8)) != nil }
        state.withLock { state in
            state.events[Inbox.Event.ID(provider: sandbox.provider.rawValue, event: webhook.event)] = event
            if event.neighbour != nil { state.marks.formUnion(marks) }
        }
    }

    var events: [Inbox.Event.ID: Event] { state.withLock { $0.events } }

    /// The neighbours' marks that were seen in a body.
    var marks: Set<String> { state.withLock { $0.marks } }
}
