import Faregate

/// Something to write, and whom to tell. It keeps its result until its transaction has ended.
///
/// `@unchecked Sendable`: it goes from its caller to the writer, and on to whoever answers, from lock to lock.
class Job: @unchecked Sendable {
    /// Does it, within a transaction; again where the first one is made anew.
    func perform(on connection: Connection) {}

    /// Tells the result or, where that is nothing, what took the transaction.
    func answer(_ failure: LedgerError?) {}

    /// The charge that was made.
    var held: HeldCharge? { nil }

    /// A settlement of all that is held, which can share a statement with others.
    var wholeSettlement: SettleJob? { nil }
}

struct HeldCharge {
    let id: ChargeID
    let at: Timestamp
}

/// Charges and settlements stand for themselves: they are nearly all there is.
final class ChargeJob: Job, @unchecked Sendable {
    private let request: ChargeRequest
    private let attributes: String?
    private let now: Timestamp
    private let continuation: CheckedContinuation<Result<ChargeDecision, LedgerError>, Never>
    private var result = Result<ChargeDecision, LedgerError>.failure(.notPerformed)

    init(
        _ request: ChargeRequest,
        at now: Timestamp,
        _ continuation: CheckedContinuation<Result<ChargeDecision, LedgerError>, Never>
    ) {
        self.request = request
        self.now = now
        self.continuation = continuation
        // Here, and not on the writer's thread.
        attributes = request.attributes.isEmpty ? nil : json(request.attributes)
    }

    override func perform(on connection: Connection) {
        result = attempt(connection) { () throws(SQLiteError) in
            let decision = try connection.charge(request, attributes: attributes, at: now)
            if case .held = decision { connection.hasWritten = true }
            return decision
        }
    }

    override func answer(_ failure: LedgerError?) {
        continuation.resume(returning: failure.map { .failure($0) } ?? result)
    }

    override var held: HeldCharge? {
        guard case .success(.held(let charge, _, _)) = result else { return nil }
        return HeldCharge(id: charge, at: now)
    }
}

final class SettleJob: Job, @unchecked Sendable {
    let charge: ChargeID
    let now: Timestamp
    /// Whether it was done by the statement that it shares with others.
    var isSettled = false
    private let settlement: Settlement
    private let completion: @Sendable (Result<SettleResult, LedgerError>) -> Void
    private var result = Result<SettleResult, LedgerError>.failure(.notPerformed)

    init(
        _ charge: ChargeID,
        _ settlement: Settlement,
        at now: Timestamp,
        completion: @escaping @Sendable (Result<SettleResult, LedgerError>) -> Void
    ) {
        (self.charge, self.settlement, self.now, self.completion) = (charge, settlement, now, completion)
    }

    override func perform(on connection: Connection) {
        result = attempt(connection) { () throws(SQLiteError) in
            isSettled ? .settled(Settled()) : try connection.settle(charge, settlement, at: now)
        }
    }

    override var wholeSettlement: SettleJob? { settlement.isWhole ? self : nil }

    override func answer(_ failure: LedgerError?) { completion(failure.map { .failure($0) } ?? result) }
}

/// A job that is not on the way of every call.
final class WorkJob<Value: Sendable>: Job, @unchecked Sendable {
    private let work: @Sendable (Connection) throws(SQLiteError) -> Value
    private let completion: @Sendable (Result<Value, LedgerError>) -> Void
    private var result = Result<Value, LedgerError>.failure(.notPerformed)

    init(
        _ work: @escaping @Sendable (Connection) throws(SQLiteError) -> Value,
        completion: @escaping @Sendable (Result<Value, LedgerError>) -> Void
    ) {
        (self.work, self.completion) = (work, completion)
    }

    override func perform(on connection: Connection) {
        result = attempt(connection) { () throws(SQLiteError) in try work(connection) }
    }

    override func answer(_ failure: LedgerError?) { completion(failure.map { .failure($0) } ?? result) }
}

extension LedgerError {
    fileprivate static let notPerformed = LedgerError(.failed, "a write was answered before it was tried")
}

private func attempt<Value>(
    _ connection: Connection,
    _ work: () throws(SQLiteError) -> Value
) -> Result<Value, LedgerError> {
    do throws(SQLiteError) {
        return .success(try work())
    } catch {
        if !connection.isInTransaction { connection.undoing = connection.undoing ?? error }
        return .failure(LedgerError(error, path: connection.path))
    }
}
