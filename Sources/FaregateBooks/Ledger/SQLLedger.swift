package import Faregate

/// What a write is about, so that a ledger with several connections can order the writes.
package enum WriteSubject: Sendable {
    case account(AccountID)
    /// The account of the charge.
    case charge(ChargeID)
    /// A call to charge. The write's value is a `ChargeDecision`. A ledger may charge several waiting calls in one
    /// statement.
    case call(ChargeRequest, CallFacts, at: Timestamp)
    /// A charge to settle at the cost that it holds, with nothing to store. The write's value is a `SettleResult`. A
    /// ledger may settle several charges in one statement, if it knows their accounts.
    case wholeSettlement(ChargeID, of: AccountID?, at: Timestamp)
    /// The purchases and events of providers.
    case purchases
    /// Rows of many accounts, or of none.
    case ledger
    /// Rows of many accounts, or of none, while no other process and no other connection writes.
    case everything

    /// Nil if the write concerns several accounts or none, or its charge's account isn't noted.
    package var account: AccountID? {
        switch self {
        case .account(let account): account
        case .call(let request, _, _): request.account
        case .wholeSettlement(_, let account, _): account
        case .charge, .purchases, .ledger, .everything: nil
        }
    }
}

/// A ledger whose rules run in SQL. The database's own part is how to write and how to read; the rest is written once,
/// in the extensions.
package protocol SQLLedger: LedgerBackend, PurchaseBackend {
    /// The clock for leases; nil if callers supply the time of each call.
    var clock: (any WallClock)? { get }
    /// The refusals that wait to be written.
    var refusals: RefusalBuffer { get }
    /// Decides when housekeeping may refund the holds of dead processes.
    var recoveryPause: RecoveryPause { get }
    /// Receives failures that no caller receives.
    var report: Ledger.Observer { get }

    /// Runs the work in a transaction, all of it or nothing, and returns when it is on the disk.
    func write<Value: Sendable>(
        _ subject: WriteSubject, _ work: @escaping @Sendable (Books) throws(SQLError) -> Value
    ) async throws(LedgerError) -> Value

    /// Queues the work for the next commit, and returns at once.
    func writeLater<Value: Sendable>(
        _ subject: WriteSubject, _ work: @escaping @Sendable (Books) throws(SQLError) -> Value,
        completion: @escaping @Sendable (Result<Value, LedgerError>) -> Void
    )

    /// Remembers the account of a charge, so that later writes about the charge are ordered with the account's.
    func noteHold(_ charge: ChargeID, of account: AccountID)

    /// Forgets what `noteHold` remembered, because the charge is closed.
    func noteEnd(of charge: ChargeID)

    /// Runs the work on one snapshot.
    func read<Value: Sendable>(
        _ work: @escaping @Sendable (any SQLConnection) throws(SQLError) -> Value
    ) async throws(LedgerError) -> Value

    /// Refunds charges that the database may have made without this process receiving the answer.
    func refundUnanswered(at now: Timestamp) async throws(LedgerError)

    /// Deletes outdated rows of tables that only this kind of database has (PostgreSQL: `batches`).
    func pruneOwnTables() async throws(LedgerError)

    /// Recomputes balances, debts and charges from the journal, rolling windows from their hits, and purchases from
    /// their facts, and reports each difference.
    ///
    /// - Parameters:
    ///   - archive: its calls are audited too, and their sums compared with the journal's lines for archived calls.
    ///   - progress: called before each step.
    func audit(
        with archive: Archive?, progress: @escaping @Sendable (Ledger.AuditProgress) -> Void
    ) async throws(LedgerError) -> Ledger.AuditReport

    /// Repairs the numbers that can be recomputed from other rows.
    ///
    /// - Returns: the number of repaired differences.
    func repair(_ differences: [Ledger.AuditDifference], at now: Timestamp) async throws(LedgerError) -> Int

    /// Reads whole tables, in one snapshot on a connection and a thread of its own, while calls go on.
    func readWhole<Value: Sendable>(
        _ work: @escaping @Sendable (any SQLConnection) throws(SQLError) -> Value
    ) async throws(LedgerError) -> Value

    /// Erases what the database keeps of deleted personal data.
    func eraseTraces() async throws(LedgerError)
}

/// Defaults for a ledger with one writing connection: there is nothing to order and nothing to prune, and no answer gets
/// lost.
extension SQLLedger {
    package func refundUnanswered(at now: Timestamp) async throws(LedgerError) {}

    package func pruneOwnTables() async throws(LedgerError) {}

    package func noteHold(_ charge: ChargeID, of account: AccountID) {}

    package func noteEnd(of charge: ChargeID) {}
}
