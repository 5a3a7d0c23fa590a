import Faregate
import FaregateBooks
import FaregatePayments
import FaregateSQLite

/// `faregate inbox retry [PROVIDER EVENT]`: retries all waiting events, or one event, flagged or not.
enum InboxRetry {
    private static let maxCount = 1000

    fileprivate struct Answer: Encodable {
        struct Event: Encodable {
            let provider: String
            let event: String
            let type: String
            let outcome: String
            let note: String?
        }

        let events: [Event]
    }

    /// - Parameter words: the words after `retry`.
    static func run(_ words: [String], _ context: Context) async throws -> ExitCode {
        guard words.isEmpty || words.count == 2 else {
            throw Failure.misuse("name one event as PROVIDER EVENT, or none to retry all that wait")
        }
        let readers = try Providers.readers
        return try await context.withLedger { ledger in
            let payments = Payments(readers, Ledger(ledger), context.clock)
            let entries = try await entries(words, in: ledger)
            let bar = ProgressBar(clock: context.clock)
            defer { bar.end() }
            var events: [Answer.Event] = []
            for (done, entry) in entries.enumerated() {
                if let receipt = try await payments.retry(entry.event) {
                    events.append(Answer.Event(entry.event, receipt))
                }
                bar.show(done + 1, of: entries.count, "tried")
            }
            bar.end()
            try context.show(Answer(events: events), as: text(events))
            if entries.count == maxCount { Output.error("more events may be waiting: run the command again") }
            return events.allSatisfy { ["done", "not ours"].contains($0.outcome) } ? .done : .refused
        }
    }

    private static func entries(_ words: [String], in ledger: any SQLLedger) async throws -> [Inbox.Entry] {
        guard let event = words.last else { return try await ledger.inbox(.state(.pending, count: maxCount)) }
        let found = try await ledger.inbox(.one(Inbox.Event.ID(provider: words[0], event: event)))
        guard !found.isEmpty else {
            throw Failure.refused("the inbox has no event \"\(event.printable)\" of \(words[0].printable)")
        }
        return found
    }

    private static func text(_ events: [Answer.Event]) -> String {
        guard !events.isEmpty else { return "no events" }
        let rows = events.map { [$0.provider, $0.event, $0.type, $0.outcome, $0.note ?? ""].map(\.printable) }
        return Output.table(["provider", "event", "type", "outcome", "reason"], rows)
    }
}

extension InboxRetry.Answer.Event {
    fileprivate init(_ event: Inbox.Event, _ receipt: Inbox.Receipt) {
        let (outcome, note): (String, String?) =
            switch receipt {
            case .done, .repeated: ("done", nil)
            case .notOurs: ("not ours", nil)
            case .flagged(let reason): ("flagged", reason)
            case .postponed(let reason, _): ("postponed", reason)
            }
        self.init(
            provider: event.id.provider,
            event: event.id.event,
            type: event.type,
            outcome: outcome,
            note: note
        )
    }
}
