#if Postgres
import Faregate
import FaregateBooks
import FaregatePostgres
import FaregateSQLite
import FaregateTesting
import TestSupport
import Testing

/// A ledger in a file, filled by a random history, and the places that a test copies it to.
struct Copies {
    let file: String
    /// A copy of the file, to compare with.
    let twin: String
    let address: String
    var history: TwinHistory

    /// - Parameter archives: whether old calls are in an archive.
    static func with(
        seed: UInt64, operations: Int = 300, archives: Bool = false, _ body: (inout Copies) async throws -> Void
    ) async throws {
        try await withFolder { folder in
            try await Server.withAddress { address in
                var copies = Copies(
                    file: folder + "/credits", twin: folder + "/twin", address: address,
                    history: TwinHistory(seed: seed)
                )
                try await using(copies.file) { ledger in
                    try await copies.history.run(operations, on: [ledger])
                    if archives {
                        let end = copies.history.end
                        let moved = try await ledger.archive(closedBefore: end, to: copies.archive, at: end)
                        #expect(moved > 0)
                    }
                }
                // The first process left the table of holders when it closed the ledger.
                try await using(copies.file) { try await $0.backup(to: copies.twin) }
                try await body(&copies)
            }
        }
    }

    func content(of ledger: any LedgerBackend & PurchaseBackend) async throws -> [AnyHashable] {
        try await history.content(of: ledger)
    }

    func expect(_ content: [AnyHashable], in ledger: any LedgerBackend & PurchaseBackend) async throws {
        let found = try await history.content(of: ledger)
        #expect(found.count == content.count)
        for (found, expected) in zip(found, content) where found != expected { #expect(found == expected) }
    }

    var archive: String { file + ".archive" }
    var back: String { file + ".back" }

    static func using<Value>(_ file: String, _ body: (SQLiteLedger) async throws -> Value) async throws -> Value {
        let ledger = try await SQLiteLedger.open(file, trace: nil)
        let result: Result<Value, any Error>
        do { result = .success(try await body(ledger)) } catch { result = .failure(error) }
        await ledger.close()
        return try result.get()
    }

    func usingCopy<Value>(_ body: (PostgresLedger) async throws -> Value) async throws -> Value {
        let ledger = try await PostgresLedger.open(address, creating: false)
        let result: Result<Value, any Error>
        do { result = .success(try await body(ledger)) } catch { result = .failure(error) }
        await ledger.close()
        return try result.get()
    }

    /// Copies a file into the database.
    @discardableResult
    func copy(
        _ file: String? = nil, isRestarting: Bool = false, rowsPerStep: Int = 1000, stoppingAfter steps: Int = .max
    ) async throws -> LedgerCopy.Summary {
        let (file, address) = (file ?? self.file, address)
        let stop = Stop(after: steps)
        return try await LedgerCopy.run(
            from: { () throws(LedgerError) in try SQLiteCopySource(file) },
            to: { () throws(LedgerError) in try PostgresCopyTarget(address) },
            isRestarting: isRestarting, rowsPerStep: rowsPerStep, at: history.end, progress: stop.note
        )
    }

    /// Copies the database into a file.
    @discardableResult
    func copyBack(rowsPerStep: Int = 1000, stoppingAfter steps: Int = .max) async throws -> LedgerCopy.Summary {
        let (address, back) = (address, back)
        let stop = Stop(after: steps)
        return try await LedgerCopy.run(
            from: { () throws(LedgerError) in try PostgresCopySource(address) },
            to: { () throws(LedgerError) in SQLiteCopyTarget(back) },
            rowsPerStep: rowsPerStep, at: history.end, progress: stop.note
        )
    }

    /// - Returns: how often the copy was stopped before it was finished.
    func copyInPieces(_ copy: (_ steps: Int) async throws -> LedgerCopy.Summary) async throws -> Int {
        var stops = 0
        while stops < 1000 {
            do {
                _ = try await copy(4)
                return stops
            } catch let error as LedgerError where error.description == Stop.reason {
                stops += 1
            }
        }
        throw TestFailure("the copy makes no progress")
    }
}

/// Stops a copy after some steps that copied rows, as a killed process does.
final class Stop: Sendable {
    static let reason = "stopped by the test"
    private let left: Mutex<Int>

    init(after steps: Int) { left = Mutex(steps) }

    func note(_ progress: LedgerCopy.Progress) throws(LedgerError) {
        guard progress.step.hasPrefix("copying") else { return }
        let isOver = left.withLock { left in
            left -= 1
            return left < 0
        }
        if isOver { throw LedgerError(.failed, Stop.reason) }
    }
}

/// The error of the body.
func ledgerError(_ body: () async throws -> Void) async throws -> LedgerError {
    do { try await body() } catch let error as LedgerError { return error }
    throw TestFailure("there was no error")
}
#endif
