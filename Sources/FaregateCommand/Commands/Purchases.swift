import Faregate
import FaregateBooks
import Foundation

/// `faregate purchases [ACCOUNT]`, `faregate purchases show ID`, `faregate purchases approve ID`,
/// `faregate purchases resolve ID`
enum Purchases: Command {
    static let name = "purchases"
    static let synopsis = "[ACCOUNT | --find WORD | show ID | approve ID | resolve ID]"
    static let summary = "purchases, their refunds and disputes, and those that need a person"
    static let example = "purchases --find ana@example.com"
    static let options: [Option] = [
        .database, .policies,
        Option(
            name: "find", value: "WORD",
            help:
                "by e-mail address, or by the id of a checkout, payment, refund, dispute, event or customer"
        ),
        Option(name: "flagged", value: nil, help: "only those that a person has to review"),
        .count,
        Option(name: "claim", value: "ID", help: "with resolve: the provider's id of the refund or dispute"),
        Option(
            name: "amount", value: "AMOUNT", help: "with resolve: how much of the payment it took, such as \"5.00 USD\""
        ),
        Option(name: "reason", value: "TEXT", help: "with approve and resolve: the reason, recorded with the account"),
        .by, .yes,
    ]

    private struct Answer: Encodable {
        let purchases: [PurchaseView]
    }

    static let subcommands = ["show", "approve", "resolve"]

    static func run(_ context: Context) async throws -> ExitCode {
        switch context.arguments.positional.first {
        case "show": return try await show(context)
        case "approve": return try await approve(context)
        case "resolve": return try await resolve(context)
        default:
            if let word = try context.arguments.value("find") { return try await find(word, context) }
            return try await list(context)
        }
    }

    private static func list(_ context: Context) async throws -> ExitCode {
        let words = context.arguments.positional
        guard words.count <= 1 else { throw Failure.misuse("unexpected \"\(words[1])\"") }
        let account = try words.first.map { try AccountID($0) }
        let count = try context.arguments.integer("count", in: 1...500) ?? 20
        let isFlagged = context.arguments.contains("flagged")
        let records = try await context.withLedger { ledger in
            if let account { try await context.requireAccount(account, in: ledger) }
            guard isFlagged else {
                return try await ledger.purchases(account.map { .account($0, count: count) } ?? .latest(count: count))
            }
            let flagged = try await ledger.purchases(.flagged(count: account == nil ? count : 1000))
            return Array(flagged.filter { account == nil || $0.purchase.account == account }.prefix(count))
        }
        let answer = Answer(purchases: records.map(PurchaseView.withoutPayer))
        try context.show(answer, as: records.isEmpty ? "no purchases" : table(records))
        return .done
    }

    /// Leaves out the payers of the purchases found; `faregate purchases show` has them.
    private static func find(_ word: String, _ context: Context) async throws -> ExitCode {
        _ = try context.words()
        guard !word.isEmpty, !context.arguments.contains("flagged") else {
            throw Failure.misuse("--find takes an id of a provider or an e-mail address, and no other filter")
        }
        let count = try context.arguments.integer("count", in: 1...500) ?? 20
        let records = try await context.withLedger { try await $0.findPurchases(word, count: count) }
        guard !records.isEmpty else {
            throw Failure.refused("no purchase has \"\(word.printable)\" as an id or as the payer's e-mail address")
        }
        let views = records.map(PurchaseView.withoutPayer)
        try context.show(Answer(purchases: views), as: views.map(summary).joined(separator: "\n"))
        return .done
    }

    private static func summary(_ view: PurchaseView) -> String {
        let items = [
            "\(view.account), \(view.quantity == 1 ? "" : "\(view.quantity) × ")pack \(view.pack) for \(view.price) at "
                + "\(view.provider), opened \(view.openedAt.toSecond)",
            "\(view.status.rawValue); \(count(view.granted.rawValue, "credit")) granted, after refunds", view.nextStep,
        ]
        return ([view.id.rawValue.printable] + items.compactMap { $0.map { Output.item($0.printable) } })
            .joined(separator: "\n")
    }

    /// Two lines for each purchase.
    private static func table(_ records: [Purchase.Record]) -> String {
        let rows = records.map { record in
            [record.openedAt.toMinute, record.purchase.id.rawValue.printable, record.position.status.rawValue]
        }
        let lines = Output.table(["opened", "purchase", "status"], rows).split(separator: "\n").map(String.init)
        let details = zip(lines.dropFirst(), records).flatMap { [$0, Output.item(sale($1).printable)] }
        return ([lines[0]] + details).joined(separator: "\n")
    }

    /// `ana, pack 100 for 10.00 USD at stripe, 60 credits; review: amount mismatch`.
    private static func sale(_ record: Purchase.Record) -> String {
        let purchase = record.purchase
        let pack = "\(purchase.quantity == 1 ? "" : "\(purchase.quantity) × ")pack \(purchase.pack.shortened(to: 32))"
        let account = purchase.account.rawValue.shortened(to: 32)
        let credits = count(record.position.credits.rawValue, "credit")
        return "\(account), \(pack) for \(purchase.price) at \(purchase.provider.shortened(to: 32)), \(credits)"
            + (record.flags.isEmpty ? "" : "; review: \(record.flags)")
    }

    private static func show(_ context: Context) async throws -> ExitCode {
        let id = try Purchase.ID(context.words("show", "ID")[1])
        let record = try await context.withLedger { try await find(id, in: $0) }
        try context.show(PurchaseView(record), as: PurchaseView(record).text)
        return .done
    }

    static func find(_ id: Purchase.ID, in ledger: any PurchaseBackend) async throws -> Purchase.Record {
        guard let record = try await ledger.purchases(.one(id)).first else {
            throw Failure.refused("the ledger has no purchase \"\(id)\"")
        }
        return record
    }
}
