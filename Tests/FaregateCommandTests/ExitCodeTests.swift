import Foundation
import Testing

/// The exit codes of commands that need the policy files.
@Suite("Exit codes for policy files")
struct ExitCodeTests {
    /// Words that make a command load the policy, for each command that has the option `--policies`.
    private static let words: [String: [String]] = [
        "check": [], "price": ["generate"], "prices": ["import", "models.json", "--credits-per-dollar", "1"],
        "diff": ["."], "replay": [], "policy": ["diff", "now", "now"], "standing": ["ana"], "grant": ["ana", "1"],
        "adjust": ["ana", "-1", "--reason", "x"], "refund": ["1", "--reason", "x"], "plan": ["ana", "free"],
        "history": ["ana", "--since", "2026-01-01"], "usage": ["ana", "--since", "2026-01-01"],
        "refusals": ["--since", "2026-01-01"], "shadow": ["--since", "2026-01-01"],
        "export": ["--csv", "--since", "2026-01-01"], "report": [], "explain": ["1"],
        "run": ["generate", "--account", "ana"], "inbox": ["retry"], "find": ["a"], "balance": ["ana"],
        "suspend": ["ana", "--reason", "x"], "holds": [], "recover": [], "purchases": [], "stats": [],
        "archive": ["--before", "2026-01-01", "--to", "old.archive"],
        "reconcile": ["--provider", "stripe", "--since", "2026-01-01"],
    ]

    /// These need no policy for an answer.
    private static let tolerant = ["explain"]

    private func withCommands(_ body: (Tool, String, [String]) throws -> Void) throws {
        try Tool.inFolder { faregate in
            _ = try faregate("run", "generate", "--account", "ana", "--", "true")
            let models = #"{ "a": { "models": { "m": { "cost": { "input": 1 } } } } }"#
            try Data(models.utf8).write(to: URL(filePath: faregate.path("models.json")))
            try FileManager.default.createDirectory(atPath: faregate.path("broken"), withIntermediateDirectories: true)
            try Data("{ broken".utf8).write(to: URL(filePath: faregate.path("broken/policy.jsonc")))
            let all = try faregate.commands().filter { try faregate($0, "--help").output.contains("  --policies ") }
            #expect(all.count > 15)
            for command in all where !Self.tolerant.contains(command) {
                try body(faregate, command, try #require(Self.words[command], "\(command) has no words in this test"))
            }
        }
    }

    private func run(_ command: String, _ words: [String], _ policies: String, _ faregate: Tool) throws -> Tool.Answer {
        try faregate.run(
            [command, "--policies", policies] + words.map { $0 == "." ? policies : $0 }
                + (command == "run" ? ["--", "true"] : []))
    }

    @Test("A mistake in the files of --policies ends a command with 1, and prints the place")
    func broken() throws {
        try withCommands { faregate, command, words in
            let answer = try run(command, words, "broken", faregate)
            #expect(answer.status == 1, "\(command): \(answer.error)")
            #expect(answer.error.contains("broken/policy.jsonc:1:"), "\(command): \(answer.error)")
        }
    }

    @Test("Policy files that are missing end every command with 3")
    func missing() throws {
        try withCommands { faregate, command, words in
            let answer = try run(command, words, "nowhere", faregate)
            #expect(answer.status == 3 && answer.error.contains("nowhere"), "\(command): \(answer.error)")
        }
    }

    @Test("Without policy files, a command says how to name them")
    func unnamed() throws {
        try Tool.inFolder { faregate in
            let answer = try faregate("standing", "ana", environment: ["FAREGATE_POLICIES": ""])
            #expect(answer.status == 3)
            #expect(
                answer.error == """
                    policies: error: there is no such file or folder
                    to name the policy files: --policies PATH, or FAREGATE_POLICIES in the environment

                    """)
        }
    }
}
