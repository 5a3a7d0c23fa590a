import Dispatch
import Faregate

/// A few connections for reading while the writer writes, each on a thread of its own, with one queue.
final class Readers: Sendable {
    private let queue = ReadQueue()
    /// Empty once the connections are closed.
    let ended = DispatchGroup()

    init(path: String, _ access: FileAccess, count: Int, files: OpenFiles) throws(LedgerError) {
        do throws(LedgerError) {
            for _ in 1...count {
                let database = try explaining(errorsOf: path) { () throws(SQLiteError) in
                    try Database.openReader(path: path, access)
                }
                startThread(named: "faregate-reader", owning: database, in: ended) { [queue] database in
                    while let read = queue.next() { read(database, files) }
                }
            }
        } catch {
            // The connections that were opened are closed when this throws.
            queue.close()
            ended.wait()
            throw error
        }
    }

    deinit { queue.close() }

    /// Does the work on a connection that sees one moment.
    ///
    /// - Throws: `LedgerError` also when the file was replaced, since what is read from the old one is out of date.
    func read<Value: Sendable>(
        _ work: @escaping @Sendable (Database) throws(SQLiteError) -> Value
    ) async throws(LedgerError) -> Value {
        let result: Result<Value, LedgerError> = await withCheckedContinuation { continuation in
            let refusal = queue.add { database, files in
                let result = Result { () throws(LedgerError) in
                    guard files.areInPlace else { throw .replaced(database.path) }
                    return try explaining(errorsOf: database.path) { () throws(SQLiteError) in
                        try database.snapshot { () throws(SQLiteError) in try work(database) }
                    }
                }
                continuation.resume(returning: result)
            }
            if let refusal { continuation.resume(returning: .failure(refusal)) }
        }
        return try result.get()
    }

    /// Does the reads that wait, then ends the threads and closes the connections.
    func close() async {
        queue.close()
        await ended.end()
    }
}

/// The reads that wait for a thread.
private final class ReadQueue: Sendable {
    typealias Read = @Sendable (Database, OpenFiles) -> Void

    /// Beyond this, readers are told to come back later: a limit on memory.
    private static let maximumWaiting = 10_000

    private struct State {
        var reads: [Read] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    /// Counts the reads that wait; one more for each thread once the queue is closed.
    private let available = DispatchSemaphore(value: 0)

    /// - Returns: why the read is not taken.
    func add(_ read: @escaping Read) -> LedgerError? {
        let refusal = state.withLock { state -> LedgerError? in
            if state.isClosed { return .isClosed }
            if state.reads.count >= ReadQueue.maximumWaiting { return .overloaded("\(state.reads.count) reads") }
            state.reads.append(read)
            return nil
        }
        if refusal == nil { available.signal() }
        return refusal
    }

    /// Waits for a read; nil once the queue is closed and empty.
    func next() -> Read? {
        available.wait()
        return state.withLock { $0.reads.isEmpty ? nil : $0.reads.removeFirst() }
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

extension LedgerError {
    static let isClosed = LedgerError(.closed, "the ledger has been closed")

    static func overloaded(_ waiting: String) -> LedgerError {
        LedgerError(.overloaded, "\(waiting) are waiting; come back in a moment")
    }
}
