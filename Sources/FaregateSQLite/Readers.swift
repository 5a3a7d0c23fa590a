import Faregate

/// A few connections for reading while the writer writes. A read runs on its caller's thread: it takes microseconds, far
/// less than a way to another thread and back. Who comes when all are in use waits for one.
final class Readers: Sendable {
    /// `@unchecked Sendable`: one caller at a time has it.
    fileprivate final class Reader: @unchecked Sendable {
        let connection: Connection

        init(_ connection: sending Connection) {
            self.connection = connection
        }
    }

    fileprivate struct State {
        var idle: [Reader]
        /// How many are lent.
        var lent = 0
        var waiting: [CheckedContinuation<Reader?, Never>] = []
        var isClosed = false
        /// Who waits for the last one to come back.
        var closing: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    init(path: String, _ access: FileAccess, count: Int) throws(LedgerError) {
        var readers: [Reader] = []
        for _ in 1...count { readers.append(Reader(try Connection.openReader(path: path, access))) }
        state = Mutex(State(idle: readers))
    }

    /// Does the work on a connection, in one snapshot per statement.
    func read<Value>(_ work: (Connection) throws(SQLiteError) -> Value) async throws(LedgerError) -> Value {
        guard let reader = await lend() else { throw LedgerError(.closed, "the ledger has been closed") }
        defer { take(back: reader) }
        do throws(SQLiteError) {
            return try work(reader.connection)
        } catch {
            throw LedgerError(error, path: reader.connection.path)
        }
    }

    /// Lets the reads end that are under way, and closes the connections.
    func close() async {
        let waiting = state.withLock { state in
            state.isClosed = true
            state.idle = []
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume(returning: nil) }
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if state.lent > 0 { state.closing.append(continuation) }
                return state.lent == 0
            }
            if isOver { continuation.resume() }
        }
    }

    /// - Returns: nil when the ledger has been closed.
    private func lend() async -> Reader? {
        if let reader = state.withLock({ $0.lend() }) { return reader }
        return await withCheckedContinuation { continuation in
            let answer: Reader?? = state.withLock { state in
                if state.isClosed { return .some(nil) }
                // One may have come back in the meantime.
                if let reader = state.lend() { return reader }
                state.waiting.append(continuation)
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }

    private func take(back reader: Reader) {
        var closing: [CheckedContinuation<Void, Never>] = []
        let next: CheckedContinuation<Reader?, Never>? = state.withLock { state in
            if !state.waiting.isEmpty { return state.waiting.removeFirst() }
            state.lent -= 1
            if state.isClosed {
                if state.lent == 0 { swap(&closing, &state.closing) }
            } else {
                state.idle.append(reader)
            }
            return nil
        }
        next?.resume(returning: reader)
        for continuation in closing { continuation.resume() }
    }
}

extension Readers.State {
    fileprivate mutating func lend() -> Readers.Reader? {
        guard let reader = idle.popLast() else { return nil }
        lent += 1
        return reader
    }
}
