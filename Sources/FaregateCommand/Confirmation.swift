import Faregate
import Foundation

extension Option {
    static let yes = Option(name: "yes", value: nil, help: "do it without asking")
    static let reason = Option(name: "reason", value: "TEXT", help: "why; kept with the account")
}

extension Context {
    /// Shows what would be done and asks, where there is somebody to ask.
    ///
    /// - Returns: true with `--yes`, or when a person says so; false where there is nobody to ask.
    func agrees(to question: String, showing lines: [String]) -> Bool {
        if arguments.contains(Option.yes.name) { return true }
        guard isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else { return false }
        for line in lines { Output.error(line) }
        Output.draw("\(question) [y/N] ")
        return ["y", "yes"].contains(readLine()?.lowercased() ?? "")
    }

    /// Who does this and why, where a command must not be run without a reason.
    func note() throws -> Ledger.Note {
        guard let reason = try arguments.value(Option.reason.name), !reason.isEmpty else {
            throw Failure.misuse("say why: --reason TEXT")
        }
        return try Ledger.Note(by: by, reason: reason)
    }
}
