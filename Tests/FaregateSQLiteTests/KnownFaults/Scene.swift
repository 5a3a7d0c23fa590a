import Faregate
import FaregateSQLite
import FaregateTesting
import TestSupport
import Testing

/// A gate under a policy of the test's own, on a new ledger, with a clock that the test turns and a record of what the
/// gate told its observer.
struct Scene: Sendable {
    let gate: Gate
    let ledger: SQLiteLedger
    let clock: ManualClock
    let events: Collected<String>

    /// Another gate on the same ledger, as in another process: under the same policy, or another one.
    func gate(under policy: String? = nil) throws -> Gate {
        let policies: any Policy.Source = try policy.map { try Policy(parsing: $0) } ?? gate.policy
        let events = events
        return Gate(
            ledger: Ledger(ledger),
            policies: policies,
            clock: clock,
            settlement: .durable,
            observer: { events.add($0.text) }
        )
    }

    func balance(of account: AccountID = "ana") async throws -> AccountBalance {
        try await gate.balance(of: account).sums
    }

    /// The statuses that so many calls at once were answered with: 200 for one that was let through.
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

func withScene(
    _ policy: String,
    at now: Timestamp = newYear,
    _ body: (Scene) async throws -> Void
) async throws {
    try await withLedger { ledger in
        let clock = ManualClock(now: now)
        let events = Collected<String>()
        let gate = Gate(
            ledger: Ledger(ledger),
            policies: try Policy(parsing: policy),
            clock: clock,
            settlement: .durable,
            observer: { events.add($0.text) }
        )
        try await body(Scene(gate: gate, ledger: ledger, clock: clock, events: events))
        let database = try RawDatabase(ledger.path)
        #expect(try database.discrepancies() == [])
        #expect(try database.leaks() == [])
    }
}
