import Faregate
import FaregateSQLite
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// A gate under the test's policy, on a new ledger, with a manual clock and a record of the gate's events.
struct Scene: Sendable {
    let gate: Gate
    let ledger: any LedgerBackend
    let clock: ManualClock
    let events: Collected<String>

    /// Returns another gate on the same ledger, as in another process, under the same or another policy.
    func gate(under policy: String? = nil) throws -> Gate {
        gate(on: ledger, under: try policy.map { try Policy(parsing: $0) })
    }

    func gate(on ledger: any LedgerBackend, under policy: Policy? = nil) -> Gate {
        let events = events
        return Gate(
            ledger: Ledger(ledger),
            policies: policy ?? gate.policy,
            clock: clock,
            settlement: .durable,
            observer: { events.add($0.text) }
        )
    }

    func balance(of account: AccountID = "ana") async throws -> AccountBalance {
        try await gate.balance(of: account).sums
    }

    /// Expects the used and held credits of "ana".
    func expect(
        used: Credits, held: Credits = 0, _ comment: Comment? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let balance = try await balance()
        #expect(balance.used == used && balance.held == held, comment, sourceLocation: sourceLocation)
    }

    /// Returns the statuses of this number of simultaneous calls: 200 for a call that was let through.
    func statuses(
        of count: Int,
        _ action: String = "generate",
        for account: AccountID = "ana"
    ) async throws -> [Int: Int] {
        let gate = gate
        return try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<count { group.addTask { try await gate.status(of: action, for: account) } }
            return try await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        }
    }
}

/// The ledgers that the tests of the gate run on.
enum LedgerKind: String, CaseIterable {
    case memory, sqlite

    /// All ledgers, or the one that FAREGATE_TEST_LEDGER names: `memory` takes milliseconds.
    static let chosen: [LedgerKind] = {
        guard let name = ProcessInfo.processInfo.environment["FAREGATE_TEST_LEDGER"] else { return allCases }
        return LedgerKind(rawValue: name).map { [$0] } ?? allCases
    }()
}

/// Runs the test on each ledger: in memory first, then on SQLite, whose file must pass an audit at the end.
func withScene(
    _ policy: String,
    at now: Timestamp = newYear,
    on kinds: [LedgerKind] = LedgerKind.chosen,
    _ body: (Scene) async throws -> Void
) async throws {
    for kind in kinds {
        switch kind {
        case .memory: try await body(scene(policy, MemoryLedger(), at: now))
        case .sqlite:
            try await withLedger { ledger in
                try await body(scene(policy, ledger, at: now))
                let database = try RawDatabase(ledger.path)
                #expect(try database.discrepancies() == [])
                #expect(try database.leaks() == [])
            }
        }
    }
}

private func scene(_ policy: String, _ ledger: any LedgerBackend, at now: Timestamp) throws -> Scene {
    let (clock, events) = (ManualClock(now: now), Collected<String>())
    let gate = Gate(
        ledger: Ledger(ledger),
        policies: try Policy(parsing: policy),
        clock: clock,
        settlement: .durable,
        observer: { events.add($0.text) }
    )
    return Scene(gate: gate, ledger: ledger, clock: clock, events: events)
}
