import Faregate

/// Answers a job once its transaction has ended: with its own result, or with the error that took the commit.
typealias Answer = @Sendable (_ failure: LedgerError?) -> Void

struct PerformedJob {
    let answer: Answer
    /// The charge that was made.
    var held: HeldCharge?
}

struct HeldCharge {
    let id: ChargeID
    let at: Timestamp
}

/// Something to write, and whom to tell. Charges and settlements stand for themselves: they are nearly all there is.
indirect enum Job: Sendable {
    case charge(ChargeRow, CheckedContinuation<Result<ChargeDecision, LedgerError>, Never>)
    case settle(ChargeID, Settlement, Timestamp, @Sendable (Result<SettleResult, LedgerError>) -> Void)
    case work(Work)

    /// - Parameters:
    ///   - connection: where to; nil where the job can't be done.
    ///   - failure: why it can't.
    func perform(on connection: Connection?, _ failure: LedgerError?) -> PerformedJob {
        switch self {
        case .charge(let row, let continuation):
            let result = attempt(connection, failure) { connection throws(SQLiteError) in
                let decision = try connection.charge(row)
                if case .held = decision { connection.hasWritten = true }
                return decision
            }
            var performed = PerformedJob { continuation.resume(returning: $0.map { .failure($0) } ?? result) }
            if case .success(.held(let charge, _, _)) = result { performed.held = HeldCharge(id: charge, at: row.now) }
            return performed
        case .settle(let charge, let settlement, let now, let completion):
            let result = attempt(connection, failure) { connection throws(SQLiteError) in
                try connection.settle(charge, settlement, at: now)
            }
            return PerformedJob { completion($0.map { .failure($0) } ?? result) }
        case .work(let work):
            return PerformedJob(answer: work.perform(connection, failure))
        }
    }
}

/// A job that is not on the way of every call.
struct Work: Sendable {
    let perform: @Sendable (Connection?, LedgerError?) -> Answer

    init<Value: Sendable>(
        _ work: @escaping @Sendable (Connection) throws(SQLiteError) -> Value,
        completion: @escaping @Sendable (Result<Value, LedgerError>) -> Void
    ) {
        perform = { connection, failure in
            let result = attempt(connection, failure) { connection throws(SQLiteError) in
                try work(connection)
            }
            return { completion($0.map { .failure($0) } ?? result) }
        }
    }
}

private func attempt<Value>(
    _ connection: Connection?,
    _ failure: LedgerError?,
    _ work: (Connection) throws(SQLiteError) -> Value
) -> Result<Value, LedgerError> {
    guard let connection else { return .failure(failure ?? LedgerError(.failed, "there is no connection")) }
    do throws(SQLiteError) {
        return .success(try work(connection))
    } catch {
        if !connection.isInTransaction { connection.undoing = connection.undoing ?? error }
        return .failure(LedgerError(error, path: connection.path))
    }
}
