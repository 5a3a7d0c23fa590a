import Faregate

/// What a line of the journal tells: see the table `journal`.
enum JournalKind: String {
    case grant, charge, settle, refund, debt, repay, expire, reverse
}

extension Connection {
    /// Writes a line of the journal, which leads to the account's line before it. Settlements stand outside that chain:
    /// they move nothing that an account's history shows.
    func write(
        _ kind: JournalKind,
        _ account: Int64,
        credits: Int64 = 0,
        held: Int64 = 0,
        debt: Int64 = 0,
        charge: ChargeID? = nil,
        grant: Int64? = nil,
        at moment: Timestamp
    ) throws(SQLiteError) {
        try run(.write, account, moment, kind.rawValue, credits, held, debt, charge?.rawValue, grant)
        if kind != .settle { try run(.enterLast, account) }
    }
}
