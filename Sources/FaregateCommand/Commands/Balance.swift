import Faregate

/// `faregate balance ACCOUNT`
enum BalanceCommand: Command {
    static let name = "balance"
    static let synopsis = "ACCOUNT"
    static let summary = "an account's credits, debt and plan"
    static let example = "balance ana"
    static let options: [Option] = [.database]

    static func run(_ context: Context) async throws -> ExitCode {
        let account = try AccountID(context.words("ACCOUNT")[0])
        let balance = try await context.withLedger { try await $0.balance(of: account, at: context.clock.now) }
        guard let balance else { throw Failure.refused("the ledger has no account \"\(account)\"") }
        try context.show(balance, as: text(balance))
        return .done
    }

    private static func text(_ balance: AccountBalance) -> String {
        var rows = [["remaining", balance.remaining.description]]
        rows += balance.sources.map { ["  \($0.source)", $0.credits.description] }
        rows += [
            ["held", balance.held.description], ["used", balance.used.description],
            ["expired", balance.expired.description], ["reversed", balance.reversed.description],
            ["total", balance.total.description], ["debt", balance.debt.description],
        ]
        var lines = [Output.table(["", "credits"], rows, rightAligned: ["credits"]), ""]
        lines.append("plan: \((balance.plan ?? "none").printable)")
        if let since = balance.suspendedAt { lines.append("suspended since \(since): every call is refused") }
        return lines.joined(separator: "\n")
    }
}
