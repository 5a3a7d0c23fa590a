import Faregate

/// `faregate standing ACCOUNT`
enum StandingCommand: Command {
    static let name = "standing"
    static let synopsis = "ACCOUNT"
    static let summary = "what an account may do now: prices, limits, credits"
    static let example = "standing ana"
    static let options: [Option] = [
        .database, .policies,
        Option(name: "member", value: "NAME", help: "the member of the account that calls, for limits by member"),
    ]

    static func run(_ context: Context) async throws -> ExitCode {
        let account = try AccountID(context.words("ACCOUNT")[0])
        let member = try context.arguments.value("member").map { try MemberID($0) }
        let policy = try context.policy()
        let standing = try await context.withLedger { ledger in
            try await context.requireAccount(account, in: ledger)
            return try await context.gate(on: ledger, under: policy).standing(of: account, member: member)
        }
        try context.show(standing, as: text(standing))
        return .done
    }

    private static func text(_ standing: Standing) -> String {
        let plan = standing.plan.map { "plan \($0.printable)" } ?? "no plan"
        var lines = ["\(standing.account) is on \(plan)"]
        if let since = standing.suspendedAt { lines.append("suspended since \(since.toSecond): every call is refused") }
        lines += credits(standing.credits)
        for action in standing.actions { lines += ["", headline(action)] + details(action) }
        return lines.joined(separator: "\n")
    }

    private static func credits(_ credits: Standing.Balance) -> [String] {
        let sources = credits.sources.map { "\($0.credits) \($0.source.rawValue)" }.joined(separator: ", ")
        var lines = [
            "\(count(credits.spendable.rawValue, "credit")) to spend" + (sources.isEmpty ? "" : ": \(sources)")
        ]
        lines += credits.reserved.map { "\($0.credits) of them only for \(listInWords($0.actions))" }
        if credits.held > 0 { lines.append("\(credits.held) held by open calls") }
        if credits.debt > 0 { lines.append("\(credits.debt) owed; new credits pay this debt first") }
        if let expiring = credits.expiring { lines.append("\(expiring.credits) expire at \(expiring.at.toSecond)") }
        return lines
            + credits.coming.map { coming in
                let purpose = coming.actions.map { " for \(listInWords($0))" } ?? ""
                return
                    "\(coming.credits) more\(purpose) at \(coming.at.toSecond) (the plan's grant \"\(coming.grant)\")"
            }
    }

    private static func headline(_ action: Standing.Action) -> String {
        let mode = action.mode == .enforce ? "" : " (\(action.mode.rawValue))"
        return "\(action.name)\(mode): \(action.price)" + (action.passes ? "" : ", refused")
    }

    private static func details(_ action: Standing.Action) -> [String] {
        var lines: [String] = []
        if !action.isFixed {
            let least = action.modelAttribute.map { " (with the cheapest \($0.printable); more with others)" } ?? ""
            lines.append("holds \(count(action.cost.rawValue, "credit")) until it ends\(least)")
        }
        if action.isKeyRequired { lines.append("needs an idempotency key") }
        if let refusal = action.refusal {
            lines.append(refusal.detail + (refusal.retryAt.map { ", until \($0.toSecond)" } ?? ""))
        }
        lines += action.limits.map { limit in
            let shadow = limit.mode == .shadow ? " (shadow: refuses nobody)" : ""
            let reset = limit.resetsAt.map { "; more at \($0.toSecond)" } ?? ""
            let name = limit.actions.isEmpty ? "" : "\(limit.name.printable): "
            let others = limit.actions.filter { $0 != action.name }.joined(separator: ", ")
            let shared = others.isEmpty ? "" : ", with \(others)"
            return name + "\(limit.left) of \(limit.max) \(limit.count) left \(limit.window)\(shared)\(shadow)\(reset)"
        }
        return lines.map { "  \($0)" }
    }
}
