import Faregate
import FaregateBooks

extension Context {
    /// Runs a command. If the policy files have a mistake, a command that is not about the files, and names none,
    /// runs again with the latest policy that the ledger kept, and says so. Every command reads the policy before it changes anything.
    func run(_ command: any Command.Type) async throws -> ExitCode {
        do {
            return try await command.run(self)
        } catch let error as Policy.FileError {
            guard !error.isUnreadable, !command.isAboutFiles(arguments),
                !arguments.contains(Option.policies.name), let kept = await latestKeptPolicy(),
                let policy = kept.policy(environment: environment)
            else { throw error }
            let used = policy.inForce(at: clock.now)
            let since = kept.inForceSince(policy, at: clock.now)
            Output.error(
                "faregate \(command.name): the policy files have a mistake and were not loaded; policy \(used.version), "
                    + "first in force at \(since.toSecond) and last loaded at \(kept.latestAt.toSecond), is used instead "
                    + "(\(firstMistake(error)))")
            var context = self
            context.keptPolicy = policy
            return try await command.run(context)
        }
    }

    /// A policy that is named with `--policies` is tried, and the ledger must not take it for the last good one: without
    /// its files, the ledger doesn't keep it.
    func keptOrNamed(_ policy: Policy) -> Policy {
        arguments.contains(Option.policies.name) ? policy.read(from: []) : policy
    }

    /// Nil also if the ledger can't be read: then the mistake in the files is reported.
    private func latestKeptPolicy() async -> Ledger.KeptPolicy? {
        try? await withLedger { try await $0.latestKeptPolicy() }
    }

    /// `policy.jsonc:12:7: unknown key "cots"; 2 more: faregate check`.
    private func firstMistake(_ error: Policy.FileError) -> String {
        let mistakes = error.diagnostics.filter { $0.severity == .error }
        let first = mistakes.first.map { "\($0.location): \($0.message)" } ?? ""
        let others = mistakes.count + error.omittedCount - 1
        return first.printable + (others > 0 ? "; \(others) more: faregate check" : "")
    }
}
