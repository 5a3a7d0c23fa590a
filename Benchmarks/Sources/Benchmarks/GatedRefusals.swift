import Faregate
import FaregateSQLite
import Foundation
import Workload

/// Calls of accounts that have nothing: each is refused for its credits.
struct GatedRefusals {
    private let gate: Gate
    private let ledger: Ledger
    private let accounts: [AccountID]

    init(ledger: Ledger, accounts count: Int) async throws {
        self.ledger = ledger
        let policy = GatedCalls.policy.replacingOccurrences(of: "\"defaultPlan\": \"free\"", with: "")
        gate = Gate(ledger: ledger, policies: try Policy(parsing: policy))
        accounts = try (1...count).map { try AccountID("penniless-\($0)") }
        // What is written about an account that calls for the first time is no part of a refusal.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for account in accounts { group.addTask { [self] in try await refuse(account) } }
            try await group.waitForAll()
        }
    }

    /// - Returns: refusals, and whether a byte of the ledger changed meanwhile: without that there is no fsync.
    func measure(callers: Int, seconds: Double) async throws -> (rate: Rate, hasWritten: Bool) {
        // Settlements of the round before come within milliseconds of their calls.
        try await Task.sleep(for: .milliseconds(200))
        let before = try stamp()
        let rate = try await crowd(of: callers, seconds: seconds) { [self] caller, turns in
            try await refuse(accounts[(caller + turns) % accounts.count])
        }
        return (rate, try stamp() != before)
    }

    private func refuse(_ account: AccountID) async throws {
        do {
            try await gate.run("generate", for: account) { _ in }
            preconditionFailure("an account without credits was let through")
        } catch let refusal as Refusal {
            guard case .insufficientCredits = refusal.reason else { throw refusal }
        }
    }

    /// Size and time of the last change, of the ledger and its write-ahead log.
    private func stamp() throws -> [String] {
        try [ledger.path, ledger.path + "-wal"].map { path in
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            let changed = (attributes[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
            return "\(attributes[.size] ?? 0) \(changed)"
        }
    }
}
