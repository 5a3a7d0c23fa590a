package import Faregate

/// Runs a random history of independent accounts twice: first as it was generated, then each account's steps alone,
/// from the beginning. The steps of other accounts must not change an account's answers or balance.
package struct AccountsApart: Sendable {
    package let seed: UInt64
    /// The number of steps in the history.
    package let operations: Int

    package init(seed: UInt64, operations: Int = 1000) {
        self.seed = seed
        self.operations = operations
    }

    /// An account whose answers or balance differ when its steps run alone.
    package struct Difference: Error, CustomStringConvertible {
        package let description: String
    }

    private struct Step {
        let operation: Operation
        let answer: String
        let now: Timestamp
        let plans: PlanBook
        let account: AccountID
    }

    /// - Parameters:
    ///   - together: a new ledger, which gets the whole history.
    ///   - apart: a new ledger, which gets the accounts one after the other.
    /// - Throws: ``Difference`` at the first step whose answer differs when the account runs alone, or at the end if
    ///   its balance differs.
    package func check(_ together: any LedgerBackend, _ apart: any LedgerBackend) async throws {
        var history = RandomHistory(seed: seed, isCalm: true, isApart: true)
        let steps = try await run(&history, on: together)
        for account in history.accounts {
            var numbers: [ChargeID: ChargeID] = [:]
            for (number, step) in steps.enumerated() where step.account == account {
                let answer = try await step.operation.renumbered(numbers).perform(on: apart, step.now, step.plans)
                if let charge = step.answer.heldCharge, let same = answer.heldCharge { numbers[charge] = same }
                try compare(step.answer.withoutNumbers, answer.withoutNumbers, "step \(number): \(step.operation)")
            }
            try await compare(account, in: together, apart, history)
        }
    }

    private func run(_ history: inout RandomHistory, on ledger: any LedgerBackend) async throws -> [Step] {
        var owners: [ChargeID: AccountID] = [:]
        var steps: [Step] = []
        for _ in 1...operations {
            let operation = history.next()
            let answer = try await operation.perform(on: ledger, history.now, history.plans)
            history.remember(from: answer)
            guard let account = operation.account ?? operation.charge.flatMap({ owners[$0] }) else { continue }
            if let charge = answer.heldCharge { owners[charge] = account }
            steps.append(
                Step(operation: operation, answer: answer, now: history.now, plans: history.plans, account: account))
        }
        return steps
    }

    private func compare(
        _ account: AccountID,
        in together: any LedgerBackend,
        _ apart: any LedgerBackend,
        _ history: RandomHistory
    ) async throws {
        for ledger in [together, apart] { try await ledger.refresh(account, under: history.plans, at: history.now) }
        let expected = try await together.balance(of: account, at: history.now)
        let got = try await apart.balance(of: account, at: history.now)
        try compare("\(expected as Any)", "\(got as Any)", "\(account) at the end")
    }

    private func compare(_ expected: String, _ got: String, _ what: String) throws {
        guard expected != got else { return }
        throw Difference(
            description: """
                seed \(seed), \(what)
                with the other accounts: \(expected)
                alone:                   \(got)
                """
        )
    }
}

extension Operation {
    /// The charge that the operation refers to.
    fileprivate var charge: ChargeID? {
        switch self {
        case .extend(let charge, _), .settle(let charge, _), .refund(let charge): charge
        case .giveBack(let request): request.charge
        default: nil
        }
    }
}

extension String {
    /// The charge that the call made.
    var heldCharge: ChargeID? {
        guard hasPrefix("held(") else { return nil }
        return Int64(dropFirst(5).prefix(while: \.isNumber)).map(ChargeID.init(rawValue:))
    }

    /// The answer without charge numbers, because a ledger numbers charges in the order of the calls.
    var withoutNumbers: String {
        for beginning in ["held(", "refused(Faregate.ChargeRefusal.keyUsed("] where hasPrefix(beginning) {
            return beginning + dropFirst(beginning.count).drop(while: \.isNumber)
        }
        return self
    }
}
