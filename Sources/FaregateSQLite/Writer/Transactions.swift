import CSQLite
import Faregate
import Foundation

/// Makes a transaction of each batch of jobs. Only the writer's thread uses it.
final class Transactions {
    private let books: Books
    private let database: Database
    private let files: OpenFiles
    private let checkpoints: Checkpoints
    private let refusals: RefusalBuffer
    private let figures: WriterFigures
    private let report: Ledger.Observer
    /// Why nothing is written any more.
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
        books = Books(database)
        self.checkpoints = checkpoints
        self.files = files
        self.refusals = refusals
        self.figures = figures
        self.report = report
    }

    /// - Parameter isComplete: whether the main file has all of the ledger. From now on it says that it has not.
    func open(isComplete: Bool) throws(SQLiteError) {
        try database.run("BEGIN IMMEDIATE")
        defer { database.rollback() }
        try database.writeLogAgain()
        database.rollback()
        guard isComplete else { return }
        // Another ledger that is closing may be copying the log at this moment.
        try database.lockWait.insist { () throws(SQLiteError) in _ = try checkpoints.copyLog(of: database) }
    }

    var path: String { database.path }

    /// Performs all jobs and answers them.
    ///
    /// An error that takes a whole transaction (a full disk, say) fails the jobs before it too, since nothing of them is
    /// written; the jobs after it get a transaction of their own.
    func write(_ jobs: [any Job]) {
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

    /// - Returns: how many of the jobs took part, and what took the transaction.
    private func transaction(of jobs: ArraySlice<any Job>) -> (Int, LedgerError?) {
        let start = nanosecondsNow()
        let changes = database.changeCount
        do throws(SQLiteError) {
            try database.run("BEGIN IMMEDIATE")
            try books.beginTransaction()
        } catch {
            return (jobs.count, undo(error))
        }
        for (position, job) in jobs.enumerated() {
            job.perform(with: self)
            // SQLite has rolled the transaction back by itself.
            if !database.isInTransaction { return (position + 1, undo(database.latestError)) }
        }
        let performed = nanosecondsNow()
        do throws(SQLiteError) {
            // A batch of refusals has written nothing, and costs no fsync. Their records go with the next commit.
            let kept = database.changeCount == changes ? [] : try keepRefusals()
            try database.run("COMMIT")
            refusals.remove(kept)
        } catch {
            return (jobs.count, undo(error))
        }
        figures.note(jobs: jobs.count, start: start, performed: performed, logPages: database.pagesInLog)
        return (jobs.count, lostFiles())
    }

    /// Does a job's work with a savepoint of its own.
    func attempt<Value>(_ work: (Books) throws(SQLiteError) -> Value) throws(LedgerError) -> Value {
        try explaining(errorsOf: path) { () throws(SQLiteError) in
            try books.savepoint { () throws(SQLiteError) in try work(books) }
        }
    }

    private func undo(_ error: SQLiteError) -> LedgerError {
        database.rollback()
        books.forget()
        let failure = LedgerError(error, path: path)
        if error.raised == "newer" { end(failure) }
        return failure
    }

    /// Whatever was written to a file that is no longer in its place is lost: nobody is told that it was written.
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

    /// For people to look at: no charge fails because of them, unless they took the transaction.
    ///
    /// - Returns: those that need not wait any more once this transaction is committed.
    private func keepRefusals() throws(SQLiteError) -> [Refusal.Record] {
        let waiting = refusals.waiting
        guard !waiting.isEmpty else { return [] }
        do throws(SQLiteError) {
            try books.savepoint { () throws(SQLiteError) in try books.write(waiting) }
        } catch {
            guard database.isInTransaction else { throw error }
            report(.failed(.refusals, LedgerError(error, path: path)))
        }
        return waiting
    }

    func copyLog() throws(SQLiteError) { figures.note(try checkpoints.copyLog(of: database)) }

    private func copyLogIfLarge() {
        guard ending == nil, checkpoints.isDue(database) else { return }
        do throws(SQLiteError) {
            try copyLog()
        } catch {
            let failure = LedgerError(error, path: path)
            report(.failed(.checkpoint, failure))
            if checkpoints.hasLostPages { end(.lostPages(path)) }
        }
    }

    /// How long readers may keep the log from being emptied.
    private static let emptyingNanoseconds: UInt64 = 5_000_000_000

    /// Copies the log into the file and cuts it back, so that nothing older than this is in it.
    func emptyLog() throws(LedgerError) {
        let start = nanosecondsNow()
        repeat {
            let isEmpty = try explaining(errorsOf: path) { () throws(SQLiteError) in
                try checkpoints.emptyLog(of: database)
            }
            if isEmpty { return }
            usleep(10_000)
        } while nanoseconds(since: start) < Transactions.emptyingNanoseconds
        throw LedgerError(
            .busy,
            "somebody has been reading \(path) for too long for its log to be emptied; try again when they are done"
        )
    }

    /// Writes the refusals that wait, and closes the file: one file then holds all of it, unless another process has it
    /// open too.
    func close() {
        defer { figures.noteEnding(.isClosed) }
        guard ending == nil, files.areInPlace else { return }
        do throws(SQLiteError) {
            try database.transaction { () throws(SQLiteError) in
                try books.beginTransaction()
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
    /// Where somebody reads, or another connection has the file open, the log stays, and the file says that it is not
    /// complete.
    private func closeLog() throws(SQLiteError) {
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
            \(path) or its log was replaced or deleted while it was open; nothing more is written. Put the right file \
            in its place (faregate restore) and restart the service
            """
        )
    }

    static func lostPages(_ path: String) -> LedgerError {
        LedgerError(
            .stopped,
            """
            the disk failed to keep what was copied into \(path); nothing more is written. Its log has everything: \
            stop every process that uses the file, check the disk, and start again
            """
        )
    }
}
