import Faregate
import FaregateBooks
import FaregateSQLite

/// `faregate history ACCOUNT`
enum HistoryCommand: Command {
    static let name = "history"
    static let synopsis = "ACCOUNT"
    static let summary = "what happened to an account's credits, latest first"
    static let options: [Option] = [
        .database, .archive,
        Option(name: "count", value: "N", help: "how many entries, 1 to 500 (default: 20)"),
        Option(name: "after", value: "CURSOR", help: "continue after the page that printed this cursor"),
    ]

    static func run(_ context: Context) async throws -> ExitCode {
        let account = try AccountID(context.words("ACCOUNT")[0])
        let count = try context.arguments.integer("count", in: 1...500) ?? 20
        let cursor = try context.arguments.value("after").map { try History.Cursor(parsing: $0) }
        let archive = try context.arguments.value(Option.archive.name)
        let page =
            if let archive {
                try await context.withSQLiteLedger { ledger in
                    try await requireAccount(account, in: ledger, context)
                    return try await ledger.history(of: account, archive: archive, after: cursor, count: count)
                }
            } else {
                try await context.withLedger { ledger in
                    try await requireAccount(account, in: ledger, context)
                    return try await ledger.history(of: account, after: cursor, count: count)
                }
            }
        try context.show(page, as: text(page))
        if archive == nil, !context.asJSON, page.entries.contains(where: { $0.kind == .archive }) {
            Output.error("some calls are in an archive and not shown; to show them too: --archive FILE")
        }
        if let next = page.next, !context.asJSON { Output.error("more: --after \(next.rawValue)") }
        return .done
    }

    private static func requireAccount(
        _ account: AccountID, in ledger: any SQLLedger, _ context: Context
    ) async throws {
        guard try await ledger.balance(of: account, at: context.clock.now) != nil else {
            throw Failure.refused("the ledger has no account \"\(account)\"")
        }
    }

    private static func text(_ page: History) -> String {
        let rows = page.entries.map { entry in
            [
                entry.at.description,
                (entry.credits > 0 ? "+" : "") + String(entry.credits),
                entry.kind.rawValue,
                entry.action ?? entry.source?.rawValue ?? "",
                entry.kind == .charge ? entry.state?.rawValue ?? "" : "",
                entry.charge?.description ?? "",
                reason(entry).printable,
            ]
        }
        let header = ["time", "credits", "kind", "for", "state", "charge", "reason"]
        return Output.table(header, rows, rightAligned: ["credits", "charge"])
    }
    private static func reason(_ entry: History.Entry) -> String {
        guard entry.kind == .archive else { return entry.reason ?? "" }
        return "\(count(entry.credits.magnitude, "credit")) for calls that are in an archive"
    }
}
