#if Postgres
package import Faregate
public import FaregateBooks

/// The ledger of many servers: tables in a PostgreSQL database, in a schema of their own.
///
/// A charge is one statement, after the account's row is locked: it checks the limits and the balance, takes the credits
/// and writes the journal; or it does nothing and returns the reason. Accounts are spread over a few connections. Writes
/// that wait for the same connection share a transaction. No caller is answered before the commit.
public final class PostgresLedger: SQLLedger {
    let settings: PostgresSettings
    package let refusals = RefusalBuffer()
    package let recoveryPause = RecoveryPause()
    package let report: Ledger.Observer
    /// The database's time; nil for a ledger without housekeeping.
    private let databaseClock: DatabaseClock?
    /// For accounts, by the hash of their names.
    private let lanes: [Lane]
    /// For purchases and for housekeeping: one job in each transaction.
    private let upkeep: Lane
    /// The counts of `upkeep`, then of the lanes.
    let laneCounters: [LaneCounter]
    private let ending: Ending
    let readers: PostgresReaders
    private let unanswered = UnansweredBatches()
    /// The accounts of the charges that this process holds, so that their settlements use the account's lane.
    private let accounts = Mutex<[ChargeID: AccountID]>([:])
    private let housekeeping = Mutex<[Task<Void, Never>]>([])

    /// - Parameters:
    ///   - mayBeStandby: whether to open a ledger on a standby, which can only be read.
    ///   - clock: nil for a ledger without housekeeping, whose callers supply the time of each call.
    init(
        _ settings: PostgresSettings, creating: Bool, mayBeStandby: Bool = false, laneCount: Int, readerCount: Int,
        clock: (any WallClock)?, observer: @escaping Ledger.Observer
    ) async throws(LedgerError) {
        (self.settings, report) = (settings, observer)
        let clock = clock.map(DatabaseClock.init)
        databaseClock = clock
        try await onThread { () throws(LedgerError) in
            let refusal: LedgerError?
            do throws(SQLError) {
                refusal = try PostgresInstaller.run(settings, creating: creating, mayBeStandby: mayBeStandby)
                // Before the first charge, whose lease begins by this clock.
                if refusal == nil, let clock {
                    let time = try PostgresConnection(settings).integer(DatabaseClock.statement)
                    if let time { clock.note(databaseMilliseconds: time) }
                }
            } catch {
                throw LedgerError(error, at: settings.place, schema: settings.schema)
            }
            if let refusal { throw refusal }
        }
        // Random, so that no other process has it: see `Books.holder`.
        let holder = Books.newHolder()
        let (refusals, unanswered) = (refusals, unanswered)
        let counters = (0...laneCount).map { _ in LaneCounter() }
        let ending = Ending()
        func lane(_ number: Int, isForOneJob: Bool) -> Lane {
            var settings = settings
            settings.counter = counters[number]
            return Lane(
                LaneTransactions(
                    settings, holder: holder, isForOneJob: isForOneJob, clock: clock, refusals: refusals,
                    unanswered: unanswered, report: ending.noting(observer)
                ),
                number
            )
        }
        (laneCounters, self.ending) = (counters, ending)
        lanes = (1...laneCount).map { lane($0, isForOneJob: false) }
        upkeep = lane(0, isForOneJob: true)
        readers = PostgresReaders(settings, count: readerCount)
    }

    /// - Parameters:
    ///   - address: a connection URI.
    ///   - creating: whether to create the ledger if the database has none.
    ///   - mayBeStandby: whether to open a ledger on a standby, which can only be read.
    ///   - clock: for housekeeping; nil for none, for tests that supply the time of each call.
    package static func open(
        _ address: String, creating: Bool = true, mayBeStandby: Bool = false, clock: (any WallClock)? = nil
    ) async throws(LedgerError) -> PostgresLedger {
        let ledger = try await PostgresLedger(
            try PostgresSettings(address: address), creating: creating, mayBeStandby: mayBeStandby, laneCount: 2,
            readerCount: 2, clock: clock, observer: { _ in }
        )
        if let clock { ledger.startHousekeeping(by: clock) }
        return ledger
    }

    /// Deletes the ledger of a test.
    package static func drop(_ address: String) async throws(LedgerError) {
        let schema = try PostgresSettings(address: address).schema
        try await execute("DROP SCHEMA IF EXISTS \(schema) CASCADE", at: address)
    }

    /// Runs statements in a ledger's schema, for tests.
    package static func execute(_ script: String, at address: String) async throws(LedgerError) {
        try await PostgresSettings(address: address).onOwnConnection { connection throws(SQLError) in
            try connection.transaction { () throws(SQLError) in try connection.execute(script: script) }
        }
    }

    deinit { endHousekeeping() }

    package var clock: (any WallClock)? { databaseClock }

    package func write<Value: Sendable>(
        _ subject: WriteSubject, _ work: @escaping @Sendable (Books) throws(SQLError) -> Value
    ) async throws(LedgerError) -> Value {
        let result: Result<Value, LedgerError> = await withCheckedContinuation { continuation in
            add(subject, work, isAwaited: true) { continuation.resume(returning: $0) }
        }
        return try result.get()
    }

