import Faregate
import FaregateBooks
import Foundation

/// `faregate policy list|show|diff|restore`
enum PolicyCommand: Command {
    static let name = "policy"
    static let synopsis = "list|show|diff|restore [VERSION] [VERSION]"
    static let summary = "the policies that were in force, as the ledger keeps them"
    static let example = "policy diff 3545e2abe46f now"
    static let options: [Option] = [
        .database, .policies,
        Option(name: "to", value: "FOLDER", help: "where restore writes the files: a new folder"),
    ]
    static let details = """
        list                 the versions, the latest first
        show VERSION         the files of a version
        diff VERSION NEWER   what changed, in words; "now" is the present policy
        restore VERSION      write the files of a version into a new folder (--to)

        Charges and refusals name the version that was in force. The ledger keeps the
        latest 200.
        """

    static let subcommands = ["list", "show", "diff", "restore"]

    static func isAboutFiles(_ arguments: Arguments) -> Bool { true }

    static func run(_ context: Context) async throws -> ExitCode {
        let words = context.arguments.positional
        switch (words.first, words.count) {
        case ("list", 1): try await list(context)
        case ("show", 2): try await show(words[1], context)
        case ("diff", 3): try await diff(words[1], words[2], context)
        case ("restore", 2): try await restore(words[1], context)
        case (let word?, _) where subcommands.contains(word):
            throw Failure.misuse("the words after \(word) are wrong; see faregate policy --help")
        case (let word?, _):
            let hint = nearestName(to: word, among: subcommands)
            throw Failure.misuse(
                "there is no \"policy \(word.printable)\"" + (hint.map { "; did you mean \"\($0)\"?" } ?? ""))
        case (nil, _): throw Failure.misuse("say what to do: list, show, diff or restore")
        }
        return .done
    }

    private struct Summary: Encodable {
        let policyVersion: String
        let firstAt: Timestamp
        let latestAt: Timestamp
        let files: [String]
    }

    private struct Summaries: Encodable { let policies: [Summary] }

    private static func list(_ context: Context) async throws {
        let kept = try await context.withLedger { try await $0.keptPolicies() }
        let summaries = kept.map {
            Summary(
                policyVersion: $0.version, firstAt: $0.firstAt, latestAt: $0.latestAt, files: $0.files.map(\.name))
        }
        let rows = summaries.map {
            [$0.policyVersion, $0.firstAt.toSecond, $0.latestAt.toSecond, $0.files.joined(separator: ", ").printable]
        }
        let table = Output.table(["version", "first used", "last loaded", "files"], rows)
        try context.show(
            Summaries(policies: summaries), as: kept.isEmpty ? "the ledger has no policy from files yet" : table)
    }

    private static func show(_ version: String, _ context: Context) async throws {
        let kept = try await kept(version, context)
        let texts = kept.files.map { kept.files.count == 1 ? $0.text : "// \($0.name)\n\($0.text)" }
        try context.show(kept, as: texts.joined(separator: "\n"))
    }

    private struct Differences: Encodable {
        let oldVersion: String
        let newVersion: String
        let differences: [Policy.Difference]
    }

    private static func diff(_ old: String, _ new: String, _ context: Context) async throws {
        let before = try await policy(old, context)
        let after = try await policy(new, context)
        let differences = after.differences(from: before)
        try context.show(
            Differences(oldVersion: before.version, newVersion: after.version, differences: differences),
            as: differences.isEmpty ? "no difference" : differences.map(\.inWords).joined(separator: "\n")
        )
    }

    private static func policy(_ version: String, _ context: Context) async throws -> Policy {
        if version == "now" { return try context.policy() }
        guard let policy = try await kept(version, context).policy else {
            throw Failure.refused("this faregate can't read the policy \(version)")
        }
        return policy
    }

    private static func restore(_ version: String, _ context: Context) async throws {
        guard let folder = try context.arguments.value("to") else { throw Failure.misuse("say where: --to FOLDER") }
        let kept = try await kept(version, context)
        guard !FileManager.default.fileExists(atPath: folder) else {
            throw Failure.refused("\(folder.printable) exists already; name a new folder")
        }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for file in kept.files {
            // A name from the ledger must not lead out of the folder.
            let name = (file.name as NSString).lastPathComponent
            try Data(file.text.utf8).write(to: URL(filePath: folder).appending(path: name))
        }
        try context.show(
            kept, as: "wrote \(count(kept.files.count, "file")) of version \(version) to \(folder.printable)")
    }

    private static func kept(_ version: String, _ context: Context) async throws -> Ledger.KeptPolicy {
        guard let kept = try await context.withLedger({ try await $0.keptPolicy(version) }) else {
            throw Failure.refused(
                "the ledger has no policy \(version.printable); to see those that it has: policy list")
        }
        return kept
    }
}
