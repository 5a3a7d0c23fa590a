import CSQLite
import Faregate
import FaregateBooks
import Foundation

/// Runs each batch of jobs in a transaction. Only the writer's thread uses it.
final class Transactions {
    private let books: Books
    private let database: Database
    private let files: OpenFiles
    private let checkpoints: Checkpoints
    private let refusals: RefusalBuffer
    private let figures: WriterFigures
    private let report: Ledger.Observer
    /// Why the writer has stopped; nil while it works.
    private var ending: LedgerError? { figures.now.ending }

    init(
        _ database: Database,
        _ checkpoints: Checkpoints,
        files: OpenFiles,
        refusals: RefusalBuffer,
        figures: WriterFigures,
        report: @escaping Ledger.Observer
    ) {
        self.database = database
        books = Books(database, SQLiteCharge(database), schemaVersion: Schema.migrations.version)
        self.checkpoints = checkpoints
        self.files = files
        self.refusals = refusals
        self.figures = figures
        self.report = report
    }

    /// Prepares the log for new commits: after a crash, it must be rewritten before anything is appended to it.
    ///
    /// - Parameter isComplete: whether the main file has the whole ledger. If so, it is marked incomplete now, since
    ///   later commits go to the log first.
    func open(isComplete: Bool) throws(SQLError) {
        try database.run("BEGIN IMMEDIATE")
        defer { database.rollback() }
        try database.writeLogAgain()
        // The lock was only for rewriting the log; `copyLog` takes its own.
        database.rollback()
        guard isComplete else { return }
        // Another process that is closing the ledger may be copying the log.
        try database.lockWait.insist { () throws(SQLError) in _ = try checkpoints.copyLog(of: database) }
    }

    var path: String { database.path }

    /// Runs all jobs and answers their callers.
    ///
    /// An error that ends the whole transaction, such as a full disk, also fails the jobs before it, since they are not
    /// written; the jobs after it run in a new transaction.
    func write(_ jobs: [any Job<Transactions>]) {
        var rest = jobs[...]
        while let first = rest.first {
            let performed: Int
            let failure: LedgerError?
            if let ending {
                (performed, failure) = (rest.count, ending)
            } else if first.runsAlone {
                first.perform(with: self)
                (performed, failure) = (1, lostFiles())
            } else {
                (performed, failure) = transaction(of: rest.prefix { !$0.runsAlone })
            }
            for job in rest.prefix(performed) { job.answer(failure) }
            rest = rest.dropFirst(performed)
        }
        copyLogIfLarge()
    }

    /// - Returns: how many jobs ran, and the error that ended the transaction, if any.
    private func transaction(of jobs: ArraySlice<any Job<Transactions>>) -> (Int, LedgerError?) {
        let start = nanosecondsNow()
        let changes = database.changeCount
        do throws(SQLError) {
            try database.run("BEGIN IMMEDIATE")
            try beginBooks()
        } catch {
            return (jobs.count, undo(error))
        }
        for (position, job) in jobs.enumerated() {
            job.perform(with: self)
            // SQLite has already rolled back the transaction.
            if !database.isInTransaction { return (position + 1, undo(database.latestError)) }
        }
        let performed = nanosecondsNow()
        do throws(SQLError) {
            // If nothing was written, as in most batches in which every call was refused, no fsync is needed. The
            // records of the refusals then wait for a later commit.
            let kept = database.changeCount == changes ? [] : try keepRefusals()
            try database.run("COMMIT")
            refusals.remove(kept)
        } catch {
            return (jobs.count, undo(error))
        }
        figures.note(jobs: jobs.count, start: start, performed: performed, logPages: database.pagesInLog)
        return (jobs.count, lostFiles())
    }

    private func beginBooks() throws(SQLError) {
        let ledger = try database.first("SELECT version, generation, is_complete FROM ledger") {
            (version: $0.integer(0), generation: $0.integer(1), isComplete: $0.integer(2) == 1)
        }
        guard let ledger else { throw .damaged("the table ledger is empty") }
        try books.beginTransaction(version: ledger.version, generation: ledger.generation)
        // If it is 0, a process died between its checkpoint and its own update of this row.
        if !ledger.isComplete { try database.run("UPDATE ledger SET is_complete = 1") }
    }

