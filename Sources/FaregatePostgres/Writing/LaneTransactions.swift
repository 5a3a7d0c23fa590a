#if Postgres
import Faregate
import FaregateBooks
import Foundation

/// Runs the jobs of one lane, each batch in a transaction. Only the lane's thread uses it.
final class LaneTransactions {
    private let settings: PostgresSettings
    private let holder: Int64
    private let refusals: RefusalBuffer
    private let unanswered: UnansweredBatches
    private let report: Ledger.Observer
    /// Whether each batch has only one job, because a job of this lane may lock several accounts.
    private let isForOneJob: Bool
    /// The clock for leases; nil if callers supply the time of each call.
    let clock: (any WallClock)?
    private var connection: PostgresConnection?
    private var books: Books?
    private(set) var charges: PostgresCharge?
    /// The error of the present transaction that concerns all its jobs.
    private var failure: SQLError?
    /// Why the lane has stopped for good; nil while it works.
    private var ending: LedgerError?

    private static let maximumAttempts = 8
    /// If this machine loses its power or its network in a transaction, the database ends the transaction after this
    /// time, and releases its locks.
    private static let idleMilliseconds = 30_000

    init(
        _ settings: PostgresSettings, holder: Int64, isForOneJob: Bool, clock: (any WallClock)?,
        refusals: RefusalBuffer, unanswered: UnansweredBatches, report: @escaping Ledger.Observer
    ) {
        (self.settings, self.holder, self.isForOneJob, self.clock) = (settings, holder, isForOneJob, clock)
        (self.refusals, self.unanswered, self.report) = (refusals, unanswered, report)
    }

    /// Runs all jobs and answers their callers.
    func write(_ jobs: [any Job<LaneTransactions>]) {
        var rest = jobs[...]
        while !rest.isEmpty {
            let batch = isForOneJob ? rest.prefix(1) : rest
            switch perform(batch) {
            case .ended(let failure): for job in batch { job.answer(failure) }
            case .deadlocked: for job in batch { write([job]) }
            }
            rest = rest.dropFirst(batch.count)
        }
    }

    private enum Outcome {
        /// The batch is committed, or an error ended it.
        case ended(LedgerError?)
        /// PostgreSQL ended the transaction because of a deadlock, and nothing was written. Two batches whose jobs need
        /// the same limits by action, or insert the same new prices, in different orders can deadlock again and again;
        /// single jobs hardly ever do.
        case deadlocked
    }

    /// Runs a batch until it is committed. After an error that another transaction caused, or after the connection
    /// broke, runs the batch again, but only once it is certain that nothing of the batch was written.
    private func perform(_ jobs: ArraySlice<any Job<LaneTransactions>>) -> Outcome {
        if let ending { return .ended(ending) }
        var sharesStatements = true
        for attempt in 1...LaneTransactions.maximumAttempts {
            let batch = Int64.random(in: 1 ... .max)
            do throws(SQLError) {
                if try transaction(jobs, batch, sharesStatements: sharesStatements) {
                    return .ended(nil)
                }
            } catch {
                let isLast = attempt == LaneTransactions.maximumAttempts
                if error.state == SQLState.deadlockDetected {
                    settings.counter?.noteDeadlock()
                    if jobs.count > 1 { return .deadlocked }
                }
                if !isLast, error.isRetriable || error.isOfConnection {
                    pause(after: attempt, isLong: error.isOfConnection)
                } else if !isLast, sharesStatements, error.state != SQLState.outcomeUnknown {
                    // An error in a shared statement concerns one of its calls: alone, only that one fails.
                    sharesStatements = false
                } else {
                    if error.state == SQLState.outcomeUnknown {
                        unanswered.add(UnansweredBatches.Batch(id: batch, jobs))
                    }
                    return .ended(end(error))
                }
            }
        }
        return .ended(
            LedgerError(
                .busy,
                "the connection to \(settings.place) was lost during a commit; nothing was written, so try again"
            )
        )
    }

    /// - Returns: false if the batch was certainly not committed, and must run again.
    private func transaction(
        _ jobs: ArraySlice<any Job<LaneTransactions>>, _ batch: Int64, sharesStatements: Bool
    ) throws(SQLError) -> Bool {
        failure = nil
        let (connection, books) = try connected()
        do throws(SQLError) {
            try begin(books, connection, batch, jobs)
            let done = sharesStatements ? try performTogether(jobs, books, connection) : []
            for job in jobs where !done.contains(ObjectIdentifier(job)) {
                job.perform(with: self)
                if let failure { throw failure }
            }
        } catch {
            drop(connection, books, after: error)
            throw error
        }
        do throws(SQLError) {
            try connection.commit()
            return true
        } catch {
            drop(connection, books, after: error)
            guard error.isOfConnection else { throw error }
            return try wasCommitted(batch)
        }
    }

