import Faregate

/// `faregate balance ACCOUNT`
enum BalanceCommand: Command {
    static let name = "balance"
    static let synopsis = "ACCOUNT"
    static let summary = "an account's credits, when they end, its debt and plan"
    static let example = "balance ana"
    static let options: [Option] = [.database, .policies]

    static func run(_ context: Context) async throws -> ExitCode {
        let account = try AccountID(context.words("ACCOUNT")[0])
        let now = context.clock.now
        let reading = try await context.withLedger { ledger in
            try await context.found(ledger.read(account, calls: { _ in [] }, at: now), of: account, in: ledger)
        }
        try context.show(
            Answer(account: account, balance: reading.balance, expiring: reading.expiring),
            as: text(reading, under: (try? context.policyIfAny()) ?? nil))
        return .done
    }

    /// The balance, with the credits that expire, the soonest first.
    private struct Answer: Encodable {
        let account: AccountID
        let balance: AccountBalance
        let expiring: [Standing.ExpiringCredits]

        private enum CodingKeys: String, CodingKey { case account, expiring }

        func encode(to encoder: any Encoder) throws {
            try balance.encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(account, forKey: .account)
            try container.encode(expiring, forKey: .expiring)
        }
    }

    /// - Parameter policy: knows the present names of actions; nil if there is none.
    private static func text(_ reading: AccountReading, under policy: Policy?) -> String {
        let balance = reading.balance
        var rows = [["remaining", balance.remaining.description]]
        rows += balance.sources.map { ["  \($0.source)", $0.credits.description] }
        rows += balance.reserved.map { reserved in
            let names = policy?.presentNames(of: reserved.actions) ?? reserved.actions
            return ["  only for \(listInWords(names))", reserved.credits.description]
        }
        rows += [
            ["held", balance.held.description], ["used", balance.used.description],
            ["expired", balance.expired.description], ["reversed", balance.reversed.description],
            ["total", balance.total.description], ["debt", balance.debt.description],
        ]
        var lines = [Output.table(["", "credits"], rows, rightAligned: ["credits"]), ""]
        lines += reading.expiring.map { "\(count($0.credits.rawValue, "credit")) can be spent until \($0.at.toSecond)" }
        lines.append("plan: \((balance.plan ?? "none").printable)")
        if let since = balance.suspendedAt { lines.append("suspended since \(since.toSecond): every call is refused") }
        return lines.joined(separator: "\n")
    }
}
