/// The requirements of a ledger for calls and accounts: it keeps balances, charges and the journal.
///
/// Every method is one atomic step. When it returns, its changes are on disk, except those of `settleLater` and `keep`,
/// which return at once. When it throws ``LedgerError``, it has changed nothing, unless the commit itself failed: then
/// it is unknown whether the change was made. The caller may retry: grants, purchases, settlements and refunds are
/// idempotent. If the commit failed but the charge was made all the same, the charge stays held until its holder's
/// lease ends; then ``recover(at:)`` refunds it.
///
/// Only a class can conform: a process keeps one outage log for each ledger, and finds it by the object's identity.
package protocol LedgerBackend: AnyObject, Sendable {
    // MARK: Calls

    /// Checks the limits and the balance and takes the credits in one SQL statement: all of it or nothing.
    func charge(_ request: ChargeRequest, at now: Timestamp) async throws(LedgerError) -> ChargeDecision

    /// Takes more credits for a held charge: up to `credits`, or what the account has if that is less.
    ///
    /// - Parameters:
    ///   - charge: a held charge.
    ///   - credits: the additional credits.
    ///   - plans: the plans in force. Credits that the account's plan owes it are granted first.
    ///   - now: the present moment.
    /// - Returns: nil, and changes nothing, when the charge is not held.
    func extend(
        _ charge: ChargeID,
        by credits: Credits,
        under plans: PlanBook,
        at now: Timestamp
    ) async throws(LedgerError) -> HoldExtension?

    /// Settles a held charge, durably. A charge that ``recover(at:)`` refunded as abandoned is charged again, late.
    ///
    /// - Parameters:
    ///   - charge: a charge that is held, or was refunded as abandoned.
    ///   - settlement: the final cost.
    ///   - plans: the plans in force. Credits that the account's plan owes it are granted first.
    ///   - now: the present moment.
    func settle(
        _ charge: ChargeID,
        _ settlement: Settlement,
        under plans: PlanBook,
        at now: Timestamp
    ) async throws(LedgerError) -> SettleResult

    /// Settles a held charge with the next commit, for callers that don't wait for it.
    ///
    /// Returns at once. After a crash before that commit the charge is still held, and ``recover(at:)`` refunds it.
    func settleLater(
        _ charge: ChargeID,
        _ settlement: Settlement,
        under plans: PlanBook,
        at now: Timestamp,
        completion: @escaping @Sendable (Result<SettleResult, LedgerError>) -> Void
    )

    /// Closes a held charge and returns its credits to the grants that they came from.
    ///
    /// - Returns: false, and changes nothing, when the charge is not held.
    func refund(_ charge: ChargeID, because reason: RefundReason, at now: Timestamp) async throws(LedgerError) -> Bool

    // MARK: Holds

    /// Renews this process's lease, one row for all of its charges, if it has any.
    func heartbeat(at now: Timestamp) async throws(LedgerError)

    /// Refunds the charges of processes whose lease has ended, because they died or couldn't renew it in time.
    ///
    /// - Returns: the charges that were refunded.
    func recover(at now: Timestamp) async throws(LedgerError) -> [Ledger.OpenCharge]

    /// Returns the held charges, oldest first, at most 10,000.
    func openCharges(at now: Timestamp) async throws(LedgerError) -> [Ledger.OpenCharge]

    // MARK: Accounts

    /// Refreshes an account: opens it if it is new, expires credits that are due, and grants credits that its plan
    /// owes.
    ///
    /// A second call does nothing. ``charge(_:at:)``, ``grant(_:at:)`` and ``withdraw(_:at:)`` refresh the account
    /// themselves.
    func refresh(_ account: AccountID, under plans: PlanBook, at now: Timestamp) async throws(LedgerError)

    /// Gives credits to an account, and opens the account if it is new. A second grant with the same reference does
    /// nothing. The credits pay the account's debt first.
    func grant(_ request: GrantRequest, at now: Timestamp) async throws(LedgerError) -> GrantResult

    /// Takes credits away from an existing account: all of the request or nothing. Refreshes the account first.
    func withdraw(_ request: Withdrawal, at now: Timestamp) async throws(LedgerError) -> WithdrawalResult

    /// Gives an account back what a settled call cost, or a part of it: once for each call. The charge stays settled,
    /// and the counts of limits stay. The credits are a new grant, and pay the account's debt first.
    func giveBack(_ request: GiveBack, at now: Timestamp) async throws(LedgerError) -> GiveBackResult

    /// Suspends the account: every new charge is refused. Held charges can still be settled.
    ///
    /// - Returns: false when the account doesn't exist or is already suspended.
    func suspend(_ account: AccountID, _ note: Ledger.Note, at now: Timestamp) async throws(LedgerError) -> Bool

    /// Ends a suspension.
    ///
    /// - Returns: false when the account doesn't exist or isn't suspended.
    func resume(_ account: AccountID, _ note: Ledger.Note, at now: Timestamp) async throws(LedgerError) -> Bool

    /// Puts an account on a plan, and opens the account if it is new. Credits from earlier plans stay.
    ///
    /// An account that returns to a plan continues that plan's periods, so no period is granted twice.
    func move(
        _ account: AccountID,
        to plan: Policy.Plan,
        under plans: PlanBook,
        _ note: Ledger.Note,
        at now: Timestamp
    ) async throws(LedgerError)

    /// Returns the account's balance; nil if the account doesn't exist.
    func balance(of account: AccountID, at now: Timestamp) async throws(LedgerError) -> AccountBalance?

    /// Returns the account's balance, and what ``charge(_:at:)`` would decide about these calls, in one read that
    /// changes nothing. The result is right only if the account is not ``AccountBalance/isDue``.
    ///
    /// - Parameters:
    ///   - account: the account.
    ///   - calls: returns the calls to ask about, given the balance.
    ///   - now: the present moment.
    /// - Returns: nil if the account doesn't exist.
    func read(
        _ account: AccountID,
        calls: @escaping @Sendable (AccountBalance) -> [ChargeRequest],
        at now: Timestamp
    ) async throws(LedgerError) -> AccountReading?

    /// Returns the account's history, latest first.
    ///
    /// - Parameters:
    ///   - account: the account.
    ///   - cursor: ``History/next`` of the previous page; nil for the first page.
    ///   - count: the most entries to return, 1 to 500.
    func history(
        of account: AccountID,
        after cursor: History.Cursor?,
        count: Int
    ) async throws(LedgerError) -> History

    // MARK: Explanations

    /// Explains a charge's cost, and which grants paid; returns nil if there is no such charge.
    func explain(_ charge: ChargeID) async throws(LedgerError) -> Ledger.ChargeExplanation?

    /// Explains a refusal. Returns nil if the refusal wasn't recorded: the log of refusals is bounded.
    func explain(_ refusal: Refusal.ID) async throws(LedgerError) -> Refusal.Record?

    /// Records a refusal for ``explain(_:)-(Refusal.ID)``. Returns at once; under a flood of refusals only some are
    /// recorded.
    func keep(_ refusal: Refusal.Record)

    /// Keeps the files of a policy that is in force, under its version. An in-memory ledger keeps nothing.
    func keep(_ policy: Policy, at now: Timestamp) async throws(LedgerError)

    /// The kept policy that a process began to use last; nil if there is none.
    func latestKeptPolicy() async throws(LedgerError) -> Ledger.KeptPolicy?

    // MARK: The end

    /// Finishes pending writes and closes the ledger's files. Later calls throw ``LedgerError/Code/closed``.
    func close() async
}

extension LedgerBackend {
    package func keep(_ policy: Policy, at now: Timestamp) async throws(LedgerError) {}

    package func latestKeptPolicy() async throws(LedgerError) -> Ledger.KeptPolicy? { nil }
}
