/// Keeps the books: who has which credits, what was charged, and the journal of all of it.
///
/// Every method is one atomic step. When it returns, what it did is on disk; when it throws ``LedgerError``,
/// it did nothing, or (when the commit itself failed) it can't be told and the same call may be made again:
/// grants, purchases, settlements and refunds are idempotent. A charge that nobody heard of stays held, with its
/// deadline on record: giving such charges back is yet to come.
public protocol Ledger: Sendable {
    /// Makes sure that the account exists; a new one receives the opening grants. Opening it again does nothing.
    func open(_ account: AccountID, with opening: Opening, at now: Timestamp) async throws(LedgerError)

    /// Checks the limits and the balance and takes the credits, all in one SQL statement: the whole of it or nothing.
    func charge(_ request: ChargeRequest, at now: Timestamp) async throws(LedgerError) -> ChargeDecision

    /// Closes a held charge at its whole cost, durably.
    ///
    /// - Returns: false when the charge is not held (any more), and nothing was done.
    func settle(_ charge: ChargeID, at now: Timestamp) async throws(LedgerError) -> Bool

    /// Closes a held charge at its whole cost together with the next commit, for callers that don't wait for it.
    ///
    /// Returns at once. After a crash before that commit the charge is still held.
    func settleLater(
        _ charge: ChargeID,
        at now: Timestamp,
        completion: @escaping @Sendable (Result<Bool, LedgerError>) -> Void
    )

    /// Closes a held charge and gives its credits back to the very grants they came from.
    ///
    /// - Returns: false when the charge is not held (any more), and nothing was done.
    func refund(_ charge: ChargeID, because reason: RefundReason, at now: Timestamp) async throws(LedgerError) -> Bool

    /// Gives credits to an account, opening it if need be. The same reference again grants nothing more.
    func grant(_ request: GrantRequest, at now: Timestamp) async throws(LedgerError) -> GrantResult

    /// What the account has; nil for an account that nobody has opened.
    func balance(of account: AccountID, at now: Timestamp) async throws(LedgerError) -> Balance?

    /// What happened to the account, latest first.
    ///
    /// - Parameters:
    ///   - account: whose history.
    ///   - cursor: the page after the one that returned it; nil for the first.
    ///   - count: how many entries at most, 1 to 500.
    func history(
        of account: AccountID,
        after cursor: HistoryCursor?,
        count: Int
    ) async throws(LedgerError) -> HistoryPage
}

/// What a new account receives.
public struct Opening: Sendable, Hashable {
    public let plan: String?
    public let grants: [Credits]

    public init(plan: String? = nil, grants: [Credits] = []) {
        self.plan = plan
        self.grants = grants
    }

    public init(_ plan: Plan?) {
        self.init(plan: plan?.name, grants: plan?.openingGrants ?? [])
    }
}

/// Why a charge was refunded: an open set, kept with the charge. Never holds text from outside.
public struct RefundReason: RawRepresentable, Hashable, Sendable, Codable {
    public let rawValue: String

    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The handler threw.
    public static let threw = RefundReason(rawValue: "threw")
    /// The handler returned a response that counts as a failure.
    public static let failedResponse = RefundReason(rawValue: "failed-response")
    /// The task was cancelled.
    public static let cancelled = RefundReason(rawValue: "cancelled")
    /// The policy's timeout passed.
    public static let timedOut = RefundReason(rawValue: "timed-out")
}
