import Faregate
import FaregateSQLite

/// What a ledger's statistics say of its file. The rest of them is about the process that asks: here the tool itself.
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
