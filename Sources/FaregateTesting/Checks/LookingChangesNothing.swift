import Faregate

/// Runs a random history twice: as it is, and with looks at random moments between its steps (balances, visits, free calls,
/// heartbeats). Looking at an account never changes what it has, so both must come to the same, step by step.
///
/// It knows no rule but that one: where the rules of ``MemoryLedger`` themselves hang on who looked when, this finds it.
package struct LookingChangesNothing: Sendable {
    package let seed: UInt64
    /// How many steps the history has.
    package let operations: Int

    package init(seed: UInt64, operations: Int = 1000) {
        self.seed = seed
        self.operations = operations
    }

    /// Where the account that was looked at has something else.
    package struct Difference: Error, CustomStringConvertible {
        package let description: String
    }

    /// Runs the history.
    ///
    /// - Throws: ``Difference`` after the first step that the looks made a difference to.
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
                try await look(at: account, in: looked, history, &random)
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
                            \(account), seen by nobody:  \(expected)
                            \(account), looked at before: \(got)
                            """
                    )
                }
            }
        }
    }

    private func look(
        at account: AccountID,
        in ledger: MemoryLedger,
        _ history: RandomHistory,
        _ random: inout SeededGenerator
    ) async throws {
        // Whoever looks at an account that isn't there yet opens it: its periods begin then.
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

    /// What the account has once somebody looks: by what expires when. That is asked of a copy.
    private func facts(
        _ account: AccountID,
        in ledger: MemoryLedger,
        under plans: PlanBook,
        at now: Timestamp
    ) -> String {
        var books = ledger.books.withLock { $0 }
        guard books.accounts[account] != nil else { return "no such account" }
        books.refresh(account, under: plans, at: now)
        guard let balance = books.balance(of: account, at: now) else { return "no such account" }
        // What is carried over in two parts is the same as in one.
        var lots: [(what: String, credits: Int64)] = []
        for grant in books.burnOrder(of: account) {
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
