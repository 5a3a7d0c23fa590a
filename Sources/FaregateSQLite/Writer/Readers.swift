import Dispatch
import Faregate
import FaregateBooks

/// A few read connections with one queue, each on its own thread, beside the writer.
final class Readers: Sendable {
    private let queue = ReadQueue<(Database, OpenFiles)>()
    /// Empty once the connections are closed.
    let ended = DispatchGroup()

    init(path: String, _ access: FileAccess, count: Int, files: OpenFiles) throws(LedgerError) {
        do throws(LedgerError) {
            for _ in 1...count {
                let database = try explaining(errorsOf: path) { () throws(SQLError) in
                    try Database.openReader(path: path, access)
                }
                startThread(named: "faregate-reader", owning: database, in: ended) { [queue] database in
                    while let read = queue.next() { read((database, files)) }
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
            let refusal = queue.add { context in
                let (database, files) = context
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
