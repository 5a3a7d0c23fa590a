import Faregate
import FaregateBooks
import Foundation

extension Context {
    /// Runs a command. If the policy files have a mistake, a command that neither names them nor is about them runs
    /// again with the latest policy that the ledger kept, and says so. Every command reads the policy before it changes
    /// anything.
    func run(_ command: any Command.Type) async throws -> ExitCode {
        do {
            // Commands that don't need the policy work while the files have a mistake, unless they name the files.
            let mustLoad = arguments.contains(Option.policies.name) && !command.isAboutFiles(arguments)
            let policy = mustLoad ? try loadedPolicyIfAny() : try? loadedPolicyIfAny()
            return try await runInZone(of: policy, command)
        } catch let error as Policy.FileError {
            guard !error.isUnreadable, !command.isAboutFiles(arguments),
                !arguments.contains(Option.policies.name), let kept = await latestKeptPolicy(),
                let policy = kept.policy(environment: environment)
            else { throw error }
            let used = policy.inForce(at: clock.now)
            let since = kept.inForceSince(policy, at: clock.now)
            Output.error(
                "faregate \(command.name): the policy files have a mistake and were not loaded; policy \(used.version), "
                    + "first in force at \(used.calendar.timeText(of: since)) and last loaded at "
                    + "\(used.calendar.timeText(of: kept.latestAt)), is used instead (\(firstMistake(error)))")
            var context = self
            context.keptPolicy = policy
            return try await context.runInZone(of: policy, command)
        }
    }

    /// Runs a command that prints times in the policy's time zone, or in UTC without a policy.
    private func runInZone(of policy: Policy?, _ command: any Command.Type) async throws -> ExitCode {
        let calendar = policy?.calendar ?? WindowCalendar(timeZone: .gmt)
        return try await LocalTime.$calendar.withValue(calendar) { try await command.run(self) }
    }

    /// The policy in force at a past moment and since when, as far as the ledger knows: the latest that a server had
    /// loaded by then. Nil if the ledger keeps none from that time.
    func keptPolicy(at moment: Timestamp) async throws -> (policy: Policy, since: Timestamp)? {
        let starts = try await withLedger { try await $0.keptPolicies() }.compactMap { kept in
            [kept.firstAt, kept.latestAt].filter { $0 <= moment }.max().map { (kept: kept, since: $0) }
        }
        guard let (kept, since) = starts.max(by: { $0.since < $1.since }) else { return nil }
        guard let policy = kept.policy(environment: environment) else {
            throw Failure.refused(
                "the policy \(kept.version) was in force then, and its files can't be read from the ledger")
        }
        let change = policy.changes.last { $0.from <= moment }?.from
        return (policy.inForce(at: moment), max(since, change ?? since))
    }

    /// A policy named with `--policies` is only tried out. It loses its files here, so that the ledger doesn't keep it
    /// as the last good one.
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
