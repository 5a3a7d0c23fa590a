import Faregate
import FaregateBooks

/// `faregate refusals [ACCOUNT]`
enum Refusals: Command {
    static let name = "refusals"
    static let synopsis = "[ACCOUNT]"
    static let summary = "the latest refused calls of an account, or of all"
    static let example = "refusals ana --since 1d"
    static let options: [Option] = [
        .database, .policies, .since, .count,
        Option(name: "by", of: Grouping.self, help: "count the refusals of each, instead of listing them"),
    ]
    static let details = """
        The ledger keeps the latest 10,000 refusals. They can be read about a second
        after they happened. A server that refuses more than 100 calls in a second
        records 100 of them.
        """

    enum Grouping: String, CaseIterable, Encodable {
        case reason, action, account
    }

    private struct Answer: Encodable {
        let refusals: [Refusal.Record]
        /// Whether there are more refusals than these.
        let hasMore: Bool
    }

    static func run(_ context: Context) async throws -> ExitCode {
        let words = context.arguments.positional
        guard words.count <= 1 else { throw Failure.misuse("unexpected \"\(words[1])\"") }
        let account = try words.first.map { try AccountID($0) }
        let since = try context.reportMoment(.since)
        let count = try context.arguments.integer("count", in: 1...500) ?? 20
        let grouping = try context.arguments.choice("by", of: Grouping.self)
        let refusals = try await context.withLedger { ledger in
            if let account { try await context.requireAccount(account, in: ledger) }
            return try await ledger.latestRefusals(
                of: account, since: since, count: grouping == nil ? count + 1 : Int(RefusalBuffer.maximumKept))
        }
        let none = "no refusals" + (account.map { " of \($0)" } ?? "") + (since.map { " since \($0.toSecond)" } ?? "")
        if let grouping { return try show(refusals, by: grouping, none, context) }
        let answer = Answer(refusals: Array(refusals.prefix(count)), hasMore: refusals.count > count)
        try context.show(
            answer,
            as: refusals.isEmpty
                ? none : answer.refusals.map { text($0, withAccount: account == nil) }.joined(separator: "\n")
        )
        if answer.hasMore, !context.asJSON { Output.error("there are more refusals; --count shows up to 500") }
        return .done
    }

    private static func text(_ refusal: Refusal.Record, withAccount: Bool) -> String {
        let names = [refusal.at.toSecond, withAccount ? refusal.account.rawValue : nil, refusal.action]
        let member = refusal.member.map { ["member \($0)"] } ?? []
        let heading = (names.compactMap(\.self) + member + [refusal.id.rawValue]).joined(separator: "  ").printable
        let sentences = [refusal.detail.printable, refusal.remedy].compactMap(\.self)
        return ([heading] + sentences.map(Output.item)).joined(separator: "\n")
    }
}

extension Refusals {
    private struct Group: Encodable {
        let name: String
        var refusals = 0
        /// The latest of them.
        let latestAt: Timestamp
    }

    private struct GroupedAnswer: Encodable {
        let by: Grouping
        let groups: [Group]
    }

    private static func show(
        _ refusals: [Refusal.Record], by grouping: Grouping, _ none: String, _ context: Context
    ) throws -> ExitCode {
        var groups: [ExactText: Group] = [:]
        for refusal in refusals {
            let name =
                switch grouping {
                case .reason: refusal.kind
                case .action: refusal.action
                case .account: refusal.account.rawValue
                }
            groups[ExactText(name), default: Group(name: name, latestAt: refusal.at)].refusals += 1
        }
        let sorted = groups.values.sorted { ($1.refusals, $0.name) < ($0.refusals, $1.name) }
        let rows = sorted.map { group in
            let name = grouping == .reason ? Refusal.Record.words(for: group.name) : group.name
            return [name.printable, "\(group.refusals)", group.latestAt.toSecond]
        }
        let table = Output.table([grouping.rawValue, "refusals", "latest"], rows, rightAligned: ["refusals"])
        try context.show(GroupedAnswer(by: grouping, groups: sorted), as: rows.isEmpty ? none : table)
        return .done
    }
}

extension Refusal.Record {
    /// What would have let the call pass; nil if neither waiting nor credits would have.
    var remedy: String? {
        if let shortfall { return "would have been allowed with \(count(shortfall.rawValue, "more credit"))" }
        if let retryAt { return "would have been allowed from \(retryAt.toSecond) on" }
        switch kind {
        case "account-suspended":
            return "to let the account call again: faregate suspend \(account.rawValue.printable) --resume --reason …"
        default: return nil
        }
    }

    /// A kind of refusal, for people.
    static func words(for kind: String) -> String {
        switch kind {
        case "insufficient-credits": "not enough credits"
        case "quota-exceeded": "limit reached"
        case "account-suspended": "account suspended"
        case "unknown-model": "unknown model"
        case "key-required": "idempotency key missing"
        case "key-in-flight": "call with this key still running"
        case "key-completed": "call with this key already made"
        case "key-reused": "key used for another request"
        default: kind
        }
    }
}
