import Faregate
import FaregateBooks
import FaregateSQLite

/// `faregate recover`
enum Recover: Command {
    static let name = "recover"
    static let synopsis = ""
    static let summary = "refund credits held by processes that died"
    static let example = "recover"
    static let options: [Option] = [.database, .policies]

    private struct Answer: Encodable { let refunded: [Ledger.OpenCharge] }

    static func run(_ context: Context) async throws -> ExitCode {
        _ = try context.words()
        let now = context.clock.now
        let recovered = try await context.withLedger { ledger in
            let bar = ProgressBar(clock: context.clock)
            defer { bar.end() }
            let abandoned = try await ledger.openCharges(at: now).count { $0.deadline < now }
            return try await ledger.recover(at: now) { bar.show($0, of: max($0, abandoned), "refunded") }
        }
        try context.show(Answer(refunded: recovered), as: text(recovered, at: now))
        return .done
    }

    private static func text(_ recovered: [Ledger.OpenCharge], at now: Timestamp) -> String {
        guard !recovered.isEmpty else {
            return "no call can be refunded yet; to see the open calls and their deadlines: faregate holds"
        }
        let what = "refunded \(recovered.count) \(recovered.count == 1 ? "charge" : "charges")"
        let rows = recovered.map { charge in
            [
                charge.id.description, charge.account.description, charge.action.printable, charge.cost.description,
                charge.createdAt.toMinute, charge.holder.printable,
            ]
        }
        let header = ["charge", "account", "action", "credits", "since", "holder"]
        let table = Output.table(
            header, rows, rightAligned: ["charge", "credits"], cutting: ["account", "action", "holder"])
        return table + "\n\n" + what
    }
}