    /// Begins the transaction, writes the batch's id in it, and locks all accounts of the batch, in the order of their
    /// ids, so that no two batches wait for each other, in one round trip. The books get the accounts' numbers.
    private func begin(
        _ books: Books, _ connection: PostgresConnection, _ batch: Int64, _ jobs: ArraySlice<any Job<LaneTransactions>>
    ) throws(SQLError) {
        let names = Set(jobs.compactMap(\.subject.account)).map(\.rawValue)
        var ledger: (version: Int64, generation: Int64)?
        var accounts: [AccountID: Int64] = [:]
        let isForEverything = jobs.contains { if case .everything = $0.subject { true } else { false } }
        // Every transaction that writes begins with a row in this table.
        let lock = isForEverything ? "LOCK TABLE batches IN SHARE ROW EXCLUSIVE MODE;" : ""
        let array = try connection.literal(PostgresArray(names).text)
        try connection.begin(
            looksUpKeys: !isForOneJob,
            script: """
                SET LOCAL idle_in_transaction_session_timeout = \(LaneTransactions.idleMilliseconds);
                \(lock) SELECT version, generation, account_id, account_name
                FROM begin_batch(\(batch), \(array)::text[])
                """
        ) { row throws(SQLError) in
            ledger = (row.integer(0), row.integer(1))
            if let name = row.optionalText(3) { accounts[try AccountID(stored: name)] = row.integer(2) }
        }
        guard let ledger else { throw .damaged("the table ledger is empty") }
        try books.beginTransaction(version: ledger.version, generation: ledger.generation)
        books.replaceKnownAccounts(by: accounts)
        if jobs.contains(where: { if case .purchases = $0.subject { true } else { false } }) {
            // Two servers may receive the same event, or two events of one order. The lock makes them process these one
            // after the other.
            let lock = "faregate purchases of \(settings.schema)"
            _ = try connection.rows("SELECT pg_advisory_xact_lock(hashtextextended(?1, 0))", lock) { _ in true }
        }
    }

    /// Asks whether a batch whose answer was lost was committed. Inserting its id waits for the old transaction if it
    /// still runs, and prevents it from committing later.
    private func wasCommitted(_ batch: Int64) throws(SQLError) -> Bool {
        for attempt in 1...LaneTransactions.maximumAttempts {
            do throws(SQLError) {
                let (connection, _) = try connected()
                try connection.begin()
                defer { connection.rollback() }
                let isNew = try connection.run(LaneTransactions.batchInsert, batch) == 1
                // Not committed: if the answer to that commit were lost, the next attempt would find this row.
                if isNew { return false }
                // If the wait for a synchronous standby was interrupted, the batch may be here and not yet on the
                // standby. This later commit waits for both.
                try connection.run("UPDATE batches SET at = at WHERE id = ?1", batch)
                try connection.commit()
                return true
            } catch {
                guard error.isOfConnection, attempt < LaneTransactions.maximumAttempts else {
                    throw SQLError(state: SQLState.outcomeUnknown, error.message)
                }
                connection = nil
                pause(after: attempt, isLong: true)
            }
        }
        throw SQLError(state: SQLState.outcomeUnknown, "too many attempts")
    }

    /// Waits until the old transaction with this batch's id has ended. Inserts nothing if it was committed.
    static let batchInsert = "INSERT INTO batches (id) VALUES (?1) ON CONFLICT DO NOTHING"

    /// Runs a job in a savepoint of its own.
    func runInSavepoint<Value>(_ work: (Books) throws(SQLError) -> Value) throws(LedgerError) -> Value {
        guard let books, let connection else { throw .isClosed }
        do throws(SQLError) {
            return try books.savepoint { () throws(SQLError) in try work(books) }
        } catch {
            if error.isRetriable || error.isOfConnection || !connection.isInTransaction { failure = error }
            throw connection.ledgerError(for: error)
        }
    }

    private func connected() throws(SQLError) -> (PostgresConnection, Books) {
        if let connection, let books, connection.isAlive { return (connection, books) }
        let connection = try PostgresConnection(settings)
        try connection.skipLostNumbers()
        let charges = PostgresCharge(connection)
        let books = Books(connection, charges, holder: holder, schemaVersion: PostgresSchema.version)
        (self.connection, self.books, self.charges) = (connection, books, charges)
        return (connection, books)
    }

    private func drop(_ connection: PostgresConnection, _ books: Books, after error: SQLError) {
        books.forget()
        connection.rollback()
        if error.isOfConnection || error.isReadOnly || !connection.isAlive {
            (self.connection, self.books) = (nil, nil)
        }
    }

    private func end(_ error: SQLError) -> LedgerError {
        let failure = LedgerError(error, at: settings.place, schema: settings.schema)
        if error.raised == "newer" {
            ending = failure
            report(.stopped(failure))
        }
        return failure
    }

    /// Longer each time, and random, so that two processes don't meet again and again.
    private func pause(after attempt: Int, isLong: Bool) {
        let longest = UInt32(isLong ? 50_000 : 1000) << min(UInt32(attempt), 5)
        usleep(UInt32.random(in: longest / 2...longest))
    }

    /// In the lane for upkeep, writes the waiting refusals, and ends the lease if no charge is held.
    func close() {
        if !isForOneJob { return }
        do throws(SQLError) {
            let (connection, books) = try connected()
            do throws(SQLError) {
                try begin(books, connection, Int64.random(in: 1 ... .max), [])
                try books.write(refusals.waiting)
                try books.endLease()
                try connection.commit()
            } catch {
                connection.rollback()
                throw error
            }
        } catch {
            report(.failed(.closing, LedgerError(error, at: settings.place, schema: settings.schema)))
        }
    }
}
#endif
