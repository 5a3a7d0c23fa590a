import Faregate

/// Something to write, and whom to tell. It keeps its result until its transaction has ended.
///
/// `@unchecked Sendable`: its caller hands it to the queue and never touches it again; only the writer's thread does.
class Job: @unchecked Sendable {
    /// Does the work inside a transaction, with a savepoint of its own.
    func perform(on books: Books) {}

    /// Whether it runs between two transactions, by ``perform(between:)``.
    var runsAlone: Bool { false }

    func perform(between transactions: Transactions) {}

    /// Tells the result or, where there is one, the failure that took the transaction.
    func answer(_ failure: LedgerError?) {}
}

final class Work<Value: Sendable>: Job, @unchecked Sendable {
    private let work: @Sendable (Books) throws(SQLiteError) -> Value
    private let completion: @Sendable (Result<Value, LedgerError>) -> Void
    private var result = Result<Value, LedgerError>.failure(.notTried)

    init(
        _ work: @escaping @Sendable (Books) throws(SQLiteError) -> Value,
        completion: @escaping @Sendable (Result<Value, LedgerError>) -> Void
    ) {
        (self.work, self.completion) = (work, completion)
    }

    override func perform(on books: Books) {
        do throws(SQLiteError) {
            result = .success(try books.savepoint { () throws(SQLiteError) in try work(books) })
        } catch {
            result = .failure(LedgerError(error, path: books.database.path))
        }
    }

    override func answer(_ failure: LedgerError?) { completion(failure.map { .failure($0) } ?? result) }
}

/// Work between two transactions.
final class LoneWork<Value: Sendable>: Job, @unchecked Sendable {
    private let work: @Sendable (Transactions) throws(LedgerError) -> Value
    private let completion: @Sendable (Result<Value, LedgerError>) -> Void
    private var result = Result<Value, LedgerError>.failure(.notTried)

    init(
        _ work: @escaping @Sendable (Transactions) throws(LedgerError) -> Value,
        completion: @escaping @Sendable (Result<Value, LedgerError>) -> Void
    ) {
        (self.work, self.completion) = (work, completion)
    }

    override var runsAlone: Bool { true }

    override func perform(between transactions: Transactions) {
        result = Result { () throws(LedgerError) in try work(transactions) }
    }

    override func answer(_ failure: LedgerError?) { completion(failure.map { .failure($0) } ?? result) }
}

extension LedgerError {
    fileprivate static let notTried = LedgerError(.failed, "a write was answered before it was tried")
}
