import Faregate
package import FaregateSQLite
import Foundation

/// A ledger in a folder of its own, which goes when the test is over.
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

/// How many tests may have files open at the same moment. All of them at once have more than a process may have on many
/// systems (1,024), and more than Foundation's `Process` survives on Linux: it reads beyond its list of them.
/// [swift-corelibs-foundation 5472](https://github.com/swiftlang/swift-corelibs-foundation/pull/5472)
private actor Places {
    @TaskLocal private static var isTaken = false
    private static let shared = Places()

    private var free = 24
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// Whoever has a place needs no other.
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
