#if Postgres
import Dispatch
import Faregate
import FaregateBooks
import Foundation

/// Connections that read, each on a thread of its own.
final class PostgresReaders: Sendable {
    private let queue = ReadQueue<ReadingConnection>()
    private let ended = DispatchGroup()

    init(_ settings: PostgresSettings, count: Int) {
        for _ in 1...count {
            startThread(named: "faregate-reader", owning: ReadingConnection(settings), in: ended) {
                [queue] connection in
                while let read = queue.next() { read(connection) }
            }
        }
    }

    deinit { queue.close() }

    /// Runs the work on one snapshot. Reconnects if the connection is lost.
    func read<Value: Sendable>(
        _ work: @escaping @Sendable (any SQLConnection) throws(SQLError) -> Value
    ) async throws(LedgerError) -> Value {
        let result: Result<Value, LedgerError> = await withCheckedContinuation { continuation in
            let refusal = queue.add { connection in
                continuation.resume(returning: Result { () throws(LedgerError) in try connection.read(work) })
            }
            if let refusal { continuation.resume(returning: .failure(refusal)) }
        }
        return try result.get()
    }

    func close() async {
        queue.close()
        await ended.end()
    }
}

/// Used by one thread.
private final class ReadingConnection {
    private let settings: PostgresSettings
    private var connection: PostgresConnection?

    private static let maximumAttempts = 4

    init(_ settings: PostgresSettings) { self.settings = settings }

    func read<Value>(_ work: (any SQLConnection) throws(SQLError) -> Value) throws(LedgerError) -> Value {
        do throws(SQLError) {
            for _ in 1..<ReadingConnection.maximumAttempts {
                do throws(SQLError) { return try snapshot(work) } catch {
                    guard error.isOfConnection else { throw error }
                    connection = nil
                    usleep(100_000)
                }
            }
            return try snapshot(work)
        } catch {
            throw LedgerError(error, at: settings.place, schema: settings.schema)
        }
    }

    private func snapshot<Value>(_ work: (any SQLConnection) throws(SQLError) -> Value) throws(SQLError) -> Value {
        if connection?.isAlive != true { connection = try PostgresConnection(settings) }
        guard let connection else { throw SQLError(state: "08001", "there is no connection") }
        return try connection.snapshot { () throws(SQLError) in try work(connection) }
    }
}
#endif
