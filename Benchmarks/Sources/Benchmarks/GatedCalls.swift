import Faregate
import FaregateSQLite

/// The whole life of a gated call: quote, charge with two limits, an empty handler, settle.
struct GatedCalls {
    let gate: Gate
    let accounts: [AccountID]

    init(ledger: SQLiteLedger, accounts count: Int) async throws {
        let policy = try Policy(
            parsing: """
                {
                  "actions": {
                    "generate": {
                      "cost": 10,
                      "limits": [{ "max": 1000000000, "per": "day" }, { "max": 1000000000, "per": "month" }]
                    }
                  },
                  "plans": { "free": { "grants": [{ "credits": 1000000000000, "every": "once" }] } },
                  "defaultPlan": "free"
                }
                """
        )
        gate = Gate(ledger: ledger, policies: policy)
        accounts = try (1...count).map { try AccountID("account-\($0)") }
        let gate = gate
        try await withThrowingTaskGroup(of: Void.self) { group in
            for account in accounts { group.addTask { _ = try await gate.balance(of: account) } }
            try await group.waitForAll()
        }
    }

    /// - Returns: calls per second that were charged durably before their handler ran, by so many callers at once.
    func measure(callers: Int, seconds: Double) async throws -> Double {
        let (gate, accounts) = (gate, accounts)
        let start = ContinuousClock.now
        let count = try await withThrowingTaskGroup(of: Int.self) { group in
            for caller in 0..<callers {
                group.addTask {
                    var count = 0
                    while ContinuousClock.now - start < .seconds(seconds) {
                        let account = accounts[(caller + count * callers) % accounts.count]
                        try await gate.run("generate", for: account) { _ in }
                        count += 1
                    }
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
        return Double(count) / (ContinuousClock.now - start).inSeconds
    }
}
