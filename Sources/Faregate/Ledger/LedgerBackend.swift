/// What a ledger does about calls and accounts: it keeps who has which credits, what was charged, and the journal.
///
/// Every method is one atomic step. When it returns, what it did is on disk; when it throws ``LedgerError``,
/// it did nothing, or (when the commit itself failed) it can't be told and the same call may be made again:
/// grants, purchases, settlements and refunds are idempotent. A charge that nobody heard of stays held until its
/// holder's lease is over; then ``recover(at:)`` gives it back.
///
/// A class: what a process remembers of a ledger's outage, it knows by the ledger's identity.
package protocol LedgerBackend: AnyObject, Sendable {
    // MARK: Calls

    /// Checks the limits and the balance and takes the credits, all in one SQL statement: the whole of it or nothing.
    func charge(_ request: ChargeRequest, at now: Timestamp) async throws(LedgerError) -> ChargeDecision

    /// Takes more for a charge that is held: as much as the account has, up to so many credits.
    ///
    /// - Parameters:
    ///   - charge: is held.
    ///   - credits: how much more.
    ///   - plans: what the account receives first, where its plan owes it something.
    ///   - now: the present moment.
    /// - Returns: nil when the charge is not held (any more), and nothing was done.
    func extend(
        _ charge: ChargeID,
        by credits: Credits,
        under plans: PlanBook,
        at now: Timestamp
    ) async throws(LedgerError) -> HoldExtension?

    /// Closes a held charge, durably. One that ``recover(at:)`` took for abandoned is charged again, late.
    ///
    /// - Parameters:
    ///   - charge: is held, or was refunded as abandoned.
    ///   - settlement: what it cost.
    ///   - plans: what the account receives first, where its plan owes it something.
    ///   - now: the present moment.
    func settle(
        _ charge: ChargeID,
        _ settlement: Settlement,
        under plans: PlanBook,
        at now: Timestamp
    ) async throws(LedgerError) -> SettleResult

    /// Closes a held charge together with the next commit, for callers that don't wait for it.
    ///
    /// Returns at once. After a crash before that commit the charge is still held, and comes back by ``recover(at:)``.
    func settleLater(
        _ charge: ChargeID,
        _ settlement: Settlement,
        under plans: PlanBook,
        at now: Timestamp,
        completion: @escaping @Sendable (Result<SettleResult, LedgerError>) -> Void
    )

    /// Closes a held charge and gives its credits back to the very grants they came from.
    ///
    /// - Returns: false when the charge is not held (any more), and nothing was done.
    func refund(_ charge: ChargeID, because reason: RefundReason, at now: Timestamp) async throws(LedgerError) -> Bool

    // MARK: Holds

    /// Says that this process lives: one statement for all the charges that it holds.
    func heartbeat(at now: Timestamp) async throws(LedgerError)

    /// Refunds what processes hold whose lease is over: they died, or lost touch for longer than that.
    ///
    /// - Returns: the charges that were refunded.
    func recover(at now: Timestamp) async throws(LedgerError) -> [Ledger.OpenCharge]

    /// The charges that are held, oldest first, 10,000 at most.
    func openCharges(at now: Timestamp) async throws(LedgerError) -> [Ledger.OpenCharge]

    // MARK: Accounts

    /// Refreshes an account: opens it if it is new, expires what is out of date, and grants what its plan owes it.
    ///
    /// Calling it again does nothing more. ``charge(_:at:)``, ``grant(_:at:)`` and ``withdraw(_:at:)`` refresh the account
    /// themselves.
    func refresh(_ account: AccountID, under plans: PlanBook, at now: Timestamp) async throws(LedgerError)

    /// Gives credits to an account, opening it if need be. The same reference again grants nothing more.
    /// What the account owes is paid from them first.
    func grant(_ request: GrantRequest, at now: Timestamp) async throws(LedgerError) -> GrantResult

    /// Takes credits away from an account that is known, all of the request or nothing. Refreshes the account first.
    func withdraw(_ request: Withdrawal, at now: Timestamp) async throws(LedgerError) -> WithdrawalResult

    /// Refuses every charge of the account from here on. What is held may still be settled.
    ///
    /// - Returns: false when there is no such account, or it is suspended already.
    func suspend(_ account: AccountID, _ note: Ledger.Note, at now: Timestamp) async throws(LedgerError) -> Bool

    /// Ends a suspension.
    ///
    /// - Returns: false when there is no such account, or it is not suspended.
    func resume(_ account: AccountID, _ note: Ledger.Note, at now: Timestamp) async throws(LedgerError) -> Bool

    /// Puts an account on a plan, opening it if need be. What earlier plans granted stays as it is.
    ///
    /// An account that comes back to a plan finds the periods it had there: nothing is granted twice.
    func move(
        _ account: AccountID,
        to plan: Policy.Plan,
        under plans: PlanBook,
        _ note: Ledger.Note,
        at now: Timestamp
    ) async throws(LedgerError)

    /// What the account has; nil for an account that nobody has opened.
    func balance(of account: AccountID, at now: Timestamp) async throws(LedgerError) -> AccountBalance?

    /// What the account has, and what ``charge(_:at:)`` would decide about these calls: all of one moment, in one read that
    /// changes nothing. It is right for an account that is not ``AccountBalance/isDue``.
    ///
    /// - Parameters:
    ///   - account: whose calls.
    ///   - calls: makes the calls to ask about, once the balance is known.
    ///   - now: the present moment.
    /// - Returns: nil for an account that nobody has opened.
    func read(
        _ account: AccountID,
        calls: @escaping @Sendable (AccountBalance) -> [ChargeRequest],
        at now: Timestamp
    ) async throws(LedgerError) -> AccountReading?

    /// What happened to the account, latest first.
    ///
    /// - Parameters:
    ///   - account: whose history.
    ///   - cursor: the page after the one that returned it; nil for the first.
    ///   - count: how many entries at most, 1 to 500.
    func history(
        of account: AccountID,
        after cursor: History.Cursor?,
        count: Int
    ) async throws(LedgerError) -> History

    // MARK: Explanations

    /// Why a charge cost what it cost, and who paid; nil where there is no such charge.
    func explain(_ charge: ChargeID) async throws(LedgerError) -> ChargeExplanation?

    /// Why a call was refused; nil where the refusal was not kept: the log is bounded.
    func explain(_ refusal: Refusal.ID) async throws(LedgerError) -> Refusal.Record?

    /// Keeps a refusal for ``explain(_:)-(RefusalID)``. Returns at once; under a flood of refusals only some are kept.
    func keep(_ refusal: Refusal.Record)

    // MARK: The end

    /// Writes what waits and releases what the ledger holds open. Calls that come later throw
    /// ``LedgerError/Code/closed``.
    func close() async
}
