import Faregate
import FaregatePayments
import FaregateSQLite
import Foundation

/// `faregate reconcile --provider NAME --since WHEN [--adopt --reason TEXT] [--yes]`
enum Reconcile: Command {
    static let name = "reconcile"
    static let synopsis = "--provider NAME --since WHEN"
    static let summary = "compare our purchases with the provider's, and add what is missing"
    static let example = "reconcile --provider stripe --since 14d"
    static let options: [Option] = [
        .database, .policies,
        Option(
            name: "provider", value: "NAME",
            help: "stripe (with its key in STRIPE_SECRET_KEY) or dodo (in DODO_PAYMENTS_API_KEY)",
            choices: Providers.names),
        Option(name: "since", value: "WHEN", help: Context.momentHelp),
        Option(name: "adopt", value: nil, help: "also add purchases that a restored backup lacks, after asking"),
        Option(name: "reason", value: "TEXT", help: "with adopt: the reason, recorded with the accounts"),
        .by,
        Option(name: "yes", value: nil, help: "record and adopt without asking"),
    ]

    static func run(_ context: Context) async throws -> ExitCode {
        _ = try context.words()
        guard let name = try context.arguments.value("provider") else {
            throw Failure.misuse("say which provider: --provider \(Providers.names.joined(separator: " or "))")
        }
        let provider = try Providers.named(name, in: context.environment)
        guard let since = try context.moment("since") else { throw Failure.misuse("say since when: --since 7d") }
        let note = context.arguments.contains("adopt") ? try context.note() : nil
        return try await context.withLedger { ledger in
            let payments = Payments([provider], Ledger(ledger), context.clock)
            let found = try await ask(payments, name, since: since, context)
            var answer = Answer(found)
            if !found.differences.isEmpty {
                guard
                    context.agrees(
                        to: "record \(count(found.differences.count, "change"))?", showing: [differences(found)])
                else {
                    return try refused(answer, found, "nothing was changed; add --yes to record the changes", context)
                }
                try await record(found, payments, context)
                answer.isRecorded = true
            }
            if let note, !found.lost.isEmpty {
                guard context.agrees(to: "add these purchases to the ledger?", showing: lost(found)) else {
                    return try refused(answer, found, "nothing was adopted; add --yes to adopt the purchases", context)
                }
                for lost in found.lost { try await payments.adopt(lost, note) }
                answer.isAdopted = true
            }
            try context.show(answer, as: ([text(found)] + answer.outcomes).joined(separator: "\n"))
            let isOpen =
                !found.absent.isEmpty || !found.unreadableOnRecord.isEmpty || !found.lost.isEmpty && !answer.isAdopted
            return isOpen ? .refused : .done
        }
    }

    private static func refused(
        _ answer: Answer, _ found: Payments.Reconciliation, _ reason: String, _ context: Context
    ) throws -> ExitCode {
        try context.show(answer, as: text(found))
        Output.error(reason)
        return .refused
    }

    private static func ask(
        _ payments: Payments,
        _ name: String,
        since: Timestamp,
        _ context: Context
    ) async throws -> Payments.Reconciliation {
        let bar = ProgressBar(clock: context.clock)
        defer { bar.end() }
        return try await payments.reconcile(provider: name, since: since) { bar.show($0, "objects at \(name)") }
    }

    private static func record(_ found: Payments.Reconciliation, _ payments: Payments, _ context: Context) async throws
    {
        let bar = ProgressBar(clock: context.clock)
        defer { bar.end() }
        try await payments.apply(found) { bar.show($0, of: $1, "recorded") }
    }
}

