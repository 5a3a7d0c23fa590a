import Faregate
import FaregateBooks
import FaregateSQLite
import Foundation

/// `faregate replay --policies NEW`
enum ReplayCommand: Command {
    static let name = "replay"
    static let synopsis = ""
    static let summary = "what the calls of a period would have cost under an edited policy"
    static let example = "replay --policies draft --since 1mo"
    static let options: [Option] = [
        .database, .policies, .since, .until, .at, .archive,
        Option(
            name: "recorded", value: nil,
            help: "use the policies that were in force, to check the record: no result should differ"
        ),
        .html,
    ]
    static let details = """
        Prices every call of the period again, and enforces the policy's limits and
        the accounts' credits in the order in which the calls were made. Refused calls
        are tried again as far as the ledger keeps them: the latest 10,000. Which calls
        were made, and all credits that were granted or bought, stay as recorded.
        """
    /// What the figures assume.
    static let assumption =
        "Assumes that customers made the same calls, and received and bought the same credits."

    static func isAboutFiles(_ arguments: Arguments) -> Bool { true }

    static func run(_ context: Context) async throws -> ExitCode {
        _ = try context.words()
        let period = try context.reportPeriod()
        guard try context.arguments.value("html") != nil else {
            let (report, _) = try await report(period, context)
            try context.show(report, as: text(report, period, notes(report, context)))
            return .done
        }
        try await context.writePage(in: "replay") {
            let (report, calendar) = try await report(period, context)
            let page = ReplayPage(
                report: report, period: report.known(period).words, calendar: calendar, madeAt: context.clock.now,
                notes: try notes(report, context))
            return (report, page.html)
        }
        return .done
    }

    /// The report, and the calendar of its days.
    private static func report(
        _ period: Range<Timestamp>, _ context: Context
    ) async throws -> (ReplayReport, WindowCalendar) {
        try await context.withLedger { try await replay(period, in: $0, context) }
    }

    private static func replay(
        _ period: Range<Timestamp>, in ledger: any SQLLedger, _ context: Context
    ) async throws -> (ReplayReport, WindowCalendar) {
        let (version, policies, policy) = try await policies(in: ledger, context)
        let longest = (policies + (policy.map { [$0] } ?? [])).map(\.longestWindowMilliseconds).max() ?? 0
        let byVersion = Dictionary(policies.map { ($0.version, $0) }) { first, _ in first }
        let bar = ProgressBar(clock: context.clock)
        defer { bar.end() }
        let calendar = try policy?.calendar ?? context.reportCalendar()
        let report = try await ledger.replay(
            period, version: version, warmUpMilliseconds: longest, archive: context.archive, days: calendar,
            under: { policy ?? byVersion[$0] }
        ) { bar.show($0, of: $1, "replayed") }
        return (report, calendar)
    }

    /// The one policy for all calls, or, with `--recorded`, the kept policies.
    private static func policies(
        in ledger: any SQLLedger, _ context: Context
    ) async throws -> (version: String, policies: [Policy], policy: Policy?) {
        guard context.arguments.contains("recorded") else {
            let policy = try context.policy(at: context.momentOfPolicy())
            return (policy.version, [], policy)
        }
        for option in [Option.at, .policies] where context.arguments.contains(option.name) {
            throw Failure.misuse("--recorded uses the policies that the ledger keeps; leave out --\(option.name)")
        }
        return ("as recorded", try await ledger.keptPolicies().compactMap(\.policy), nil)
    }
}

extension ReplayCommand {
    private static func text(_ report: ReplayReport, _ period: Range<Timestamp>, _ notes: [String]) -> String {
        let notes = notes.isEmpty ? [] : [notes.map(lines).joined(separator: "\n")]
        let known = report.known(period)
        guard report.total.calls + report.refusalsTried > 0 else {
            let none = known.isEmpty ? "no call of this period could be replayed" : "no call was made\(known.words)"
            return ([none] + notes).joined(separator: "\n\n")
        }
        var blocks = [heading(report, known)] + notes
        blocks.append(table(report))
        if !report.mostAffected.isEmpty { blocks.append(accounts(report)) }
        if !report.examples.isEmpty { blocks.append(examples(report)) }
        blocks.append(lines(assumption))
        return blocks.joined(separator: "\n\n")
    }