    /// Runs a job in a savepoint of its own.
    func runInSavepoint<Value>(_ work: (Books) throws(SQLError) -> Value) throws(LedgerError) -> Value {
        try explaining(errorsOf: path) { () throws(SQLError) in
            try books.savepoint { () throws(SQLError) in try work(books) }
        }
    }

    private func undo(_ error: SQLError) -> LedgerError {
        database.rollback()
        books.forget()
        let failure = LedgerError(error, path: path)
        if error.raised == "newer" { end(failure) }
        return failure
    }

    /// Writes to a file that was replaced or deleted are lost, so they must not be acknowledged.
    private func lostFiles() -> LedgerError? {
        guard !files.areInPlace else { return nil }
        let failure = LedgerError.replaced(path)
        end(failure)
        return failure
    }

    private func end(_ failure: LedgerError) {
        guard ending == nil else { return }
        figures.noteEnding(failure)
        report(.stopped(failure))
    }

    /// Records of refusals are for people to read: no charge fails because of them, unless an error ends the
    /// transaction.
    ///
    /// - Returns: the refusals to drop after the commit, even if writing them failed.
    private func keepRefusals() throws(SQLError) -> [Refusal.Record] {
        let waiting = refusals.waiting
        guard !waiting.isEmpty else { return [] }
        do throws(SQLError) {
            try books.savepoint { () throws(SQLError) in try books.write(waiting) }
        } catch {
            guard database.isInTransaction else { throw error }
            report(.failed(.refusals, LedgerError(error, path: path)))
        }
        return waiting
    }

    func copyLog() throws(SQLError) { figures.note(try checkpoints.copyLog(of: database)) }

    private func copyLogIfLarge() {
        guard ending == nil, checkpoints.isDue(database) else { return }
        do throws(SQLError) {
            try copyLog()
        } catch {
            let failure = LedgerError(error, path: path)
            report(.failed(.checkpoint, failure))
            if checkpoints.hasLostPages { end(.lostPages(path)) }
        }
    }

    /// How long readers may delay the emptying of the log.
    private static let emptyingNanoseconds: UInt64 = 5_000_000_000

    /// Copies the log into the file and truncates the log, so that the log has nothing older than this moment.
    func emptyLog() throws(LedgerError) {
        let start = nanosecondsNow()
        repeat {
            let isEmpty = try explaining(errorsOf: path) { () throws(SQLError) in
                try checkpoints.emptyLog(of: database)
            }
            if isEmpty { return }
            usleep(10_000)
        } while nanoseconds(since: start) < Transactions.emptyingNanoseconds
        throw LedgerError(
            .busy,
            "the log of \(path) can't be emptied while a long read of the ledger runs; try again when it has ended"
        )
    }

    /// Writes the waiting refusals and closes the file. The main file then has everything, unless another process has
    /// it open too.
    func close() {
        defer { figures.noteEnding(.isClosed) }
        guard ending == nil, files.areInPlace else { return }
        do throws(SQLError) {
            try database.transaction { () throws(SQLError) in
                try beginBooks()
                _ = try keepRefusals()
                try books.endLease()
            }
            try closeLog()
        } catch {
            report(.failed(.closing, LedgerError(error, path: path)))
        }
    }
}

extension Transactions {
    /// If a reader or another connection has the file open, the log stays, and the file stays marked as
    /// incomplete.
    private func closeLog() throws(SQLError) {
        defer { checkpoints.close() }
        guard try checkpoints.copyLog(of: database).isComplete else { return }
        checkpoints.close()
        if try !database.endLog() { _ = try checkpoints.copyLog(of: database) }
    }
}

extension LedgerError {
    static func replaced(_ path: String) -> LedgerError {
        LedgerError(
            .replaced,
            """
            \(path) or its log was replaced or deleted while it was open, so this process stopped writing. Put the \
            right file in its place (faregate restore) and restart the service
            """
        )
    }

    static func lostPages(_ path: String) -> LedgerError {
        LedgerError(
            .stopped,
            """
            the disk lost data that was copied into \(path), so this process stopped writing. The log still has all \
            data: stop every process that uses the file, check the disk, and start again
            """
        )
    }
}
