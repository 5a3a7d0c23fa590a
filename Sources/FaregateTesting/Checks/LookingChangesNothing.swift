import Faregate

/// Runs a random history twice: first as it was generated, then with reads at random moments between its steps
/// (balances, refreshes, free calls, heartbeats). Reading an account never changes what it has, so both runs must have
/// the same balances, step by step.
///
/// It also finds rules of ``MemoryLedger`` whose outcome depends on when an account was read.
package struct LookingChangesNothing: Sendable {
    package let seed: UInt64
    /// The number of steps in the history.
    package let operations: Int

    package init(seed: UInt64, operations: Int = 1000) {
        self.seed = seed
        self.operations = operations
    }

    /// An account that has a different balance after the reads.
    package struct Difference: Error, CustomStringConvertible {
        package let description: String
    }

    /// Runs the history.
    ///
    /// - Throws: ``Difference`` after the first step at which the reads made a difference.
    package func check() async throws {
        let alone = MemoryLedger()
        let looked = MemoryLedger()
        var history = RandomHistory(seed: seed, isCalm: true)
        var random = SeededGenerator(seed: seed &+ 1)
        var numbers: [ChargeID: ChargeID] = [:]
        for step in 1...operations {
            let operation = history.next()
            if case .refresh = operation { continue }
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                let account = history.accounts.randomElement(using: &random) ?? "ana"
                try await read(at: account, in: looked, history, &random)
            }
            let answer = try await operation.perform(on: alone, history.now, history.plans)
            let other = try await operation.renumbered(numbers).perform(on: looked, history.now, history.plans)
            history.remember(from: answer)
            if let charge = answer.heldCharge, let same = other.heldCharge { numbers[charge] = same }
            for account in history.accounts {
                let expected = facts(account, in: alone, under: history.plans, at: history.now)
                let got = facts(account, in: looked, under: history.plans, at: history.now)
                guard expected == got else {
                    throw Difference(
                        description: """
                            seed \(seed), step \(step): \(operation), at \(history.now)
                            \(account), without reads: \(expected)
                            \(account), after reads:   \(got)
                            """
                    )
                }
            }
        }
    }

    private func read(
        at account: AccountID,
        in ledger: MemoryLedger,
        _ history: RandomHistory,
        _ random: inout SeededGenerator
    ) async throws {
        // Reading an account that doesn't exist yet opens it, and its periods begin then.
        guard let balance = try await ledger.balance(of: account, at: history.now) else { return }
        switch Int.random(in: 0..<4, using: &random) {
        case 0: try await ledger.refresh(account, under: history.plans, at: history.now)
        case 1: try await ledger.heartbeat(at: history.now)
        case 2 where balance.suspendedAt == nil:
            let terms = ChargeTerms(
                action: "look",
                plans: history.plans,
                policyVersion: "look",
                rule: Policy.Location(file: "policy.jsonc", line: 1, column: 1)
            )
            let request = ChargeRequest(account: account, cost: 0, under: terms)
            guard case .held(let charge, _, _) = try await ledger.charge(request, at: history.now) else { return }
            if Bool.random(using: &random) {
                _ = try await ledger.settle(charge, .whole, under: history.plans, at: history.now)
            } else {
                _ = try await ledger.refund(charge, because: .threw, at: history.now)
            }
        default: _ = try await ledger.history(of: account, after: nil, count: 10)
        }
    }

    /// The account's credits by expiry, after a refresh of a copy of the ledger.
    private func facts(
        _ account: AccountID,
        in ledger: MemoryLedger,
        under plans: PlanBook,
        at now: Timestamp
    ) -> String {
        var reference = ledger.reference.withLock { $0 }
        guard reference.accounts[account] != nil else { return "no such account" }
        reference.refresh(account, under: plans, at: now)
        guard let balance = reference.balance(of: account, at: now) else { return "no such account" }
        // Two carried-over grants count as equal to one grant of the same total.
        var lots: [(what: String, credits: Int64)] = []
        for grant in reference.spendingOrder(of: account) {
            let what = "\(grant.source) in place \(grant.position) until \(grant.expiresAt)"
            if lots.last?.what == what {
                lots[lots.count - 1].credits += grant.remaining
            } else {
                lots.append((what, grant.remaining))
            }
        }
        return "held \(balance.held) remaining \(balance.remaining) debt \(balance.debt): \(lots)"
    }
}
