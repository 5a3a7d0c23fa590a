package import Faregate

/// One write, and the caller that waits for its result.
package protocol Job<Context>: AnyObject, Sendable {
    /// What runs the job: the transactions of a connection.
    associatedtype Context

    /// Whether it runs between two transactions instead of in one.
    var runsAlone: Bool { get }
    var subject: WriteSubject { get }

    /// Runs the work, and keeps the result until the transaction has ended. It may run again, in another transaction.
    func perform(with context: Context)

    /// Takes the value from a statement that did the work of several jobs, instead of performing the work.
    func take(_ value: any Sendable)

    /// The charge that the job has made, if its transaction is committed; nil if it made none.
    var charge: ChargeID? { get }

    /// Answers the caller with the result, or with the error that ended the transaction.
    func answer(_ failure: LedgerError?)
}

/// `@unchecked Sendable`: after the caller has queued it, only the writer's thread accesses it.
package final class Work<Context, Value: Sendable>: Job, @unchecked Sendable {
    package let runsAlone: Bool
    package let subject: WriteSubject
    private let work: @Sendable (Context) throws(LedgerError) -> Value
    private let completion: @Sendable (Result<Value, LedgerError>) -> Void
    private var result = Result<Value, LedgerError>.failure(
        LedgerError(.failed, "a write was answered before it was tried")
    )

    package init(
        _ subject: WriteSubject,
        runsAlone: Bool = false,
        _ work: @escaping @Sendable (Context) throws(LedgerError) -> Value,
        completion: @escaping @Sendable (Result<Value, LedgerError>) -> Void
    ) {
        (self.subject, self.runsAlone, self.work, self.completion) = (subject, runsAlone, work, completion)
    }

    package func perform(with context: Context) {
        result = Result { () throws(LedgerError) in try work(context) }
    }

    package func take(_ value: any Sendable) {
        guard let value = value as? Value else { preconditionFailure("a write was given the result of another kind") }
        result = .success(value)
    }

    package var charge: ChargeID? {
        guard case .success(let value) = result, case .held(let charge, _, _) = value as? ChargeDecision else {
            return nil
        }
        return charge
    }

    package func answer(_ failure: LedgerError?) { completion(failure.map { .failure($0) } ?? result) }
}
