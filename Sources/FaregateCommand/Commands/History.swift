import Faregate
import FaregateBooks

/// `faregate history ACCOUNT`
enum HistoryCommand: Command {
    static let name = "history"
    static let synopsis = "ACCOUNT"
    static let summary = "what happened to an account's credits, who did what and why; latest first"
    static let example = "history ana --count 50"
    static let options: [Option] = [
        .database, .policies, .archive, .since, .count,
        Option(name: "after", value: "CURSOR", help: "continue after the page that printed this cursor"),
    ]

    static func run(_ context: Context) async throws -> ExitCode {
        let account = try AccountID(context.words("ACCOUNT")[0])
        let since = try context.reportMoment(.since)
        let count = try context.arguments.integer("count", in: 1...500) ?? 20
        let cursor = try context.arguments.value("after").map { try NotedHistory.Cursor(parsing: $0) }
        let archive = try context.archive
        let whole = try await context.withLedger { ledger in
            try await context.found(
                ledger.notedHistory(of: account, archive: archive, after: cursor, count: count), of: account, in: ledger
            )
        }
        let page = since.map { whole.since($0) } ?? whole
        let none = "nothing has happened to \(account)" + (since.map { " since \($0.toSecond)" } ?? "")
        try context.show(page, as: page.entries.isEmpty ? none : text(page.entries))
        if archive == nil, !context.asJSON, page.entries.contains(where: { $0.kind == "archive" }) {
            Output.error("some calls are in an archive and not shown; to show them too: --archive FILE")
        }
        if let next = page.next, !context.asJSON { Output.error("more: --after \(next)") }
        return .done
    }

    /// A table, with who and why below an event.
    private static func text(_ events: [NotedHistory.Event]) -> String {
        let rows = events.map { event in
            [
                event.at.toSecond,
                event.kind == "note" ? "" : (event.credits > 0 ? "+" : "") + "\(event.credits)",
                what(event).printable, event.charge?.description ?? "",
            ]
        }
        let table = Output.table(["time", "credits", "what", "charge"], rows, rightAligned: ["credits", "charge"])
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let lines = zip(table.dropFirst(), events).flatMap { line, event in
            [line] + (why(event).map { [Output.item($0.printable)] } ?? [])
        }
        return ([table[0]] + lines).joined(separator: "\n")
    }

    private static func what(_ event: NotedHistory.Event) -> String {
        if let done = event.done { return done }
        let subject = event.action ?? event.source?.rawValue
        switch event.kind {
        case "charge":
            let state = event.state.map { $0 == .settled ? "" : " (\($0.rawValue))" } ?? ""
            return (event.action ?? "charge") + state + (event.member.map { ", member \($0)" } ?? "")
        case "grant" where event.charge != nil: return "given back for a call"
        case "debt": return "owes \(event.debt) more" + (subject.map { ": \($0)" } ?? "")
        case "archive": return "calls that are in an archive"
        default: return (words[event.kind] ?? event.kind) + (subject.map { ": \($0)" } ?? "")
        }
    }

    /// For the kinds whose names don't say enough.
    private static let words = [
        "expire": "expired", "refund": "refunded", "repay": "paid off debt", "reverse": "taken back",
    ]

    private static func why(_ event: NotedHistory.Event) -> String? {
        let reason = event.kind == "refund" ? event.reason.map { RefundReason(rawValue: $0).inWords } : event.reason
        return switch (reason.flatMap { $0.isEmpty ? nil : $0 }, event.by) {
        case (let reason?, let by?): "\(reason) (by \(by))"
        case (let reason?, nil): reason
        case (nil, let by?): "by \(by)"
        case (nil, nil): nil
        }
    }
}
