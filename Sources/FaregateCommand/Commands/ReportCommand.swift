import Faregate
import FaregateSQLite
import Foundation

/// `faregate report [--html FILE]`
enum ReportCommand: Command {
    static let name = "report"
    static let synopsis = "[--html FILE]"
    static let summary = "usage, credits, refusals and what needs a person, as text or as a page with charts"
    static let example = "report --html november.html --since 2026-11-01"
    static let options: [Option] = [
        .database, .policies,
        .html,
        .since, .until,
    ]
    static let details = """
        Without --since, the report covers the last 30 days; at most 366 days. Days are
        those of the policy's time zone, or of UTC if no policy is given. Balances, open
        calls and purchases are those of now. Calls in an archive are not counted. The
        page loads nothing from elsewhere. It names accounts, but no payers.
        """

    static func run(_ context: Context) async throws -> ExitCode {
        _ = try context.words()
        guard try context.arguments.value("html") != nil else {
            let report = try await context.report()
            try context.show(report, as: report.words)
            return .done
        }
        try await context.writePage(in: "report") {
            let report = try await context.report()
            return (report, report.page)
        }
        return .done
    }
}
