import Faregate
import FaregateBooks

/// `faregate shadow`
enum Shadow: Command {
    static let name = "shadow"
    static let synopsis = ""
    static let summary = "what would change if the rules and limits in shadow mode were enforced"
    static let example = "shadow --since 7d"
    static let options: [Option] = [
        .database, .policies, .since,
        Option(name: "count", value: "N", help: "how many accounts to show for each, 1 to 500 (default: 20)"),
    ]
    static let details = """
        Of calls that exceeded a limit in shadow mode, a server records at most 100 in
        a second, and the ledger keeps the latest 10,000.
        """

    static func run(_ context: Context) async throws -> ExitCode {
        _ = try context.words()
        let since = try context.reportMoment(.since) ?? Timestamp(rawValue: .min)
        let count = try context.arguments.integer("count", in: 1...500) ?? 20
        let report = try await context.withLedger { try await $0.shadowReport(since: since) }
        let period = (since..<Timestamp.never).words
        let none = "no rule in shadow mode matched a call\(period), and no call exceeded a limit in shadow mode"
        let blocks =
            report.prices.map { text($0, count) } + report.limits.map { text($0, count) }
            + report.refusals.map { text($0, count) }
        try context.show(report, as: blocks.isEmpty ? lines(none) : blocks.joined(separator: "\n"))
        return .done
    }

    private static func text(_ price: ShadowReport.Price, _ most: Int) -> String {
        let heading =
            "\(price.action): \(count(price.calls, "call")) of \(count(price.accounts.count, "account")) cost "
            + "\(count(price.credits, "credit")), and would have cost \(price.shadowCredits) by \(price.rule)"
        let items = price.accounts.map {
            "\($0.account): \(count($0.calls, "call")) cost \($0.credits), and would have cost \($0.shadowCredits)"
        }
        return block(heading, items, most)
    }

    private static func text(_ limit: ShadowReport.Limit, _ most: Int) -> String {
        let heading =
            "\(limit.action): \(count(limit.calls, "call")) of \(count(limit.accounts.count, "account")) would have been "
            + "refused by the limit \"\(limit.limit)\", the latest at \(limit.latestAt.toSecond)"
        return block(heading, limit.accounts, most)
    }

    private static func text(_ refusal: ShadowReport.Refusal, _ most: Int) -> String {
        let heading =
            "\(refusal.action): \(count(refusal.calls, "call")) of \(count(refusal.accounts.count, "account")) would "
            + "have been refused by \(refusal.rule): \(refusal.reason)"
        return block(heading, refusal.accounts, most)
    }

    private static func block(_ heading: String, _ accounts: [ShadowReport.AccountCalls], _ most: Int) -> String {
        block(heading, accounts.map { "\($0.account): \(count($0.calls, "call"))" }, most)
    }

    private static func block(_ heading: String, _ items: [String], _ most: Int) -> String {
        let rest = items.count > most ? ["and \(count(items.count - most, "more account")); --count shows more"] : []
        return ([lines(heading)] + (items.prefix(most) + rest).map { Output.item($0.printable) })
            .joined(separator: "\n")
    }

    private static func lines(_ text: String) -> String { wrapped(text.printable, width: 78).joined(separator: "\n") }
}
