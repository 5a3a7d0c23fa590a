import Faregate
import FaregateBooks

extension Option {
    static let count = Option(name: "count", value: "N", help: "how many, 1 to 500 (default: 20)")
}

/// `faregate find PART`
enum Find: Command {
    static let name = "find"
    static let synopsis = "PART"
    static let summary = "accounts by a part of their id"
    static let example = "find ana@example"
    static let options: [Option] = [.database, .policies, .count]

    private struct Answer: Encodable {
        let accounts: [FoundAccount]
        /// Whether there are more accounts than these.
        let hasMore: Bool
    }

    static func run(_ context: Context) async throws -> ExitCode {
        let part = try context.words("PART")[0]
        guard !part.isEmpty else { throw Failure.misuse("PART is empty; give a part of the account's id") }
        let count = try context.arguments.integer("count", in: 1...500) ?? 20
        let (accounts, hasMore) = try await context.withLedger { ledger in
            try await ledger.findAccounts(part, count: count, at: context.clock.now)
        }
        guard !accounts.isEmpty || context.asJSON else {
            throw Failure.refused("no account has \"\(part.printable)\" in its id")
        }
        try context.show(Answer(accounts: accounts, hasMore: hasMore), as: table(accounts))
        if hasMore, !context.asJSON {
            Output.error("there are more accounts; give a longer part of the id, or --count up to 500")
        }
        return accounts.isEmpty ? .refused : .done
    }

    private static func table(_ accounts: [FoundAccount]) -> String {
        let rows = accounts.map { found in
            [
                found.account.rawValue.printable, (found.plan ?? "none").printable,
                "\(found.remaining)" + (found.debt > 0 ? ", owes \(found.debt)" : ""),
                found.suspendedAt.map { "suspended since \($0.toSecond)" } ?? "",
            ]
        }
        return Output.table(["account", "plan", "credits", ""], rows, rightAligned: ["credits"])
    }
}
