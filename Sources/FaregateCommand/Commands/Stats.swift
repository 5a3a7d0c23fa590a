import Faregate

/// `faregate stats`
enum Stats: Command {
    static let name = "stats"
    static let synopsis = ""
    static let summary = "the size of the ledger and of each table"
    static let example = "stats"
    static let options: [Option] = [.database, .policies]

    private struct Answer: Encodable {
        let figures: LedgerFigures
        let tables: [TableFigures]
    }

    static func run(_ context: Context) async throws -> ExitCode {
        _ = try context.words()
        let report = try await context.ledgerReport(withTables: true)
        let answer = Answer(figures: report.figures, tables: report.tables)
        try context.show(answer, as: text(answer.figures) + "\n\n" + text(answer.tables))
        return .done
    }

    private static func text(_ figures: LedgerFigures) -> String {
        let rows: [(String, String?)] = [
            ("file", figures.fileBytes.map(size)),
            ("log", figures.logBytes.map(size)),
            ("tables", figures.tableBytes.map(size)),
            ("accounts", "\(figures.accounts)"),
            (
                "open calls",
                "\(figures.openHolds)" + (figures.oldestHold.map { ", the oldest since \($0.toSecond)" } ?? "")
            ),
            ("idempotency keys", figures.firstKeyExpiry.map { "the first expires \($0.toSecond)" } ?? "none"),
            ("inbox", "\(figures.inboxDue) due, \(figures.inboxFlagged) to review"),
            ("purchases", "\(figures.flaggedPurchases) to review"),
            ("refusals", figures.latestRefusal.map { "the latest \($0.toSecond)" } ?? "none"),
            ("live processes", figures.liveProcesses.map { "\($0)" }),
            ("standby", figures.isStandby.map { $0 ? standby(figures.replicationLagMilliseconds) : "no" }),
            ("SQLite", figures.sqliteVersion),
            ("PostgreSQL", figures.postgresVersion),
        ]
        return rows.compactMap { name, value in value.map { name.padded(to: 18) + $0 } }.joined(separator: "\n")
    }

    private static func standby(_ lagMilliseconds: Int64?) -> String {
        guard let lagMilliseconds else { return "yes, and has replayed nothing yet" }
        return "yes, \(lagMilliseconds) ms behind"
    }

    private static func text(_ tables: [TableFigures]) -> String {
        // Only PostgreSQL has dead rows, and some builds of SQLite can't report the size of a table.
        let columns: [(name: String, cell: (TableFigures) -> String?)] = [
            ("table", { $0.name }), ("rows", { "\($0.rows)" }), ("dead", { $0.deadRows.map { "\($0)" } }),
            ("size", { $0.bytes.map(size) }), ("vacuumed", { $0.vacuumedAt?.toSecond }),
        ]
        let shown = columns.filter { column in tables.contains { column.cell($0) != nil } }
        return Output.table(
            shown.map(\.name), tables.map { table in shown.map { $0.cell(table) ?? "" } },
            rightAligned: ["rows", "dead", "size"]
        )
    }
}
