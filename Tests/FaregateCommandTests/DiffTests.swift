import Foundation
import Testing

/// `faregate diff`, with files and with the commits of a git repository.
@Suite("The command that compares policies")
struct DiffTests {
    private static func policy(_ cost: Int) -> String { #"{ "actions": { "generate": { "cost": \#(cost) } } }"# }

    private func write(_ cost: Int, to name: String, _ faregate: Tool) throws {
        try Data(DiffTests.policy(cost).utf8).write(to: URL(filePath: faregate.path(name)))
    }

    @Test("Two files are compared in words, and the present policy is the new one if only one is named")
    func files() throws {
        try Tool.inFolder(policy: DiffTests.policy(12), makingLedger: false) { faregate in
            try write(10, to: "old.jsonc", faregate)
            let answer = try faregate("diff", "old.jsonc", "policy.jsonc")
            #expect(answer.status == 0)
            #expect(answer.output == "action generate: 10 -> 12 credits (+20%)\n")
            let ofPresent = try faregate("diff", "old.jsonc")
            #expect(ofPresent.output == answer.output)
            let ofSame = try faregate("diff", "old.jsonc", "old.jsonc")
            #expect(ofSame.output == "no difference\n")
            let json = try faregate("diff", "old.jsonc", "--json").json()
            let differences = json["differences"] as? [[String: Any]]
            #expect(differences?.first?["subject"] as? String == "action generate")
            #expect(json["oldVersion"] as? String != json["newVersion"] as? String)
        }
    }

    @Test("A commit's policies are read from git")
    func git() throws {
        try Tool.inFolder(policy: DiffTests.policy(10), makingLedger: false) { faregate in
            for words in [["init", "-q"], ["add", "policy.jsonc"], ["commit", "-q", "-m", "prices"]] {
                let git = Process()
                git.executableURL = URL(filePath: "/usr/bin/env")
                let who = ["-c", "user.name=eve", "-c", "user.email=eve@example.com", "-c", "commit.gpgsign=false"]
                git.arguments = ["git", "-C", faregate.folder.path] + who + words
                try git.run()
                git.waitUntilExit()
                #expect(git.terminationStatus == 0)
            }
            let same = try faregate("diff", "git:HEAD")
            #expect(same.output == "no difference\n", "\(same.error)")
            try write(12, to: "policy.jsonc", faregate)
            let changed = try faregate("diff", "git:HEAD")
            #expect(changed.output == "action generate: 10 -> 12 credits (+20%)\n")
            for (revision, status) in [("git:nowhere", 1), ("git:", 2), ("git:--output=x", 2)] as [(String, Int32)] {
                let answer = try faregate("diff", revision)
                #expect(answer.status == status, "\(revision)")
            }
        }
    }

    @Test("A file with a mistake, and a missing word, are errors")
    func mistakes() throws {
        try Tool.inFolder(policy: DiffTests.policy(10), makingLedger: false) { faregate in
            for (words, status) in [([], 2), (["a", "b", "c"], 2), (["nowhere.jsonc"], 3), (["nowhere"], 3)]
                as [([String], Int32)]
            {
                let answer = try faregate.run(["diff"] + words)
                #expect(answer.status == status, "\(words)")
            }
        }
    }
}
