import Faregate
import FaregateSQLite

/// The part of a ledger's statistics that is about the ledger. The rest is about this process.
struct LedgerFigures: Encodable {
    let accounts: Int64
    let openHolds: Int64
    let oldestHold: Timestamp?
    let firstKeyExpiry: Timestamp?
    let inboxDue: Int64
    let inboxFlagged: Int64
    let flaggedPurchases: Int64
    let latestRefusal: Timestamp?

    // Of a ledger in a file.
    var fileBytes: Int64?
    var logBytes: Int64?
    var sqliteVersion: String?

    // Of a ledger in PostgreSQL.
    var tableBytes: Int64?
    var liveProcesses: Int64?
    var postgresVersion: String?
    var isStandby: Bool?
    var replicationLagMilliseconds: Int64?

    init(_ figures: Ledger.Figures) {
        (accounts, openHolds, oldestHold) = (figures.accounts, figures.openHolds, figures.oldestHold)
        (firstKeyExpiry, latestRefusal) = (figures.firstKeyExpiry, figures.latestRefusal)
        (inboxDue, inboxFlagged) = (figures.inboxDue, figures.inboxFlagged)
        flaggedPurchases = figures.flaggedPurchases
    }

    /// The ledger's size, in words.
    var size: String {
        if let tableBytes { return "tables \(FaregateCommand.size(tableBytes))" }
        return "file \(FaregateCommand.size(fileBytes ?? 0)), log \(FaregateCommand.size(logBytes ?? 0))"
    }
}

/// The size of one table.
struct TableFigures: Encodable {
    let name: String
    /// In PostgreSQL an estimate.
    let rows: Int64
    let bytes: Int64?
    // Of a ledger in PostgreSQL.
    var deadRows: Int64?
    var vacuumedAt: Timestamp?
}

/// What `faregate status` and `faregate stats` show.
struct LedgerReport {
    let figures: LedgerFigures
    let problems: [String]
    let tables: [TableFigures]
}

extension Context {
    /// - Parameter withTables: whether to count the rows of each table of a file, which reads all of it.
    func ledgerReport(withTables: Bool = false) async throws -> LedgerReport {
        let (path, now) = (try databasePath, clock.now)
        if Context.isPostgres(path) { return try await Postgres.report(path, at: now) }
        return try await withSQLiteLedger { ledger in
            let statistics = try await ledger.statistics(at: now)
            var figures = LedgerFigures(statistics.figures)
            (figures.fileBytes, figures.logBytes) = (statistics.fileBytes, statistics.logBytes)
            figures.sqliteVersion = statistics.sqliteVersion
            let tables = withTables ? try await ledger.tableSizes() : []
            return LedgerReport(
                figures: figures,
                problems: statistics.problems(at: now),
                tables: tables.sorted { ($0.bytes ?? 0, $0.rows) > ($1.bytes ?? 0, $1.rows) }
                    .map { TableFigures(name: $0.name, rows: $0.rows, bytes: $0.bytes) }
            )
        }
    }
}
