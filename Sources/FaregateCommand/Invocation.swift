import Faregate
import FaregateSQLite
import Foundation

/// One run of the tool: finds the command, runs it, and prints any error.
struct Invocation {
    let words: [String]
    let environment: [String: String]

    static let commands: [any Command.Type] = [
        Init.self, Check.self, Price.self, Prices.self, Diff.self, ReplayCommand.self, PolicyCommand.self,
        Find.self, BalanceCommand.self, GrantCommand.self, Adjust.self, Refund.self, StandingCommand.self,
        HistoryCommand.self, UsageCommand.self, Refusals.self, PlanCommand.self, Suspend.self,
        Shadow.self, Export.self, ReportCommand.self,
        Run.self,
        Explain.self, Purchases.self, InboxCommand.self, Reconcile.self, Forget.self,
        Status.self, Stats.self, Holds.self, Recover.self, Audit.self,
        Backup.self, Restore.self, ArchiveCommand.self, Vacuum.self, Copy.self,
        CompletionsCommand.self,
    ]

    func run() async -> ExitCode {
        let code = await runCommand()
        guard let error = Output.failure, code == .done || code == .refused else { return code }
        Output.error("the result can't be written: \(error)")
        return .environment
    }

    private func runCommand() async -> ExitCode {
        guard let word = words.first else {
            Output.error(Help.overview)
            return .misuse
        }
        if ["help", "--help", "-h"].contains(word) { return help(about: words.dropFirst().first) }
        if word == "--version" {
            Output.result("faregate \(Version.number), SQLite \(SQLiteLedger.libraryVersion)")
            return .done
        }
        guard let command = Invocation.commands.first(where: { $0.name == word }) else { return unknown(word) }
        return await run(command)
    }

    private func unknown(_ word: String) -> ExitCode {
        let nearest = nearestName(to: word, among: Invocation.commands.map { $0.name })
        let hint = nearest.map { "; did you mean \"\($0)\"?" } ?? "; to list the commands: faregate --help"
        Output.error("there is no command \"\(word.printable)\"\(hint)")
        return .misuse
    }

    private func help(about name: String?) -> ExitCode {
        guard let name else {
            Output.result(Help.overview)
            return .done
        }
        guard let command = Invocation.commands.first(where: { $0.name == name }) else { return unknown(name) }
        Output.result(Help.text(for: command))
        return .done
    }

    private func run(_ command: any Command.Type) async -> ExitCode {
        do {
            let arguments = try Arguments(Array(words.dropFirst()), options: command.allOptions)
            if arguments.contains(Option.help.name) { return help(about: command.name) }
            return try await Context(arguments: arguments, environment: environment).run(command)
        } catch let failure as Failure {
            Output.error("faregate \(command.name): \(failure.message)")
            if failure.code == .misuse { Output.error(Help.usage(of: command)) }
            return failure.code
        } catch let error as Policy.FileError {
            Terminal(environment).print(error.diagnostics)
            if error.omittedCount > 0 { Output.error("and \(error.omittedCount) more") }
            if error.isUnreadable, command.options.contains(where: { $0.name == Option.policies.name }) {
                Output.error("to name the policy files: --policies PATH, or FAREGATE_POLICIES in the environment")
            }
            return error.exitCode
        } catch let error as InvalidInput {
            Output.error("faregate \(command.name): \(error)")
            return .misuse
        } catch let error as Gate.UnknownAction {
            Output.error("faregate \(command.name): \(error)")
            return .misuse
        } catch let error as Gate.UnknownModel {
            Output.error("faregate \(command.name): \(error)")
            return .misuse
        } catch {
            Output.error("faregate \(command.name): \(error)")
            return .environment
        }
    }
}

/// The texts of `--help`, at most 80 columns wide.
enum Help {
    static var overview: String {
        let lines = table(Invocation.commands.map { ("\($0.name) \($0.synopsis)", $0.summary) })
        return """
            faregate: credits and quotas in front of server features

            usage: faregate COMMAND …

            \(lines.joined(separator: "\n"))

            The --help of a command lists its options. Almost every command takes --json.
            FAREGATE_DATABASE names the ledger, and FAREGATE_POLICIES the policy files
            (default: policies), so that commands don't need to.
            faregate --version prints the versions of Faregate and SQLite.
            Results go to standard output, all else to standard error. Exit codes: 0 done,
            1 refused or a problem was found, 2 wrong command line, 3 something that the
            tool needs is missing or broken.
            """
    }

    static func usage(of command: any Command.Type) -> String {
        let words = ["usage: faregate", command.name, "[OPTIONS]", command.synopsis].filter { !$0.isEmpty }
        return wrapped(words.joined(separator: " "), width: width - 8).joined(separator: "\n       ")
    }

    static func text(for command: any Command.Type) -> String {
        let lines = table(command.allOptions.map { ("--\($0.name)" + ($0.value.map { " \($0)" } ?? ""), $0.help) })
        let summary = wrapped(command.summary, width: width).joined(separator: "\n")
        let example = "example: faregate \(command.example)"
        let parts = [summary, usage(of: command), lines.joined(separator: "\n"), command.details, example]
        return parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    private static let width = 80
    /// A longer name gets its own line.
    private static let longestName = 24

    /// Names with their meanings beside them.
    private static func table(_ rows: [(name: String, meaning: String)]) -> [String] {
        let column = rows.map(\.name.count).filter { $0 <= longestName }.max() ?? longestName
        return rows.flatMap { name, meaning in
            let lines = wrapped(meaning, width: width - column - 4).map {
                String(repeating: " ", count: column + 4) + $0
            }
            guard let first = lines.first, name.count <= column else { return ["  " + name] + lines }
            return ["  " + name.padded(to: column) + first.dropFirst(column + 2)] + lines.dropFirst()
        }
    }
}
