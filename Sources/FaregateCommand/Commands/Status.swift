import Faregate
import FaregateSQLite

/// `faregate status`
enum Status: Command {
    static let name = "status"
    static let synopsis = ""
    static let summary = "list problems that need a person; exit code 1 if there are any"
    static let options: [Option] = [.database]

    private struct Answer: Encodable {
        let ok: Bool
        let problems: [String]
        let figures: LedgerFigures
    }

    static func run(_ context: Context) async throws -> ExitCode {
        _ = try context.words()
        let now = context.clock.now
        let statistics = try await context.withSQLiteLedger { try await $0.statistics(at: now) }
        let problems = statistics.problems(at: now)
        let answer = Answer(ok: problems.isEmpty, problems: problems, figures: LedgerFigures(statistics))
        try context.show(answer, as: text(answer))
        return problems.isEmpty ? .done : .refused
    }

    private static func text(_ answer: Answer) -> String {
        let figures = answer.figures
        let verdict = answer.ok ? "all is well" : count(answer.problems.count, "problem")
        let line =
            "\(verdict): \(count(figures.accounts, "account")), \(count(figures.openHolds, "open call")), "
            + "file \(size(figures.fileBytes)), log \(size(figures.logBytes))"
        return ([line] + answer.problems.map { "  \($0)" }).joined(separator: "\n")
    }
}