    package func writeLater<Value: Sendable>(
        _ subject: WriteSubject, _ work: @escaping @Sendable (Books) throws(SQLError) -> Value,
        completion: @escaping @Sendable (Result<Value, LedgerError>) -> Void
    ) {
        add(subject, work, isAwaited: false, completion: completion)
    }

    private func add<Value: Sendable>(
        _ subject: WriteSubject, _ work: @escaping @Sendable (Books) throws(SQLError) -> Value, isAwaited: Bool,
        completion: @escaping @Sendable (Result<Value, LedgerError>) -> Void
    ) {
        let subject = withAccount(subject)
        let number = laneNumber(of: subject)
        let counter = laneCounters[number]
        counter.noteQueued()
        let job = Work<LaneTransactions, Value>(
            subject,
            { transactions throws(LedgerError) in try transactions.runInSavepoint(work) },
            completion: { result in
                counter.noteAnswered()
                completion(result)
            }
        )
        (number == 0 ? upkeep : lanes[number - 1]).add(job, isAwaited: isAwaited)
    }

    /// The subject with the account of its charge, if it was noted.
    private func withAccount(_ subject: WriteSubject) -> WriteSubject {
        switch subject {
        case .charge(let charge): accounts.withLock { $0[charge] }.map { .account($0) } ?? subject
        case .wholeSettlement(let charge, _, let now):
            .wholeSettlement(charge, of: accounts.withLock { $0[charge] }, at: now)
        case .account, .call, .purchases, .ledger, .everything: subject
        }
    }

    /// 0 for the lane for upkeep.
    private func laneNumber(of subject: WriteSubject) -> Int {
        guard let account = subject.account else { return 0 }
        return 1 + Int(account.rawValue.hashValue.magnitude % UInt(lanes.count))
    }

    /// The error that stopped a lane permanently; nil while all lanes work.
    var stopped: String? { ending.error?.description }

    /// A limit on memory. A charge beyond it is settled on the lane for upkeep.
    private static let maximumNoted = 100_000

    package func noteHold(_ charge: ChargeID, of account: AccountID) {
        accounts.withLock { if $0.count < PostgresLedger.maximumNoted { $0[charge] = account } }
    }

    package func noteEnd(of charge: ChargeID) { accounts.withLock { _ = $0.removeValue(forKey: charge) } }

    package func read<Value: Sendable>(
        _ work: @escaping @Sendable (any SQLConnection) throws(SQLError) -> Value
    ) async throws(LedgerError) -> Value {
        try await readers.read(work)
    }

    package func refundUnanswered(at now: Timestamp) async throws(LedgerError) {
        for batch in unanswered.all {
            // Afterwards the charges of the old transaction are there, or never will be.
            try await write(.ledger) { books throws(SQLError) in
                _ = try books.database.run(LaneTransactions.batchInsert, batch.id)
            }
            for charge in batch.charges {
                try await write(.charge(charge.id)) { books throws(SQLError) in
                    try books.refundUnanswered(charge.id, madeAt: charge.madeAt, at: now)
                }
            }
            unanswered.remove(batch)
        }
    }

    /// How long the ids of committed batches are kept. A process that lost the answer to a commit looks for the batch's
    /// id within minutes.
    private static let keptBatchMilliseconds: Int64 = 60 * 60 * 1000

    /// Deletes the ids of old batches, by the database's clock.
    package func pruneOwnTables() async throws(LedgerError) {
        _ = try await write(.ledger) { books throws(SQLError) in
            try books.database.run(
                "DELETE FROM batches WHERE at < (\(DatabaseClock.statement)) - ?1", PostgresLedger.keptBatchMilliseconds
            )
        }
    }

    /// PostgreSQL's vacuum releases the old rows: see the guide "Many servers on one ledger".
    package func eraseTraces() {}

    /// Finishes the waiting writes and closes the connections. Later calls throw `LedgerError`.
    public func close() async {
        endHousekeeping()
        await readers.close()
        for lane in lanes { await lane.close() }
        await upkeep.close()
    }

    func startHousekeeping(by clock: any WallClock) {
        let task = Task { [weak self] in
            while !Task.isCancelled {
                // The task doesn't retain the ledger while it sleeps, so that a ledger without references is closed.
                guard await self?.performHousekeeping() != nil else { return }
                do { try await clock.sleep(milliseconds: PostgresLedger.housekeepingMilliseconds) } catch { return }
            }
        }
        housekeeping.withLock { $0 = [task, writeRefusals(by: clock)] }
    }

    private func endHousekeeping() {
        for task in housekeeping.withLock({ $0 }) { task.cancel() }
    }

    /// By the database's time: a server whose own clock is ahead would refund what live servers hold.
    package func performHousekeeping() async {
        guard let databaseClock else { return }
        // If the database can't be read, the time goes on from the last reading.
        let time = try? await read { database throws(SQLError) in try database.integer(DatabaseClock.statement) }
        if let time = time ?? nil { databaseClock.note(databaseMilliseconds: time) }
        await performHousekeeping(at: databaseClock.now)
    }
}
#endif
