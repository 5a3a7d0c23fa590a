import Faregate
import Foundation

/// `faregate check [PATH]`
enum Check: Command {
    static let name = "check"
    static let synopsis = "[PATH]"
    static let summary = "are these policy files right?"
    static let options: [Option] = [.policies]

    private struct Verdict: Encodable {
        var ok: Bool
        var version: String?
        var diagnostics: [PolicyDiagnostic]
    }

    static func run(_ context: Context) async throws -> ExitCode {
        guard context.arguments.positional.count <= 1 else { throw Failure.misuse("give one PATH") }
        let path = try context.arguments.positional.first ?? context.policyPath
        do throws(PolicyFileError) {
            let loaded = try PolicyFiles(path: path, environment: context.environment).load()
            return try accept(loaded, at: path, context)
        } catch {
            return reject(error, context)
        }
    }

    private static func accept(
        _ loaded: LoadedPolicy,
        at path: String,
        _ context: Context
    ) throws(PolicyFileError) -> ExitCode {
        let policy = loaded.policy
        if !context.asJSON { for warning in loaded.warnings { Output.error(warning.description) } }
        let parts = [
            count(policy.actions.count, "action"), count(policy.plans.count, "plan"), count(policy.packs.count, "pack"),
        ]
        let verdict = Verdict(ok: true, version: policy.version, diagnostics: loaded.warnings)
        try? context.show(verdict, as: "\(path): right (\(parts.joined(separator: ", ")); version \(policy.version))")
        return .done
    }

    private static func reject(_ error: PolicyFileError, _ context: Context) -> ExitCode {
        if context.asJSON {
            try? context.show(Verdict(ok: false, version: nil, diagnostics: error.diagnostics), as: "")
        } else {
            Output.error(error.description)
            Output.error(count(error.diagnostics.count + error.omittedCount, "mistake"))
        }
        return .refused
    }
}
