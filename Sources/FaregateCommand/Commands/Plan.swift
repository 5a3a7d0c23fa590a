import Faregate

/// `faregate plan ACCOUNT [PLAN]`
enum PlanCommand: Command {
    static let name = "plan"
    static let synopsis = "ACCOUNT [PLAN]"
    static let summary = "show an account's plan, or move the account to PLAN"
    static let example = "plan ana pro --reason \"upgraded by phone\""
    static let options: [Option] = [
        .database, .policies,
        Option(name: "reason", value: "TEXT", help: "the reason for the move, recorded with the account"),
        .by, .existing,
    ]

    private struct Answer: Encodable {
        let account: AccountID
        let plan: String?
        let balance: AccountBalance
        /// Whether the command moved the account; left out if no plan was named.
        var isChanged: Bool?
        /// The plan before the move; left out if the account was on none.
        var planBefore: String?
        /// Whether the command opened the account; left out if no plan was named.
        var isNewAccount: Bool?
    }

    static func run(_ context: Context) async throws -> ExitCode {
        let words = context.arguments.positional
        guard words.count == 2 else {
            return try await show(AccountID(context.words("ACCOUNT")[0]), context)
        }
        return try await move(AccountID(words[0]), to: words[1], context)
    }

    private static func show(_ account: AccountID, _ context: Context) async throws -> ExitCode {
        let balance = try await context.withLedger { ledger in
            try await context.found(ledger.balance(of: account, at: context.clock.now), of: account, in: ledger)
        }
        let answer = Answer(account: account, plan: balance.plan, balance: balance)
        try context.show(answer, as: "\(account) is on " + (balance.plan.map { "plan \($0.printable)" } ?? "no plan"))
        return .done
    }

    private static func move(_ account: AccountID, to name: String, _ context: Context) async throws -> ExitCode {
        let policy = try context.policy()
        guard let plan = policy.planBook[name] else {
            let nearest = nearestName(to: name, among: policy.plans.keys.sorted())
            let known = policy.plans.keys.sorted().joined(separator: ", ")
            throw Failure.misuse(
                "there is no plan \"\(name)\"; "
                    + (nearest.map { "did you mean \"\($0)\"?" } ?? "the policy has \(known.isEmpty ? "none" : known)")
            )
        }
        let name = plan.name
        let (by, reason) = (try context.by, try context.arguments.value("reason") ?? "")
        return try await context.withLedger { ledger in
            let now = context.clock.now
            let before = try await ledger.balance(of: account, at: now)
            guard before?.plan != name else {
                let answer = Answer(
                    account: account, plan: name, balance: before ?? AccountBalance(), isChanged: false,
                    planBefore: name, isNewAccount: false)
                try context.show(answer, as: "\(account) is already on plan \(name); nothing was changed")
                return .done
            }
            if before == nil, context.arguments.contains(Option.existing.name) {
                throw try await context.unknown(account, in: ledger)
            }
            try await context.gate(on: ledger, under: policy).move(account, to: name, reason: reason, by: by)
            let after = try await ledger.balance(of: account, at: now) ?? AccountBalance()
            let was = before == nil ? "new" : "was on " + (before?.plan.map { "plan \($0.printable)" } ?? "no plan")
            let text = "\(account) is now on plan \(name) (\(was)). \(has(account, after))"
            let answer = Answer(
                account: account, plan: name, balance: after, isChanged: true, planBefore: before?.plan,
                isNewAccount: before == nil)
            if before == nil { try await context.reportOpened(account, by: Self.self, in: ledger) }
            try context.show(answer, as: text)
            return .done
        }
    }
}
