import Faregate
import FaregateBooks
import Foundation

/// `faregate check [PATH]`
enum Check: Command {
    static let name = "check"
    static let synopsis = "[PATH]"
    static let summary = "check policy files for mistakes, and run their tests"
    static let example = "check policies"
    static let options: [Option] = [
        .policies,
        Option(
            name: "database", value: "FILE",
            help: "also check that the policy has the plans and actions that this ledger's accounts need"
        ),
    ]

    private struct Change: Encodable {
        let from: Timestamp
        let policyVersion: String
        let differences: [Policy.Difference]
    }

    private struct Verdict: Encodable {
        var ok: Bool
        var version: String?
        /// How many tests were run; nil if the files have mistakes.
        var tests: Int?
        var diagnostics: [Policy.Diagnostic]
        /// The announced changes to come.
        var changes: [Change] = []
        /// The plans that accounts are on and that the policy lacks; nil if no ledger was named.
        var missingPlans: [Ledger.PlanUse]?
        /// The credits that pay for none of the policy's actions; nil if no ledger was named.
        var strandedCredits: [Ledger.StrandedCredits]?
        /// The open calls of actions that the policy lacks; nil if no ledger was named.
        var openCallsWithoutAction: [Ledger.OpenCallCount]?
    }

    static func isAboutFiles(_ arguments: Arguments) -> Bool { true }

    static func run(_ context: Context) async throws -> ExitCode {
        guard context.arguments.positional.count <= 1 else { throw Failure.misuse("give one PATH") }
        let path = try context.arguments.positional.first ?? context.policyPath
        let loaded: Policy.Files.LoadedPolicy
        do throws(Policy.FileError) {
            loaded = try Policy.Files(path: path, environment: context.environment).load()
        } catch {
            return reject(error, context)
        }
        if !context.asJSON { Terminal(context.environment).print(loaded.warnings) }
        return try await LocalTime.$calendar.withValue(loaded.policy.calendar) {
            try await check(loaded, at: path, context)
        }
    }

    private static func check(
        _ loaded: Policy.Files.LoadedPolicy, at path: String, _ context: Context
    ) async throws -> ExitCode {
        let policy = loaded.policy.inForce(at: context.clock.now)
        var verdict = Verdict(
            ok: true, version: policy.version, tests: loaded.tests.count, diagnostics: loaded.warnings
        )
        verdict.changes = changes(of: policy)
        let passed = loaded.policy.changes.filter { $0.from <= context.clock.now }
        for change in passed where !context.asJSON {
            let start = change.from.toSecond
            Output.error("the change from \(start) is already in effect, so it is not listed as a change to come")
        }
        let failures = try await PolicyTests(policy: loaded.policy, now: context.clock.now).failures(of: loaded.tests)
        if !failures.isEmpty { return try reject(failures, &verdict, context) }
        // Only if the ledger is named on the command line: a machine that checks files may have no ledger.
        if context.arguments.contains(Option.database.name) {
            let missing = try await context.withLedger {
                try await MissingNames(in: $0, under: policy, at: context.clock.now)
            }
            verdict.missingPlans = missing.plans
            verdict.strandedCredits = missing.credits
            verdict.openCallsWithoutAction = missing.openCalls
            if !context.asJSON { for text in missing.notes + missing.problems { Output.error(text) } }
            verdict.ok = missing.problems.isEmpty
        }
        return try accept(policy, verdict, at: path, context)
    }

    /// Each change with the differences that it makes.
    private static func changes(of policy: Policy) -> [Change] {
        let differences = policy.differences(from: policy.announcing([]))
        return policy.changes.map { change in
            Change(
                from: change.from, policyVersion: change.policy.version,
                differences: differences.filter { $0.from == change.from }
            )
        }
    }

    private static func accept(
        _ policy: Policy,
        _ verdict: Verdict,
        at path: String,
        _ context: Context
    ) throws -> ExitCode {
        let parts = [
            count(policy.actions.count, "action"), count(policy.plans.count, "plan"), count(policy.packs.count, "pack"),
            verdict.tests.flatMap { $0 > 0 ? "\(count($0, "test")) passed" : nil },
        ].compactMap { $0 }
        guard verdict.ok else {
            if context.asJSON { try context.show(verdict, as: "") }
            return .refused
        }
        let warnings = verdict.diagnostics.isEmpty ? "" : ", but \(count(verdict.diagnostics.count, "warning"))"
        let changes = verdict.changes.flatMap { change in change.differences.map { "\n  \($0.inWords)" } }
        try context.show(
            verdict,
            as: "\(path): no mistakes\(warnings) (\(parts.joined(separator: ", ")); version \(policy.version))"
                + changes.joined()
        )
        return .done
    }

    private static func reject(
        _ failures: [Policy.Diagnostic], _ verdict: inout Verdict, _ context: Context
    ) throws -> ExitCode {
        verdict.ok = false
        verdict.diagnostics += failures
        if context.asJSON { try context.show(verdict, as: "") }
        if !context.asJSON { Terminal(context.environment).print(failures) }
        if !context.asJSON { Output.error("\(failures.count) of \(count(verdict.tests ?? 0, "test")) failed") }
        return .refused
    }

    private static func reject(_ error: Policy.FileError, _ context: Context) -> ExitCode {
        if context.asJSON {
            try? context.show(Verdict(ok: false, version: nil, diagnostics: error.diagnostics), as: "")
        } else {
            Terminal(context.environment).print(error.diagnostics)
            guard !error.isUnreadable else { return error.exitCode }
            let warnings = error.diagnostics.count { $0.severity == .warning }
            let mistakes = count(error.diagnostics.count - warnings + error.omittedCount, "mistake")
            Output.error(warnings == 0 ? mistakes : "\(mistakes), \(count(warnings, "warning"))")
        }
        return error.exitCode
    }
}
