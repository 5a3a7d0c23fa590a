import Dispatch
import Faregate
import FaregateBooks

/// A few read connections with one queue, each on its own thread, beside the writer.
final class Readers: Sendable {
    private let queue = ReadQueue()
    /// Empty once the connections are closed.
    let ended = DispatchGroup()

    init(path: String, _ access: FileAccess, count: Int, files: OpenFiles) throws(LedgerError) {
        do throws(LedgerError) {
            for _ in 1...count {
                let database = try explaining(errorsOf: path) { () throws(SQLError) in
                    try Database.openReader(path: path, access)
                }
                startThread(named: "faregate-reader", owning: database, in: ended) { [queue] database in
                    while let read = queue.next() { read(database, files) }
                }
            }
        } catch {
            // If this throws, the connections opened so far are closed.
            queue.close()
            ended.wait()
            throw error
        }
    }

    deinit { queue.close() }

    /// Runs the work on one snapshot.
    ///
    /// - Throws: `LedgerError`, also when the file was replaced: the old file is out of date.
    func read<Value: Sendable>(
        _ work: @escaping @Sendable (Database) throws(SQLError) -> Value
    ) async throws(LedgerError) -> Value {
        let result: Result<Value, LedgerError> = await withCheckedContinuation { continuation in
            let refusal = queue.add { database, files in
                let result = Result { () throws(LedgerError) in
                    guard files.areInPlace else { throw .replaced(database.path) }
                    return try explaining(errorsOf: database.path) { () throws(SQLError) in
                        try database.snapshot { () throws(SQLError) in try work(database) }
                    }
                }
                continuation.resume(returning: result)
            }
            if let refusal { continuation.resume(returning: .failure(refusal)) }
        }
        return try result.get()
    }

    /// Finishes the waiting reads, then ends the threads and closes the connections.
    func close() async {
        queue.close()
        await ended.end()
    }
}

/// The reads that wait for a thread.
private final class ReadQueue: Sendable {
    typealias Read = @Sendable (Database, OpenFiles) -> Void

    /// A limit on memory: further reads are refused as overloaded.
    private static let maximumWaiting = 10_000

    private struct State {
        var reads: [Read] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    /// Counts the waiting reads, and one more for each thread once the queue is closed.
    private let available = DispatchSemaphore(value: 0)

    /// - Returns: why the read is refused; nil if it is queued.
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

    /// Waits for the next read; nil once the queue is closed and empty.
    func next() -> Read? {
        available.wait()
        return state.withLock { $0.reads.isEmpty ? nil : $0.reads.removeFirst() }
    }

    func close() {
        let wasClosed = state.withLock { state in
            defer { state.isClosed = true }
            return state.isClosed
        }
        // At least one for each thread: there are at most 64.
        if !wasClosed { for _ in 1...64 { available.signal() } }
    }
}

extension LedgerError {
    static let isClosed = LedgerError(.closed, "the ledger has been closed")

    static func overloaded(_ waiting: String) -> LedgerError {
        LedgerError(.overloaded, "\(waiting) are waiting; try again in a moment")
    }
}
