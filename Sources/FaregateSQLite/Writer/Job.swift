import Faregate

/// One write, and the caller that waits for its result.
protocol Job: AnyObject, Sendable {
    /// Whether it runs between two transactions instead of in one.
    var runsAlone: Bool { get }

    /// Runs the work, and keeps the result until the transaction has ended.
    func perform(with transactions: Transactions)

    /// Answers the caller with the result, or with the error that ended the transaction.
    func answer(_ failure: LedgerError?)
}

/// `@unchecked Sendable`: after the caller has queued it, only the writer's thread accesses it.
final class Work<Value: Sendable>: Job, @unchecked Sendable {
    let runsAlone: Bool
    private let work: @Sendable (Transactions) throws(LedgerError) -> Value
    private let completion: @Sendable (Result<Value, LedgerError>) -> Void
    private var result = Result<Value, LedgerError>.failure(
        LedgerError(.failed, "a write was answered before it was tried")
    )

    init(
        runsAlone: Bool = false,
        _ work: @escaping @Sendable (Transactions) throws(LedgerError) -> Value,
        completion: @escaping @Sendable (Result<Value, LedgerError>) -> Void
    ) {
        (self.runsAlone, self.work, self.completion) = (runsAlone, work, completion)
    }

    func perform(with transactions: Transactions) {
        result = Result { () throws(LedgerError) in try work(transactions) }
    }

    func answer(_ failure: LedgerError?) { completion(failure.map { .failure($0) } ?? result) }
}
