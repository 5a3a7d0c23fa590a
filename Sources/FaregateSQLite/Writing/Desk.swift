import CSQLite
import Faregate

/// The connection that writes, and how a batch of jobs becomes a transaction.
///
/// `@unchecked Sendable`: the writer gives it to one caller at a time, from lock to lock.
final class Desk: @unchecked Sendable {
    /// The file that commits go to first.
    let log: Log
    private var connection: Connection?
    private let refusals: RefusalBuffer
    /// The charges of which nobody was told, since a sync of the log failed; nil while none has.
    private let untold = Mutex<[HeldCharge]?>(nil)

    init(_ connection: sending Connection, _ refusals: RefusalBuffer) {
        log = connection.log
        self.connection = connection
        self.refusals = refusals
    }

    /// Performs all jobs, each in a transaction with the others.
    ///
    /// An error that takes the whole transaction (a full disk, say) fails the jobs before it too, since nothing of
    /// them is written; the jobs after it get a transaction of their own.
    ///
    /// - Parameter leavingSync: true where the caller sees to it that the log reaches the disk before anybody is answered.
    func write(_ jobs: [Job], leavingSync: Bool = false) -> Batch {
        var batch = Batch()
        guard let connection else {
            batch.add(jobs[...], LedgerError(.closed, "the ledger has been closed"))
            return batch
        }
        do throws(SQLiteError) {
            try prepare(connection, syncsCommits: !leavingSync)
        } catch {
            batch.add(jobs[...], LedgerError(error, path: connection.path))
            return batch
        }
        var rest = jobs[...]
        while !rest.isEmpty {
            let (performed, failure) = transaction(of: rest, on: connection)
            if leavingSync, failure == nil, connection.hasWritten { batch.isUnsynced = true }
            batch.add(rest.prefix(performed), failure)
            rest = rest.dropFirst(performed)
        }
        return batch
    }

    /// Writes what no commit has taken along so far, and closes the connection.
    func close() {
        guard let connection else { return }
        if !refusals.isEmpty, (try? connection.run(.begin)) != nil {
            connection.hasWritten = true
            _ = end(on: connection)
        }
        self.connection = nil
    }

    /// A sync of the log has failed: what the system keeps of it may not be what the disk has. Before anything else is
    /// written all of it goes into the file, and the charges that are in it and of which nobody was told are refunded.
    func distrustLog(_ untold: [HeldCharge]) {
        self.untold.withLock { $0 = ($0 ?? []) + untold }
    }

    private func prepare(_ connection: Connection, syncsCommits: Bool) throws(SQLiteError) {
        let untold = untold.withLock { $0 }
        guard let untold else { return try connection.setSyncsCommits(syncsCommits) }
        try connection.emptyLog()
        try connection.run(.begin)
        do throws(SQLiteError) {
            for charge in untold { _ = try connection.refund(charge.id, because: .abandoned, at: charge.at) }
            try connection.run(.commit)
        } catch {
            if connection.isInTransaction { _ = try? connection.run(.rollback) }
            connection.forget()
            throw error
        }
        // There may be more of them by now.
        self.untold.withLock { $0 = $0.flatMap { $0.count > untold.count ? Array($0.dropFirst(untold.count)) : nil } }
    }

    /// - Returns: how many of the jobs took part, and what is to be told to all of them where nothing was written.
    private func transaction(of jobs: ArraySlice<Job>, on connection: Connection) -> (Int, LedgerError?) {
        do throws(SQLiteError) {
            try connection.run(.begin)
        } catch {
            return (jobs.count, LedgerError(error, path: connection.path))
        }
        connection.hasWritten = false
        connection.undoing = nil
        connection.isHalfDone = false
        do throws(SQLiteError) {
            try settleTogether(jobs, on: connection)
        } catch {
            return carefulTransaction(of: jobs, on: connection)
        }
        for (position, job) in jobs.enumerated() {
            job.perform(on: connection)
            if !connection.isInTransaction { return (position + 1, undone(connection)) }
            if connection.isHalfDone { return carefulTransaction(of: jobs, on: connection) }
        }
        return (jobs.count, end(on: connection))
    }

    /// Settles what is held as it is: of the settlements of one moment all with one statement, before the other jobs. Those
    /// that it can't settle are left to be looked at one by one.
    private func settleTogether(_ jobs: ArraySlice<Job>, on connection: Connection) throws(SQLiteError) {
        var rest = jobs.compactMap(\.wholeSettlement)[...]
        for job in rest { job.isSettled = false }
        guard !connection.isCareful else { return }
        while let first = rest.first {
            let together = rest.prefix { $0.now == first.now }
            rest = rest.dropFirst(together.count)
            guard together.count > 1 else { continue }
            var settled = Set(try connection.settle(whole: together.map(\.charge), at: first.now))
            for job in together { job.isSettled = settled.remove(job.charge) != nil }
        }
    }

    /// The same jobs again, each with a way back of its own.
    private func carefulTransaction(of jobs: ArraySlice<Job>, on connection: Connection) -> (Int, LedgerError?) {
        _ = try? connection.run(.rollback)
        connection.forget()
        connection.isCareful = true
        connection.isHalfDone = false
        defer { connection.isCareful = false }
        return transaction(of: jobs, on: connection)
    }

    private func undone(_ connection: Connection) -> LedgerError {
        connection.forget()
        return connection.undoing.map { LedgerError($0, path: connection.path) }
            ?? LedgerError(.failed, "\(connection.path): the transaction was undone; nothing was written")
    }

    /// A batch of refusals has written nothing that is to stay, and costs no fsync.
    private func end(on connection: Connection) -> LedgerError? {
        connection.latest = nil
        do throws(SQLiteError) {
            guard connection.hasWritten else {
                try connection.run(.rollback)
                return nil
            }
            try keepRefusals(on: connection)
            try connection.run(.commit)
            return nil
        } catch {
            if connection.isInTransaction { _ = try? connection.run(.rollback) }
            connection.forget()
            return LedgerError(error, path: connection.path)
        }
    }

    /// For people to look at: nobody's charge fails because of them, unless they took the transaction.
    private func keepRefusals(on connection: Connection) throws(SQLiteError) {
        do throws(SQLiteError) {
            try connection.write(refusals.takeAll())
        } catch {
            if !connection.isInTransaction { throw error }
        }
    }
}

/// Jobs that were performed, and wait for their answers.
struct Batch {
    /// What shared a transaction, and what took it.
    private var transactions: [(jobs: ArraySlice<Job>, failure: LedgerError?)] = []
    /// Whether the log has to reach the disk before anybody is answered.
    var isUnsynced = false

    mutating func add(_ jobs: ArraySlice<Job>, _ failure: LedgerError?) { transactions.append((jobs, failure)) }

    /// The charges that were made.
    var held: [HeldCharge] {
        transactions.flatMap { jobs, failure in failure == nil ? jobs.compactMap(\.held) : [] }
    }

    /// - Parameter failure: why none of it is on the disk.
    func answer(_ failure: LedgerError?) {
        for (jobs, own) in transactions {
            for job in jobs { job.answer(own ?? failure) }
        }
    }
}
