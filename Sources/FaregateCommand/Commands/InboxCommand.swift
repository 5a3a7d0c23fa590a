import Faregate
import Foundation

/// `faregate inbox`, `faregate inbox show PROVIDER EVENT`, `faregate inbox retry [PROVIDER EVENT]`,
/// `faregate inbox dismiss PROVIDER EVENT`
enum InboxCommand: Command {
    static let name = "inbox"
    static let synopsis = "[show | retry | dismiss [PROVIDER EVENT]]"
    static let summary = "show, retry and dismiss the events of payment providers"
    static let example = "inbox --state flagged"
    static let options: [Option] = [
        .database, .policies,
        Option(
            name: "state", value: "STATE", help: "only events in this state: pending, done, flagged or not-ours",
            choices: ["pending", "done", "flagged", "not-ours"]
        ),
        .count,
        Option(name: "reason", value: "TEXT", help: "with dismiss: the reason, recorded with the event"),
        .by,
    ]

    static let subcommands = ["show", "retry", "dismiss"]

    static func run(_ context: Context) async throws -> ExitCode {
        switch context.arguments.positional.first {
        case nil: return try await list(context)
        case "show": return try await show(context)
        case "retry": return try await InboxRetry.run(Array(context.arguments.positional.dropFirst()), context)
        case "dismiss": return try await dismiss(context)
        case let word?:
            throw Failure.misuse("there is no \"inbox \(word)\"; say inbox, inbox show, inbox retry or inbox dismiss")
        }
    }

    private static func list(_ context: Context) async throws -> ExitCode {
        let state = try context.arguments.value("state").map { word in
            guard let state = Inbox.State(rawValue: word.replacing("-", with: " ")) else {
                throw Failure.misuse("--state takes pending, done, flagged or not-ours, not \"\(word)\"")
            }
            return state
        }
        let count = try context.arguments.integer("count", in: 1...500) ?? 20
        let entries = try await context.withLedger { try await $0.inbox(.state(state, count: count)) }
        try context.show(Answers(events: entries.map(Answer.init)), as: entries.isEmpty ? "no events" : text(entries))
        return .done
    }

    /// A line for each event, and a second one for its note and its next try.
    private static func text(_ entries: [Inbox.Entry]) -> String {
        let rows = entries.map { entry in
            [
                entry.receivedAt.toMinute, entry.event.id.provider, entry.event.id.event, entry.event.type,
                entry.state.rawValue,
            ].map(\.printable)
        }
        let header = ["received", "provider", "event", "type", "state"]
        let lines = Output.table(header, rows, cutting: ["provider", "type"]).split(separator: "\n").map(String.init)
        let events = zip(lines.dropFirst(), entries).flatMap { line, entry in
            [line] + (details(entry).map { [Output.item($0.printable)] } ?? [])
        }
        return ([lines[0]] + events).joined(separator: "\n")
    }

    /// `delivered 3 times, tried once, next try 2026-11-21 09:30: no such purchase`; nil for an event that has neither
    /// a note nor a next try.
    private static func details(_ entry: Inbox.Entry) -> String? {
        guard entry.note != nil || entry.retryAt != nil else { return nil }
        let next = entry.retryAt.map { ", next try \($0.toMinute)" } ?? ""
        return "delivered \(times(entry.deliveries)), tried \(times(entry.attempts))\(next)"
            + (entry.note.map { ": \($0)" } ?? "")
    }

    private static func times(_ count: Int) -> String { count == 1 ? "once" : "\(count) times" }

    /// Closes a flagged event that needs no action.
    private static func dismiss(_ context: Context) async throws -> ExitCode {
        let words = try context.words("dismiss", "PROVIDER", "EVENT")
        let id = Inbox.Event.ID(provider: words[1], event: words[2])
        let note = try context.note()
        return try await context.withLedger { ledger in
            switch try await ledger.dismiss(id, note, at: context.clock.now) {
            case .flagged?: break
            case nil:
                throw Failure.refused(
                    "the inbox has no event \"\(id.event)\" of \(id.provider); to list the events that need a person: "
                        + "faregate inbox --state flagged"
                )
            case .pending?:
                throw Failure.refused(
                    "\(id.event) is not flagged, and will be tried again; to try it now: "
                        + "faregate inbox retry \(id.provider) \(id.event)"
                )
            case .done?, .notOurs?:
                throw Failure.refused("\(id.event) needs no decision; only flagged events can be dismissed")
            }
            guard let entry = try await ledger.inbox(.one(id)).first else { return .done }
            try context.show(Answer(entry), as: "\(id.event) of \(id.provider) is done: \(entry.note ?? "")".printable)
            return .done
        }
    }

    private static func show(_ context: Context) async throws -> ExitCode {
        let words = try context.words("show", "PROVIDER", "EVENT")
        let id = Inbox.Event.ID(provider: words[1], event: words[2])
        guard let entry = try await context.withLedger({ try await $0.inbox(.one(id)) }).first else {
            throw Failure.refused("the inbox has no event \"\(id.event)\" of \(id.provider)")
        }
        let body = entry.event.body.isEmpty ? "" : MaskedJSON(entry.event.body).text
        try context.show(Answer(entry, body: body), as: text(entry, body: body))
        return .done
    }

    private static func text(_ entry: Inbox.Entry, body: String?) -> String {
        let facts: [(String, String?)] = [
            ("type", entry.event.type), ("state", entry.state.rawValue), ("note", entry.note),
            ("received", entry.receivedAt.description),
            ("delivered", times(entry.deliveries)), ("tried", times(entry.attempts)),
            ("next try", entry.retryAt?.description),
        ]
        var lines = ["event \(entry.event.id.event.printable) of \(entry.event.id.provider.printable)", ""]
        lines += facts.compactMap { name, value in value.map { "  " + name.padded(to: 10) + $0.printable } }
        lines.append("")
        switch body {
        case nil: lines.append("its body, \(entry.event.body.count) bytes, is not JSON")
        case "" where entry.state == .notOurs: lines.append("it matches no purchase, so its body was not kept")
        case "": lines.append("its body was deleted")
        case let body?: lines += body.split(separator: "\n").map { String($0).printable }
        }
        return lines.joined(separator: "\n")
    }

    private struct Answers: Encodable { let events: [Answer] }

    /// The JSON of `--json`.
    private struct Answer: Encodable {
        let provider: String
        let event: String
        let type: String
        let state: Inbox.State
        let note: String?
        let deliveries: Int
        let attempts: Int
        let receivedAt: Timestamp
        let retryAt: Timestamp?
        /// The masked body, as text.
        let body: String?

        init(_ entry: Inbox.Entry) {
            self.init(entry, body: nil)
        }

        init(_ entry: Inbox.Entry, body: String?) {
            (provider, event, type) = (entry.event.id.provider, entry.event.id.event, entry.event.type)
            (state, note, deliveries, attempts) = (entry.state, entry.note, entry.deliveries, entry.attempts)
            (receivedAt, retryAt, self.body) = (entry.receivedAt, entry.retryAt, body)
        }
    }
}
