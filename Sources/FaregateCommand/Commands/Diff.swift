import Faregate
import Foundation

/// `faregate diff OLD [NEW]`
enum Diff: Command {
    static let name = "diff"
    static let synopsis = "OLD [NEW]"
    static let summary = "what changed between two policies, in words"
    static let example = "diff git:HEAD"
    static let options: [Option] = [.policies]
    static let details = """
        OLD and NEW are policy files or folders, or git:REVISION for the policies of a
        commit: git:HEAD, git:v1.2, git:main~3. Without NEW, the present policies are
        the new ones.
        """

    private struct Answer: Encodable {
        let oldVersion: String
        let newVersion: String
        let differences: [Policy.Difference]
    }

    static func isAboutFiles(_ arguments: Arguments) -> Bool { true }

    static func run(_ context: Context) async throws -> ExitCode {
        let words = context.arguments.positional
        guard let old = words.first else { throw Failure.misuse("OLD is missing") }
        guard words.count <= 2 else { throw Failure.misuse("unexpected \"\(words[2])\"") }
        let before = try policy(old, context)
        let after = try policy(words.count == 2 ? words[1] : context.policyPath, context)
        let answer = Answer(
            oldVersion: before.version, newVersion: after.version, differences: after.differences(from: before)
        )
        try LocalTime.$calendar.withValue(after.calendar) { try context.show(answer, as: text(answer)) }
        return .done
    }

    private static func policy(_ place: String, _ context: Context) throws -> Policy {
        guard place.hasPrefix("git:") else {
            let isMissing = !FileManager.default.fileExists(atPath: place)
            if isMissing, !place.contains(".") {
                throw Failure(
                    code: .environment,
                    message: "there is no \(place.printable); for a commit, write git:\(place.printable)")
            }
            return try Policy.Files(path: place, environment: context.environment).load().policy
        }
        let revision = String(place.dropFirst(4))
        return try GitPolicies(path: context.policyPath, revision: revision).load(context.environment)
    }

    private static func text(_ answer: Answer) -> String {
        answer.differences.isEmpty ? "no difference" : answer.differences.map(\.inWords).joined(separator: "\n")
    }
}
