import Faregate
import FaregateBooks

/// `faregate usage ACCOUNT`
enum UsageCommand: Command {
    static let name = "usage"
    static let synopsis = "ACCOUNT"
    static let summary = "the calls of an account: how many, what they cost, and how many were refunded"
    static let example = "usage ana --since month --by day"
    static let options: [Option] = [
        .database, .policies, .since, .until,
        Option(name: "by", of: Grouping.self, help: "what each line adds up (default: action)"),
    ]

    enum Grouping: String, CaseIterable, Encodable {
        case action, member, day
    }

    private struct Line: Encodable {
        let name: String
        let sum: Usage.Sum

        private enum CodingKeys: CodingKey {
            case name
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(name, forKey: .name)
            try sum.encode(to: encoder)
        }
    }

    private struct Answer: Encodable {
        let account: AccountID
        let since: Timestamp?
        let until: Timestamp?
        let by: Grouping
        let groups: [Line]
        let total: Usage.Sum
        let hasArchivedCalls: Bool
    }

    static func run(_ context: Context) async throws -> ExitCode {
        let account = try AccountID(context.words("ACCOUNT")[0])
        let grouping = try context.arguments.choice("by", of: Grouping.self) ?? .action
        let period = try context.reportPeriod()
        let group = try group(by: grouping, context)
        let usage = try await context.withLedger { ledger in
            try await context.found(ledger.usage(of: account, in: period, by: group), of: account, in: ledger)
        }
        let lines = usage.groups.sorted { $0.key < $1.key }.map { Line(name: $0.key.text, sum: $0.value) }.sorted {
            grouping == .day || $0.sum.credits == $1.sum.credits ? $0.name < $1.name : $0.sum.credits > $1.sum.credits
        }
        let answer = Answer(
            account: account,
            since: period.lowerBound.rawValue == .min ? nil : period.lowerBound,
            until: period.upperBound == .never ? nil : period.upperBound,
            by: grouping, groups: lines, total: usage.total, hasArchivedCalls: usage.hasArchivedCalls
        )
        try context.show(answer, as: lines.isEmpty ? "\(account) made no calls\(period.words)" : table(answer))
        if usage.hasArchivedCalls, !context.asJSON {
            Output.error("older calls of this account are in an archive, and not counted here")
        }
        return .done
    }

    private static func group(
        by grouping: Grouping, _ context: Context
    ) throws -> @Sendable (Usage.Call) -> String {
        switch grouping {
        case .action: return { $0.action }
        case .member: return { $0.member ?? "(no member)" }
        case .day:
            let calendar = try context.reportCalendar()
            return { calendar.dayText(of: $0.at) }
        }
    }

    private static func table(_ answer: Answer) -> String {
        let total = answer.total
        let columns: [(name: String, cell: (Usage.Sum) -> Int64)] = [
            ("calls", { Int64($0.calls) }), ("credits", { $0.credits }), ("refunded", { Int64($0.refundedCalls) }),
            ("open", { Int64($0.openCalls) }),
        ]
        let shown = columns.filter { $0.name != "open" || total.openCalls > 0 }
        let lines = answer.groups + [Line(name: "total", sum: total)]
        return Output.table(
            [answer.by.rawValue] + shown.map(\.name),
            lines.map { line in [line.name.printable] + shown.map { "\($0.cell(line.sum))" } },
            rightAligned: Set(shown.map(\.name))
        )
    }
}
