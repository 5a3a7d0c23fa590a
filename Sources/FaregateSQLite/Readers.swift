import CSQLite
import Faregate

/// A few connections for reading while the writer writes. A read runs on its caller's thread: it takes microseconds, far
/// less than a way to another thread and back. Who comes when all are in use waits for the nearest, on their own thread too.
///
/// A connection's memory is in the cache of the processor that used it last, so whoever reads takes that one if it is free.
final class Readers: Sendable {
    /// Each nil once the ledger has been closed.
    private let connections: [Mutex<Connection?>]
    private let path: String

    init(path: String, _ access: FileAccess, count: Int) throws(LedgerError) {
        var connections: [Mutex<Connection?>] = []
        for _ in 1...count { connections.append(Mutex(try Connection.openReader(path: path, access))) }
        self.connections = connections
        self.path = path
    }

    /// Does the work on a connection, in one snapshot per statement.
    func read<Value: Sendable>(
        _ work: @Sendable (Connection) throws(SQLiteError) -> Value
    ) throws(LedgerError) -> Value {
        do throws(SQLiteError) {
            if let value = try lend(to: work) { return value }
        } catch {
            throw LedgerError(error, path: path)
        }
        throw LedgerError(.closed, "the ledger has been closed")
    }

    /// Lets the reads end that are under way, and closes the connections.
    func close() {
        for connection in connections { connection.withLock { $0 = nil } }
    }

    /// - Returns: nil when the ledger has been closed.
    private func lend<Value: Sendable>(
        to work: @Sendable (Connection) throws(SQLiteError) -> Value
    ) throws(SQLiteError) -> Value? {
        let nearest = Int(faregate_processor()) % connections.count
        for distance in connections.indices {
            let connection = connections[(nearest + distance) % connections.count]
            let value: Value?? = try connection.withLockIfAvailable { connection throws(SQLiteError) in
                try connection.map(work)
            }
            if let value { return value }
        }
        return try connections[nearest].withLock { connection throws(SQLiteError) in try connection.map(work) }
    }
}
