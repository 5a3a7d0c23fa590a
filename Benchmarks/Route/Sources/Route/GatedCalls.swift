import Faregate
import FaregateSQLite
import Synchronization

/// Calls for a thousand accounts in turn, whoever asks.
final class GatedCalls: Sendable {
    /// More than a benchmark can spend.
    private static let many = 1_000_000_000

    private let ledger: Ledger
    private let gate: Gate
    private let accounts: [AccountID]
    private let begun = Atomic(0)
    private let answered = Atomic(0)

    init(ledger: Ledger) throws {
        self.ledger = ledger
        accounts = try (1...1000).map { try AccountID("account-\($0)") }
        gate = Gate(ledger: ledger, policies: try Policy(parsing: GatedCalls.policy))
    }

    /// As the other parts of the benchmark have it, at 1 credit.
    private static let policy = """
        {
          "actions": {
            "generate": { "cost": 1, "limits": [{ "max": \(many), "per": "day" }, { "max": \(many), "per": "month" }] }
          },
          "plans": { "free": { "grants": [{ "credits": \(many), "every": "once" }] } },
          "defaultPlan": "free"
        }
        """

    /// So that no call is the first of its account.
    func openAccounts() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for account in accounts { group.addTask { [gate] in _ = try await gate.balance(of: account) } }
            try await group.waitForAll()
        }
    }

    func call() async throws -> String {
        let number = begun.add(1, ordering: .relaxed).oldValue
        let answer = try await gate.run("generate", for: accounts[number % accounts.count]) { _ in "ok" }
        answered.add(1, ordering: .relaxed)
        return answer
    }

    /// Compares what the accounts have spent with the calls that were let through.
    ///
    /// - Parameter path: of the ledger, which is read anew: closing it writes what waits.
    func verify(at path: String) async throws {
        await ledger.close()
        let books = try await Ledger.sqlite(path)
        let gate = Gate(ledger: books, policies: try Policy(parsing: GatedCalls.policy))
        var (used, held) = (0, 0)
        for account in accounts {
            let balance = try await gate.balance(of: account)
            used += Int(balance.used.rawValue)
            held += Int(balance.held.rawValue)
        }
        await books.close()
        let count = answered.load(ordering: .relaxed)
        guard used == count && held == 0 else {
            fatalError("the route's ledger lost credits: spent and held are \(used) and \(held), not \(count) and 0")
        }
    }
}
