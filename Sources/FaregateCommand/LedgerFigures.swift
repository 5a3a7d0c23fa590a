import Faregate
import FaregateSQLite

/// The part of a ledger's statistics that is about its file. The rest is about this process.
struct LedgerFigures: Encodable {
    let fileBytes: Int64
    let logBytes: Int64
    let accounts: Int64
    let openHolds: Int64
    let oldestHold: Timestamp?
    let firstKeyExpiry: Timestamp?
    let inboxDue: Int64
    let inboxFlagged: Int64
    let flaggedPurchases: Int64
    let sqliteVersion: String

    init(_ statistics: SQLiteLedger.Statistics) {
        (fileBytes, logBytes) = (statistics.fileBytes, statistics.logBytes)
        (accounts, openHolds, oldestHold) = (statistics.accounts, statistics.openHolds, statistics.oldestHold)
        firstKeyExpiry = statistics.firstKeyExpiry
        (inboxDue, inboxFlagged) = (statistics.inboxDue, statistics.inboxFlagged)
        flaggedPurchases = statistics.flaggedPurchases
        sqliteVersion = statistics.sqliteVersion
    }
}
