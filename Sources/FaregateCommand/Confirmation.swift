import Faregate
import Foundation

extension Option {
    static let yes = Option(name: "yes", value: nil, help: "do it without asking")
    static let reason = Option(name: "reason", value: "TEXT", help: "the reason, recorded with the account")
}

extension Context {
    /// Shows the planned changes and asks for confirmation on a terminal.
    ///
    /// - Returns: true with `--yes` or after a yes; false without a terminal.
    func agrees(to question: String, showing lines: [String]) -> Bool {
        if arguments.contains(Option.yes.name) { return true }
        guard isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else { return false }
        for line in lines { Output.error(line) }
        Output.draw("\(question) [y/N] ")
        return ["y", "yes"].contains(readLine()?.lowercased() ?? "")
    }

    /// The person and the reason, for commands that require a reason.
    func note() throws -> Ledger.Note {
        guard let reason = try arguments.value(Option.reason.name), !reason.isEmpty else {
            throw Failure.misuse("say why: --reason TEXT")
        }
        return try Ledger.Note(by: by, reason: reason)
    }
}
