import Dispatch
import Faregate
import Foundation

/// A few threads with a connection each, for reading while the writer writes.
final class Readers: Sendable {
    private typealias Job = @Sendable (Connection) -> Void

    private struct State {
        var jobs: [Job] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)
    private let ended = DispatchGroup()
    private let count: Int

    init(path: String, _ access: FileAccess, count: Int) throws(LedgerError) {
        self.count = count
        for number in 1...count {
            do throws(LedgerError) {
                let connection = try Connection.openReader(path: path, access)
                startThread(named: "faregate-reader-\(number)", owning: connection, in: ended, serve)
            } catch {
                // The ones before it must not be left behind, with the file open.
                end()
                ended.wait()
                throw error
            }
        }
    }

    /// Does the work on a reader's thread, in one snapshot per statement.
    func read<Value: Sendable>(
        _ work: @escaping @Sendable (Connection) throws(SQLiteError) -> Value
    ) async throws(LedgerError) -> Value {
        let result: Result<Value, LedgerError> = await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                guard !state.isClosed else { return false }
                state.jobs.append { connection in
                    do throws(SQLiteError) {
                        continuation.resume(returning: .success(try work(connection)))
                    } catch {
                        continuation.resume(returning: .failure(LedgerError(error, path: connection.path)))
                    }
                }
                return true
            }
            if isOpen {
                wake.signal()
            } else {
                continuation.resume(returning: .failure(LedgerError(.closed, "the ledger has been closed")))
            }
        }
        return try result.get()
    }

    /// Answers what waits, then ends the threads.
    func close() async {
        end()
        await withCheckedContinuation { continuation in
            ended.notify(queue: .global()) { continuation.resume() }
        }
    }

    private func end() {
        state.withLock { $0.isClosed = true }
        for _ in 1...count { wake.signal() }
    }

    private func serve(_ connection: Connection) {
        while true {
            wake.wait()
            let (job, isClosed) = state.withLock { state in
                (state.jobs.isEmpty ? nil : state.jobs.removeFirst(), state.isClosed)
            }
            if let job {
                job(connection)
            } else if isClosed {
                return
            }
        }
    }
}
