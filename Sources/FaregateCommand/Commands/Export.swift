import Faregate
import FaregateBooks
import Foundation

/// `faregate export --csv|--jsonl --since WHEN`
enum Export: Command {
    static let name = "export"
    static let synopsis = "--csv|--jsonl --since WHEN"
    static let summary = "all calls of a period as CSV or as lines of JSON, or their sums"
    static let example = "export --csv --since month > calls.csv"
    static let options: [Option] = [
        .database, .policies,
        Option(name: "csv", value: nil, help: "as CSV, for spreadsheets"),
        Option(name: "jsonl", value: nil, help: "as lines of JSON"),
        .since, .until,
        Option(
            name: "by", value: "NAMES",
            help: "sums instead of calls, by one or more of account, action, day, member, plan, such as action,day",
            choices: Grouping.allCases.map(\.rawValue)
        ),
    ]
    static let takesJSON = false
    static let details = """
        Calls that were moved to an archive are not exported. In CSV a text that a
        spreadsheet would run as a formula begins with an apostrophe.
        """

    enum Grouping: String, CaseIterable {
        case account, action, day, member, plan
    }

    static func run(_ context: Context) async throws -> ExitCode {
        _ = try context.words()
        let arguments = context.arguments
        guard arguments.contains("csv") != arguments.contains("jsonl") else {
            throw Failure.misuse("say in which form: --csv or --jsonl")
        }
        guard arguments.contains(Option.since.name) else { throw Failure.misuse("say since when: --since month") }
        let period = try context.reportPeriod()
        let groupings = try groupings(arguments)
        let writer = ExportWriter(isCSV: arguments.contains("csv"))
        if groupings.isEmpty {
            try writer.write(header: ExportRow.columns)
            try await context.withLedger { ledger in
                try await ledger.forEachPage(ofCallsIn: period) { try writer.write($0.map(ExportRow.init)) }
            }
        } else {
            try await exportSums(in: period, by: groupings, to: writer, context)
        }
        return .done
    }

    private static func groupings(_ arguments: Arguments) throws -> [Grouping] {
        guard let text = try arguments.value("by") else { return [] }
        let names = Grouping.allCases.map(\.rawValue)
        var groupings: [Grouping] = []
        for name in text.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
            guard let grouping = Grouping(rawValue: name) else {
                let hint = nearestName(to: name, among: names).map { "; did you mean \"\($0)\"?" } ?? ""
                throw Failure.misuse(
                    "--by takes \(names.joined(separator: ", ")), with commas between them, not "
                        + "\"\(name.printable)\"\(hint)")
            }
            if !groupings.contains(grouping) { groupings.append(grouping) }
        }
        return groupings
    }

    private static func exportSums(
        in period: Range<Timestamp>, by groupings: [Grouping], to writer: ExportWriter, _ context: Context
    ) async throws {
        let calendar = try context.reportCalendar()
        var sums: [[ExactText]: ExportSum] = [:]
        try await context.withLedger { ledger in
            try await ledger.forEachPage(ofCallsIn: period) { calls in
                for call in calls {
                    let names = groupings.map { grouping in
                        switch grouping {
                        case .account: call.account.rawValue
                        case .action: call.action
                        case .day: calendar.dayText(of: call.createdAt)
                        case .member: call.member ?? ""
                        case .plan: call.plan ?? ""
                        }
                    }
                    sums[names.map(ExactText.init), default: ExportSum(groupings.map(\.rawValue), names)].add(call)
                }
            }
        }
        try writer.write(header: groupings.map(\.rawValue) + ExportSum.columns)
        try writer.write(sums.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value))
    }
}
