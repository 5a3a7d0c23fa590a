import Faregate
import FaregatePayments
import FaregateSQLite
import Foundation

/// `faregate reconcile --provider NAME --since WHEN [--yes]`
enum Reconcile: Command {
    static let name = "reconcile"
    static let synopsis = "--provider NAME --since WHEN"
    static let summary = "ask a payment provider what we missed, show it, and learn it after asking"
    static let options: [Option] = [
        .database,
        Option(name: "provider", value: "NAME", help: "stripe or dodo; its key comes from the environment"),
        Option(name: "since", value: "WHEN", help: Context.momentHelp),
        Option(name: "yes", value: nil, help: "learn it without asking"),
    ]

    static func run(_ context: Context) async throws -> ExitCode {
        _ = try context.words()
        guard let name = try context.arguments.value("provider") else {
            throw Failure.misuse("say which provider: --provider \(Providers.names.joined(separator: " or "))")
        }
        let provider = try Providers.named(name, in: context.environment)
        guard let since = try context.moment("since") else { throw Failure.misuse("say since when: --since 7d") }
        return try await context.withSQLiteLedger { ledger in
            let payments = Payments([provider], ledger, context.clock)
            let found = try await ask(payments, name, since: since, context)
            guard !found.differences.isEmpty || !found.unknown.isEmpty else {
                try context.show(Answer(found), as: text(found))
                return found.isClean ? .done : .refused
            }
            guard agrees(to: found, context) else {
                try context.show(Answer(found), as: text(found))
                Output.error("nothing was changed; --yes learns it")
                return .refused
            }
            try await learn(found, payments, context)
            try context.show(Answer(found, isLearned: true), as: text(found) + "\nlearned: all of it")
            return found.unknown.isEmpty && found.absent.isEmpty ? .done : .refused
        }
    }

    private static func ask(
        _ payments: Payments,
        _ name: String,
        since: Timestamp,
        _ context: Context
    ) async throws -> Reconciliation {
        let bar = ProgressBar(clock: context.clock)
        defer { bar.end() }
        return try await payments.reconcile(provider: name, since: since) { bar.show($0, "objects at \(name)") }
    }

    private static func learn(_ found: Reconciliation, _ payments: Payments, _ context: Context) async throws {
        let bar = ProgressBar(clock: context.clock)
        defer { bar.end() }
        try await payments.apply(found) { bar.show($0, of: $1, "learned") }
    }

    /// Shows what would be learned and asks, where there is somebody to ask.
    private static func agrees(to found: Reconciliation, _ context: Context) -> Bool {
        if context.arguments.contains("yes") { return true }
        guard isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else { return false }
        Output.error(text(found))
        Output.draw("learn it? [y/N] ")
        return ["y", "yes"].contains(readLine()?.lowercased() ?? "")
    }
}

extension Reconcile {
    private static func text(_ found: Reconciliation) -> String {
        var lines: [String] = []
        if !found.differences.isEmpty {
            let rows = found.differences.map { change in
                [
                    change.purchase?.rawValue.printable ?? "", change.account?.rawValue.printable ?? "",
                    change.before?.status.rawValue ?? "", change.after?.status.rawValue ?? "",
                    "\(change.before?.credits ?? 0)", "\(change.after?.credits ?? 0)",
                ]
            }
            let header = ["purchase", "account", "stood as", "stands as", "had", "has"]
            lines += [Output.table(header, rows, rightAligned: ["had", "has"]), ""]
        }
        lines += found.unknown.map { "nobody's order: \(words(for: $0))" }
        lines += found.absent.map { record in
            "not at \(found.provider): \(record.purchase.id.rawValue.printable) of \(record.purchase.account.rawValue.printable)"
        }
        let orders = count(found.orderCount, "order")
        lines.append(
            found.isClean
                ? "everything is on record: \(orders) at \(found.provider) since \(found.since)"
                : "\(count(found.differences.count, "difference")) in \(orders) at \(found.provider) since \(found.since)"
        )
        return lines.joined(separator: "\n")
    }

    private static func words(for names: PurchaseNames) -> String {
        ([names.checkout, names.purchase].compactMap(\.self) + names.payments).joined(separator: " ").printable
    }

    private struct Answer: Encodable {
        struct Difference: Encodable {
            let purchase: String?
            let account: AccountID?
            let statusBefore: PurchaseStatus?
            let statusAfter: PurchaseStatus?
            let creditsBefore: Credits?
            let creditsAfter: Credits?
            let debt: Credits
        }

        let provider: String
        let since: Timestamp
        let orders: Int
        let differences: [Difference]
        let unknown: [PurchaseNames]
        let absent: [PurchaseID]
        let isLearned: Bool

        init(_ found: Reconciliation, isLearned: Bool = false) {
            provider = found.provider
            since = found.since
            orders = found.orderCount
            differences = found.differences.map { change in
                Difference(
                    purchase: change.purchase?.rawValue,
                    account: change.account,
                    statusBefore: change.before?.status,
                    statusAfter: change.after?.status,
                    creditsBefore: change.before?.credits,
                    creditsAfter: change.after?.credits,
                    debt: change.debt
                )
            }
            unknown = found.unknown
            absent = found.absent.map(\.purchase.id)
            self.isLearned = isLearned
        }
    }
}
