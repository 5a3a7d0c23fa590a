import Dispatch
import Faregate

/// A few connections for reading while the writer writes, each on a thread of its own, with one queue.
final class Readers: Sendable {
    private let queue = ReadQueue()
    /// Empty once the connections are closed.
    let ended = DispatchGroup()

    init(path: String, _ access: FileAccess, count: Int, files: OpenFiles) throws(LedgerError) {
        for _ in 1...count {
            let database: Database
            do throws(SQLiteError) {
                database = try Database.openReader(path: path, access)
            } catch {
                // The connections that were opened are closed when this throws.
                queue.close()
                ended.wait()
                throw LedgerError(error, path: path)
            }
            startThread(named: "faregate-reader", owning: database, in: ended) { [queue] database in
                while let read = queue.next() { read(database, files) }
            }
        }
    }

    deinit { queue.close() }

    /// Does the work on a connection, in one snapshot per statement.
    ///
    /// - Throws: `LedgerError` also when the file was replaced, since what is read from the old one is out of date.
    func read<Value: Sendable>(
        _ work: @escaping @Sendable (Database) throws(SQLiteError) -> Value
    ) async throws(LedgerError) -> Value {
        let result: Result<Value, LedgerError> = await withCheckedContinuation { continuation in
            let isTaken = queue.add { database, files in
                continuation.resume(returning: Readers.result(of: work, on: database, files))
            }
            if !isTaken { continuation.resume(returning: .failure(LedgerError(.closed, "the ledger has been closed"))) }
        }
        return try result.get()
    }

    private static func result<Value>(
        of work: (Database) throws(SQLiteError) -> Value, on database: Database, _ files: OpenFiles
    ) -> Result<Value, LedgerError> {
        guard files.areInPlace else { return .failure(.replaced(database.path)) }
        do throws(SQLiteError) {
            return .success(try work(database))
        } catch {
            return .failure(LedgerError(error, path: database.path))
        }
    }

    /// Does the reads that wait, then ends the threads and closes the connections.
    func close() async {
        queue.close()
        await withCheckedContinuation { continuation in
            ended.notify(queue: .global()) { continuation.resume() }
        }
    }
}

/// The reads that wait for a thread.
private final class ReadQueue: Sendable {
    typealias Read = @Sendable (Database, OpenFiles) -> Void

    private struct State {
        var reads: [Read] = []
        var first = 0
        var isClosed = false
    }

    private let state = Mutex(State())
    /// Counts the reads that wait; one more for each thread once the queue is closed.
    private let available = DispatchSemaphore(value: 0)

    /// - Returns: false when the queue is closed.
    func add(_ read: @escaping Read) -> Bool {
        let isTaken = state.withLock { state in
            if !state.isClosed { state.reads.append(read) }
            return !state.isClosed
        }
        if isTaken { available.signal() }
        return isTaken
    }

    /// Waits for a read; nil once the queue is closed and empty.
    func next() -> Read? {
        available.wait()
        return state.withLock { state in
            guard state.first < state.reads.count else { return nil }
            let read = state.reads[state.first]
            state.first += 1
            // What was read is let go of now and then, also while the queue never gets empty.
            if state.first == state.reads.count || state.first >= 1024 {
                state.reads.removeFirst(state.first)
                state.first = 0
            }
            return read
        }
    }

    func close() {
        let wasClosed = state.withLock { state in
            defer { state.isClosed = true }
            return state.isClosed
        }
        // More than there can be threads.
        if !wasClosed { for _ in 1...64 { available.signal() } }
    }
}
