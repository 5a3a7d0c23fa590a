import Faregate

/// `faregate holds`
enum Holds: Command {
    static let name = "holds"
    static let synopsis = ""
    static let summary = "open calls: who holds credits, for what, since when"
    static let example = "holds"
    static let options: [Option] = [.database, .policies]

    private struct Answer: Encodable { let holds: [Ledger.OpenCharge] }

    static func run(_ context: Context) async throws -> ExitCode {
        _ = try context.words()
        let now = context.clock.now
        let open = try await context.withLedger { try await $0.openCharges(at: now) }
        try context.show(Answer(holds: open), as: open.isEmpty ? "no call is open" : text(open, at: now))
        let abandoned = open.count { $0.deadline < now }
        if abandoned > 0, !context.asJSON {
            Output.error("\(count(abandoned, "abandoned call")); to refund their credits: faregate recover")
        }
        return .done
    }

    private static func text(_ charges: [Ledger.OpenCharge], at now: Timestamp) -> String {
        let rows = charges.map { charge in
            [
                charge.id.description, charge.account.description, charge.action.printable, charge.cost.description,
                charge.createdAt.toMinute, charge.holder.printable,
                charge.deadline < now ? "abandoned" : charge.deadline.timeOfDay,
            ]
        }
        let header = ["charge", "account", "action", "credits", "since", "holder", "deadline"]
        return Output.table(
            header, rows, rightAligned: ["charge", "credits"], cutting: ["account", "action", "holder"])
    }
}
