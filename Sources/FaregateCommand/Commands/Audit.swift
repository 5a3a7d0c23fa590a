import Faregate
import FaregateBooks

/// `faregate audit [--archive FILE] [--repair [--yes]]`
enum Audit: Command {
    static let name = "audit"
    static let synopsis = ""
    static let summary = "recompute all balances from the journal, and list differences"
    static let example = "audit"
    static let options: [Option] = [
        .database, .archive,
        Option(
            name: "repair", value: nil, help: "correct the figures that can be recomputed from other rows, after asking"
        ),
        .yes,
    ]

    private struct Answer: Encodable {
        let audit: Ledger.AuditReport
        /// The number of repaired differences; `audit` is the result afterwards.
        var repaired: Int?
    }

    static func run(_ context: Context) async throws -> ExitCode {
        _ = try context.words()
        let repairs = context.arguments.contains("repair")
        guard repairs || !context.arguments.contains("yes") else { throw Failure.misuse("--yes goes with --repair") }
        return try await context.withLedger { ledger in
            let report = try await audit(ledger, context)
            guard repairs, !report.isClean else {
                try context.show(Answer(audit: report), as: text(report, archive(context)))
                return report.isClean ? .done : .refused
            }
            return try await repair(report, in: ledger, context)
        }
    }

    private static func audit(_ ledger: any SQLLedger, _ context: Context) async throws -> Ledger.AuditReport {
        let bar = ProgressBar(clock: context.clock)
        defer { bar.end() }
        return try await ledger.audit(with: context.archive) { bar.show($0.completed, of: $0.total, $0.step) }
    }

    private static func archive(_ context: Context) throws -> String? {
        try context.arguments.value(Option.archive.name)
    }

    private static func repair(
        _ report: Ledger.AuditReport,
        in ledger: any SQLLedger,
        _ context: Context
    ) async throws -> ExitCode {
        let repairable = report.differences.filter(\.isRepairable)
        let isAgreed = !repairable.isEmpty && agrees(to: repairable, of: report, context)
        guard isAgreed else {
            try context.show(Answer(audit: report, repaired: 0), as: text(report, archive(context)))
            Output.error(
                repairable.isEmpty ? "none of these can be repaired" : "nothing was changed; add --yes to repair")
            return .refused
        }
        let repaired = try await ledger.repair(repairable, at: context.clock.now)
        let after = try await audit(ledger, context)
        let result = "repaired: \(repaired) of \(count(report.differenceCount, "difference"))"
        let lines = try [result, text(after, archive(context))]
        try context.show(Answer(audit: after, repaired: repaired), as: lines.joined(separator: "\n"))
        return after.isClean ? .done : .refused
    }

    private static func agrees(
        to repairs: [Ledger.AuditDifference], of report: Ledger.AuditReport, _ context: Context
    ) -> Bool {
        let lines = repairs.map { repair in
            "\(repair.subject.printable): change \(repair.kind.rawValue) from \(repair.found.printable) "
                + "to \(repair.expected.printable)"
        }
        let question = "repair \(repairs.count) of \(count(report.differenceCount, "difference"))?"
        return context.agrees(to: question, showing: lines)
    }

    private static func text(_ report: Ledger.AuditReport, _ archive: String?) -> String {
        let looked =
            "\(count(report.accounts, "account")), \(count(report.grants, "grant")), "
            + "\(count(report.charges, "charge")), \(count(report.entries, "line")) of the journal"
            + (report.purchases > 0 ? ", \(count(report.purchases, "purchase"))" : "")
            + (archive.map { ", and the archive \($0)" } ?? "")
        let waiting = waiting(report)
        if report.isClean { return (["all balances are right: \(looked)"] + waiting).joined(separator: "\n") }
        let rows = report.differences.map { difference in
            [difference.subject, difference.kind.rawValue, difference.expected, difference.found].map(\.printable)
                + [difference.isRepairable ? "yes" : "no"]
        }
        var lines = [Output.table(["item", "field", "expected", "found", "repairable"], rows), ""]
        let hidden = report.differenceCount - report.differences.count
        if hidden > 0 { lines.append("and \(hidden) more") }
        lines.append("\(count(report.differenceCount, "difference")) found: \(looked)")
        return (lines + waiting).joined(separator: "\n")
    }

    /// Items that are not errors in the ledger but need a person.
    private static func waiting(_ report: Ledger.AuditReport) -> [String] {
        var lines: [String] = []
        if report.flaggedPurchases > 0 {
            lines.append(
                "to review: \(count(report.flaggedPurchases, "purchase")) (faregate purchases --flagged)"
            )
        }
        return lines
    }
}