extension Reconcile {
    private static func text(_ found: Payments.Reconciliation) -> String {
        var lines = found.differences.isEmpty ? [] : [differences(found), ""]
        lines += lost(found)
        lines += found.absent.map { record in
            "\(found.provider) doesn't know \(record.purchase.id.rawValue.printable), which gave credits to "
                + record.purchase.account.rawValue.printable
        }
        lines += found.unreadable.map { object in
            "the \(object.kind) \(object.id?.printable ?? "without an id") can't be read: \(object.reason)"
        }
        if found.foreignCount > 0 { lines.append("\(count(found.foreignCount, "order")) of other shops ignored") }
        let orders = "\(count(found.orderCount, "order")) at \(found.provider) since \(found.since.toSecond)"
        let missing = found.lost.isEmpty ? "" : " and \(count(found.lost.count, "purchase")) not in this ledger"
        lines.append(
            found.isClean
                ? "nothing is missing: \(orders) checked"
                : "\(count(found.differences.count, "change"))\(missing) in \(orders)"
        )
        return lines.joined(separator: "\n")
    }

    private static func differences(_ found: Payments.Reconciliation) -> String {
        let rows = found.differences.map { change in
            [
                change.purchase?.rawValue.printable ?? "", change.account?.rawValue.printable ?? "",
                change.before?.status.rawValue ?? "", change.after?.status.rawValue ?? "",
                "\(change.before?.credits ?? 0)", "\(change.after?.credits ?? 0)",
            ]
        }
        let header = ["purchase", "account", "status before", "now", "credits before", "credits now"]
        return Output.table(header, rows, rightAligned: ["credits before", "credits now"])
    }

    private static func lost(_ found: Payments.Reconciliation) -> [String] {
        guard !found.lost.isEmpty else { return [] }
        let rows = found.lost.map { lost in
            let purchase = lost.purchase
            return [
                purchase.id.rawValue, purchase.account.rawValue, lost.checkout, purchase.pack, "\(purchase.quantity)",
                purchase.price.description, purchase.credits.description, lost.position.status.rawValue,
                lost.position.credits.description,
            ].map(\.printable)
        }
        let header = ["purchase", "account", "checkout", "pack", "quantity", "price", "sold", "status", "credits"]
        return [
            "paid at \(found.provider), but not in this ledger; if it was restored from a backup, add --adopt --reason TEXT:",
            Output.table(header, rows, rightAligned: ["quantity", "price", "sold", "credits"]), "",
        ]
    }

    private struct Answer: Encodable {
        struct Difference: Encodable {
            let purchase: String?
            let account: AccountID?
            let statusBefore: Purchase.Status?
            let statusAfter: Purchase.Status?
            let creditsBefore: Credits?
            let creditsAfter: Credits?
            let debt: Credits
        }

        let provider: String
        let since: Timestamp
        let orders: Int
        let differences: [Difference]
        struct Lost: Encodable {
            let purchase: Purchase.ID
            let account: AccountID
            let checkout: String
            let pack: String
            let quantity: Int
            let price: Money
            /// The number of credits sold.
            let sold: Credits
            let status: Purchase.Status
            let credits: Credits
        }

        struct Unreadable: Encodable {
            let kind: String
            let id: String?
            let reason: String
        }

        let lost: [Lost]
        /// The number of orders of other shops at the same account.
        let notOurs: Int
        let unreadable: [Unreadable]
        let absent: [Purchase.ID]
        var isRecorded = false
        var isAdopted = false

        var outcomes: [String] {
            (isRecorded ? ["recorded \(count(differences.count, "change"))"] : [])
                + (isAdopted ? ["adopted: \(count(lost.count, "purchase"))"] : [])
        }

        init(_ found: Payments.Reconciliation) {
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
            lost = found.lost.map { lost in
                let purchase = lost.purchase
                return Lost(
                    purchase: purchase.id,
                    account: purchase.account,
                    checkout: lost.checkout,
                    pack: purchase.pack,
                    quantity: purchase.quantity,
                    price: purchase.price,
                    sold: purchase.credits,
                    status: lost.position.status,
                    credits: lost.position.credits
                )
            }
            notOurs = found.foreignCount
            unreadable = found.unreadable.map { Unreadable(kind: $0.kind, id: $0.id, reason: $0.reason) }
            absent = found.absent.map(\.purchase.id)
        }
    }
}
