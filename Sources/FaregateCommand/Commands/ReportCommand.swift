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
        Option(
            name: "html", value: "FILE", help: "write a page for browsers and printers into a new file; - prints it"),
        .since, .until,
    ]
    static let details = """
        Without --since, the report covers the last 30 days; at most 366 days. Days are
        those of the policy's time zone, or of UTC if no policy is given. Balances, open
        calls and purchases are those of now. Calls in an archive are not counted. The
        page loads nothing from elsewhere. It names accounts, but no payers.
        """

    private struct Written: Encodable {
        let file: String
        let report: Report
    }

    static func run(_ context: Context) async throws -> ExitCode {
        _ = try context.words()
        guard let file = try context.arguments.value("html") else {
            let report = try await context.report()
            try context.show(report, as: report.words)
            return .done
        }
        guard !file.isEmpty else { throw Failure.misuse("--html is empty; name the file to make, or - to print it") }
        if file == "-" {
            guard !context.asJSON else { throw Failure.misuse("--html - prints the page; leave out --json") }
            Output.result(try await context.report().page.text)
            return .done
        }
        try await write(file, context)
        return .done
    }

    private static func write(_ file: String, _ context: Context) async throws {
        // Before the reading, which can take long. The file is never replaced, even if it appears meanwhile.
        guard !FileManager.default.fileExists(atPath: file) else {
            throw Failure(
                code: .environment, message: "\(file.printable) exists already; name another file for the report")
        }
        let report = try await context.report()
        try NewFile.write(report.page.text + "\n", to: file)
        try context.show(Written(file: file, report: report), as: "wrote the report to \(file.printable)")
    }
}
