/// `faregate status`
enum Status: Command {
    static let name = "status"
    static let synopsis = ""
    static let summary = "list problems that need a person; exit code 1 if there are any"
    static let example = "status --json"
    static let options: [Option] = [.database]

    private struct Answer: Encodable {
        let ok: Bool
        let problems: [String]
        let figures: LedgerFigures
    }

    static func run(_ context: Context) async throws -> ExitCode {
        _ = try context.words()
        let report = try await context.ledgerReport()
        let answer = Answer(ok: report.problems.isEmpty, problems: report.problems, figures: report.figures)
        try context.show(answer, as: text(answer))
        return answer.ok ? .done : .refused
    }

    private static func text(_ answer: Answer) -> String {
        let figures = answer.figures
        let verdict = answer.ok ? "all is well" : count(answer.problems.count, "problem")
        let line =
            "\(verdict): \(count(figures.accounts, "account")), \(count(figures.openHolds, "open call")), "
            + figures.size
        return ([line] + answer.problems.map { Output.item($0) }).joined(separator: "\n")
    }
}