    private static func heading(_ report: ReplayReport, _ period: Range<Timestamp>) -> String {
        let total = report.total
        let calls = "\(count(total.calls, "call")) of \(count(report.accounts, "account"))\(period.words)"
        let unpriced =
            total.unpriced == 0 ? "" : "\(total.unpriced) of them can't be priced, and count as recorded; "
        guard report.total.changedCalls > 0 else {
            let refused = report.refusalsTried == 0 ? "" : " and for \(refusals(report))"
            let every = total.unpriced == 0 ? "every call" : "every other call"
            return lines("\(calls): \(unpriced)the same result for \(every)\(refused)")
        }
        let credits =
            "\(count(total.creditsAfter, "credit")) instead of \(total.creditsBefore)"
            + Policy.Cost.percent(from: total.creditsBefore, to: total.creditsAfter)
        let allowed =
            report.refusalsTried == 0
            ? "no refusal was tried again" : "\(total.newlyAllowed) of \(refusals(report)) would have passed"
        return lines(
            "\(calls): \(unpriced)\(credits); \(refused(total)), \(allowed); "
                + "\(count(report.accountsAffected, "account")) affected")
    }

    private static func refused(_ total: ReplayReport.Sum) -> String {
        guard total.newlyRefused > 0 else { return "no further call would have been refused" }
        let reasons = [
            (total.newlyRefusedByLimits, "by a limit"),
            (total.newlyRefused - total.newlyRefusedByLimits, "for lack of credits"),
        ]
        let parts = reasons.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        return "\(count(total.newlyRefused, "more call")) would have been refused (\(parts.joined(separator: ", ")))"
    }

    private static func refusals(_ report: ReplayReport) -> String {
        count(report.refusalsTried, "recorded refusal")
    }

    private static func notes(_ report: ReplayReport, _ context: Context) throws -> [String] {
        var notes: [String] = []
        if let since = report.knownSince {
            let archive = try context.arguments.value(Option.archive.name)
            let place = archive.map { "an archive other than \($0)" } ?? "an archive; name it: --archive FILE"
            notes.append("calls before \(since.toSecond) were left out, because some are in \(place)")
        }
        for (reason, calls) in report.unpriced.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
            notes.append("\(count(calls, "call")) counted as recorded: \(reason)")
        }
        if report.unpricedOtherwise > 0 {
            notes.append("\(count(report.unpricedOtherwise, "more call")) counted as recorded, for other reasons")
        }
        if report.refusalsUnpriced > 0 {
            notes.append(
                "\(count(report.refusalsUnpriced, "refusal")) not tried again, for lack of a price in the policy")
        }
        for (plan, calls) in report.missingPlans.sorted(by: { $0.key < $1.key }) {
            notes.append(
                "the policy has no plan \"\(plan)\": \(count(calls, "call")) of its accounts priced without one")
        }
        return notes
    }

    private static let columns = ["calls", "before", "after", "change", "refused", "allowed"]

    private static func cells(_ sum: ReplayReport.Sum) -> [String] {
        ["\(sum.calls)", "\(sum.creditsBefore)", "\(sum.creditsAfter)", sum.change]
            + [sum.newlyRefused, sum.newlyAllowed].map { $0 == 0 ? "" : "\($0)" }
    }

    private static func table(_ report: ReplayReport) -> String {
        let rows = report.groups.map { [$0.action.printable, ($0.plan ?? "(no plan)").printable] + cells($0.sum) }
        return Output.table(
            ["action", "plan"] + columns, rows + [["total", ""] + cells(report.total)], rightAligned: Set(columns))
    }

    private static func accounts(_ report: ReplayReport) -> String {
        let rows = report.mostAffected.map { [$0.account.rawValue.printable] + cells($0.sum) }
        return Output.table(["most affected"] + columns, rows, rightAligned: Set(columns))
    }

    private static func examples(_ report: ReplayReport) -> String {
        let shown = report.examples.count
        let which =
            report.total.changedCalls > shown ? "the first \(shown) of \(report.total.changedCalls)" : "all \(shown)"
        let items = report.examples.map { "\($0.call), \($0.account), \($0.action): \($0.before) -> \($0.after)" }
        return (["changed (\(which)):"] + items.map { Output.item($0.printable) }).joined(separator: "\n")
    }

    private static func lines(_ text: String) -> String { wrapped(text.printable, width: 78).joined(separator: "\n") }
}

extension ReplayReport {
    /// The part of the period whose calls were replayed; empty if they all may be in an archive.
    fileprivate func known(_ period: Range<Timestamp>) -> Range<Timestamp> {
        let since = max(period.lowerBound, knownSince ?? period.lowerBound)
        return since..<max(since, period.upperBound)
    }
}

extension ReplayReport.Sum {
    /// `+20%`; empty if the credits are the same, or were 0.
    var change: String {
        Policy.Cost.percent(from: creditsBefore, to: creditsAfter).trimmingCharacters(
            in: CharacterSet(charactersIn: " ()"))
    }
}
