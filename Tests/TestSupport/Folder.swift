import Faregate
package import FaregateSQLite
import Foundation

/// A ledger in its own folder, which is deleted at the end of the test.
@discardableResult
package func withLedger<Value>(
    trace: (@Sendable (String) -> Void)? = nil,
    _ body: (SQLiteLedger) async throws -> Value
) async throws -> Value {
    try await withFolder { folder in
        let ledger = try await SQLiteLedger.open(folder + "/test.faregate", trace: trace)
        do {
            let value = try await body(ledger)
            await ledger.close()
            return value
        } catch {
            await ledger.close()
            throw error
        }
    }
}

@discardableResult
package func withFolder<Value>(_ body: (String) async throws -> Value) async throws -> Value {
    try await Places.withPlace {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("faregate-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try await body(folder.path)
    }
}

/// Waits until few enough tests have files open: see `Places`.
package func withPlace<Value>(_ body: () async throws -> Value) async throws -> Value {
    try await Places.withPlace(body)
}

/// How many tests may have files open at the same time. All tests at once would exceed the number of open files that
/// many systems allow a process (1,024), and that Foundation's `Process` supports on Linux: beyond it, `Process` reads
/// past the end of its list. [swift-corelibs-foundation
/// 5472](https://github.com/swiftlang/swift-corelibs-foundation/pull/5472)
private actor Places {
    @TaskLocal private static var isTaken = false
    private static let shared = Places()

    private var free = 24
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// A test that has a place needs no second one.
    package static func withPlace<Value>(_ body: () async throws -> Value) async throws -> Value {
        if isTaken { return try await body() }
        await shared.take()
        do {
            let value = try await $isTaken.withValue(true, operation: body)
            await shared.giveBack()
            return value
        } catch {
            await shared.giveBack()
            throw error
        }
    }

    private func take() async {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    private func giveBack() {
        if waiting.isEmpty {
            free += 1
        } else {
            waiting.removeFirst().resume()
        }
    }
}
