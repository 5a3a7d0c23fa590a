import Faregate
import FaregateSQLite
import FaregateTesting
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
        let policies: any PolicySource = try policy.map { try Policy(parsing: $0) } ?? gate.policy
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

extension Gate {
    /// 200 for a call that was let through, otherwise the status of its refusal.
    func status(of action: String = "generate", for account: AccountID = "ana") async throws -> Int {
        do {
            return try await run(action, for: account) { _ in 200 }
        } catch let refusal as Refusal {
            return refusal.problem.status
        }
    }

    /// Makes a call that has to be refused.
    func refusal(
        of action: String = "generate",
        for account: AccountID = "ana",
        key: IdempotencyKey? = nil
    ) async throws -> Refusal {
        do {
            try await run(action, for: account, key: key) { _ in }
        } catch let refusal as Refusal {
            return refusal
        }
        throw TestFailure("\(action) was let through")
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

extension RawDatabase {
    /// Credits that were lost or made: empty when all that was taken of an account's grants is what its charges cost and
    /// what paid its debts, every charge ended as its journal says, and what is open is what is held.
    func leaks() throws -> [[String]] {
        try rows(
            """
            SELECT 'taken of account ' || id,
                (SELECT coalesce(sum(taken), 0) FROM grants WHERE account_id = accounts.id) AS taken,
                (SELECT coalesce(sum(cost), 0) FROM charges WHERE account_id = accounts.id AND state <> 2)
                    + (SELECT coalesce(-sum(credits), 0) FROM journal
                        WHERE account_id = accounts.id AND kind = 'repay') AS explained
            FROM accounts WHERE taken <> explained
            UNION ALL
            SELECT 'journal of charge ' || charges.id, iif(state = 0, cost, 0), coalesce(sum(held), 0)
            FROM charges LEFT JOIN journal ON journal.charge_id = charges.id
            GROUP BY charges.id HAVING iif(state = 0, cost, 0) <> coalesce(sum(held), 0)
            UNION ALL
            SELECT 'cost of charge ' || charges.id, cost, coalesce(-sum(credits), 0)
            FROM charges LEFT JOIN journal ON journal.charge_id = charges.id
            GROUP BY charges.id HAVING cost <> coalesce(-sum(credits), 0)
            UNION ALL
            SELECT 'debt of account ' || id, debt, (SELECT coalesce(sum(debt), 0) FROM journal WHERE account_id = accounts.id)
            FROM accounts WHERE debt <> (SELECT coalesce(sum(debt), 0) FROM journal WHERE account_id = accounts.id)
            """
        )
    }
}

/// A policy with one action, "generate", and one plan that grants so much once.
func policy(_ action: String, grants: String = #"{ "credits": 50, "every": "once" }"#, _ rest: String = "") -> String {
    """
    {
      "actions": { "generate": \(action) },
      "plans": { "free": { "grants": [\(grants)] } },
      "defaultPlan": "free"\(rest.isEmpty ? "" : ",")
      \(rest)
    }
    """
}
