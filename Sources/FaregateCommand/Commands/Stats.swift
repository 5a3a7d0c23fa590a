import Faregate
import FaregateSQLite

/// `faregate stats`
enum Stats: Command {
    static let name = "stats"
    static let synopsis = ""
    static let summary = "the size of the file and of each table"
    static let options: [Option] = [.database]

    private struct Answer: Encodable {
        let figures: LedgerFigures
        let tables: [SQLiteLedger.TableSize]
    }

    static func run(_ context: Context) async throws -> ExitCode {
        _ = try context.words()
        let answer = try await context.withSQLiteLedger { ledger in
            let figures = LedgerFigures(try await ledger.statistics(at: context.clock.now))
            let tables = try await ledger.tableSizes()
            return Answer(
                figures: figures, tables: tables.sorted { ($0.bytes ?? 0, $0.rows) > ($1.bytes ?? 0, $1.rows) })
        }
        try context.show(answer, as: text(answer.figures) + "\n\n" + text(answer.tables))
        return .done
    }

    private static func text(_ figures: LedgerFigures) -> String {
        let rows: [(String, String)] = [
            ("file", size(figures.fileBytes)),
            ("log", size(figures.logBytes)),
            ("accounts", "\(figures.accounts)"),
            ("open calls", "\(figures.openHolds)" + (figures.oldestHold.map { ", the oldest since \($0)" } ?? "")),
            ("idempotency keys", figures.firstKeyExpiry.map { "the first expires \($0)" } ?? "none"),
            ("inbox", "\(figures.inboxDue) due, \(figures.inboxFlagged) to review"),
            ("purchases", "\(figures.flaggedPurchases) to review"),
            ("SQLite", figures.sqliteVersion),
        ]
        return rows.map { name, value in name.padded(to: 18) + value }.joined(separator: "\n")
    }

    private static func text(_ tables: [SQLiteLedger.TableSize]) -> String {
        // Some builds of SQLite can't report the size of a table.
        guard tables.contains(where: { $0.bytes != nil }) else {
            return Output.table(["table", "rows"], tables.map { [$0.name, "\($0.rows)"] }, rightAligned: ["rows"])
        }
        let rows = tables.map { [$0.name, "\($0.rows)", $0.bytes.map(size) ?? ""] }
        return Output.table(["table", "rows", "size"], rows, rightAligned: ["rows", "size"])
    }
}
