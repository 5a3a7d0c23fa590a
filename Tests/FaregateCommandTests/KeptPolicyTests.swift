import Faregate
import FaregateBooks
import FaregateSQLite
import Foundation
import Testing

/// The policies that were in force, as the ledger keeps them.
@Suite("Policies kept in the ledger")
struct KeptPolicyTests {
    private static func text(_ cost: Int) -> String {
        #"{ "actions": { "generate": { "cost": \#(cost), "rules": [{ "when": { "size": "large" }, "cost": 25 }] } } }"#
    }

    private func write(_ cost: Int, _ faregate: Tool) throws {
        try Data(KeptPolicyTests.text(cost).utf8).write(to: URL(filePath: faregate.path("policy.jsonc")))
    }

    private func version(_ faregate: Tool) throws -> String {
        try #require(try faregate("check", "--json").json()["version"] as? String)
    }

    /// A gate keeps the files in a task of its own, which the end of the tool's call doesn't wait for.
    private func inFolder(_ body: (Tool, Gate) async throws -> Void) async throws {
        try await Tool.inFolderWithLedger(policy: KeptPolicyTests.text(10)) { faregate, ledger in
            let files = Policy.Files(path: faregate.path("policy.jsonc"), environment: [:])
            let watcher = try await Policy.Watcher(files, orLatestKeptIn: nil) { _ in }
            let gate = Gate(ledger: Ledger(ledger), policies: watcher, settlement: .durable) { _ in }
            try await gate.grant(1000, to: "ana", as: .promotion, reference: "test")
            for cost in [10, 12] {
                try write(cost, faregate)
                watcher.reload()
                try await gate.run("generate", for: "ana", attributes: ["size": "large"]) { _ in }
                let version = watcher.policy.version
                while try await ledger.keptPolicy(version) == nil { try await Task.sleep(for: .milliseconds(1)) }
            }
            try await body(faregate, gate)
        }
    }

    @Test("The price at a time in the past is that of the policy that was in force then, as the ledger keeps it")
    func priceInThePast() async throws {
        try await Tool.inFolderWithLedger(policy: KeptPolicyTests.text(10)) { faregate, ledger in
            var versions: [String] = []
            for (cost, day) in [(10, "2025-01-01"), (12, "2025-03-01")] {
                try write(cost, faregate)
                let policy = try Policy.Files(path: faregate.path("policy.jsonc"), environment: [:]).load().policy
                try await ledger.keep(policy, at: try #require(Timestamp(day + "T09:00:00Z")))
                versions.append(policy.version)
            }
            try write(14, faregate)
            func price(_ day: String, _ words: String...) throws -> String {
                try faregate.run(["price", "generate", "--at", day] + words).output
            }
            let first = try price("2025-02-01")
            #expect(first.hasPrefix("generate: 10 credits\n"))
            #expect(first.hasSuffix("  by the policy \(versions[0]), in force since 2025-01-01T09:00:00Z\n"))
            let second = try price("2025-03-02")
            #expect(second.hasPrefix("generate: 12 credits\n") && second.contains("  by the policy \(versions[1]), "))
            let before = try price("2025-01-01")
            #expect(before.hasPrefix("generate: 14 credits\n"))
            #expect(before.contains("  by the files as they are now: the ledger keeps no policy from that time\n"))
            let files = try price("2025-02-01", "--policies", "policy.jsonc")
            #expect(files.hasPrefix("generate: 14 credits\n") && files.contains("  by the files as they are now, with"))
            let later = try price("2125-02-01")
            #expect(later.hasPrefix("generate: 14 credits\n") && !later.contains("  by the "))
        }
    }

    @Test("Each version that was in force can be listed, shown, compared and written into a new folder")
    func versions() async throws {
        try await inFolder { faregate, _ in
            let new = try version(faregate)
            try write(10, faregate)
            let old = try version(faregate)
            let list = try faregate("policy", "list")
            #expect(list.output.split(separator: "\n").count == 3, "\(list.error)")
            #expect(try faregate("policy", "show", old).output == KeptPolicyTests.text(10) + "\n")
            let diff = try faregate("policy", "diff", old, new)
            #expect(diff.output == "action generate: 10 -> 12 credits (+20%)\n")
            let back = try faregate("policy", "diff", new, "now")
            #expect(back.output == "action generate: 12 -> 10 credits (-17%)\n")
            let restored = try faregate("policy", "restore", new, "--to", "restored")
            #expect(restored.status == 0, "\(restored.error)")
            let text = try String(contentsOfFile: faregate.path("restored/policy.jsonc"), encoding: .utf8)
            #expect(text == KeptPolicyTests.text(12))
            let again = try faregate("policy", "restore", new, "--to", "restored")
            #expect(again.status == 1)
        }
    }

    @Test("A charge is explained by the rule's own words after the files have changed")
    func explain() async throws {
        try await inFolder { faregate, _ in
            try Data("{ broken".utf8).write(to: URL(filePath: faregate.path("policy.jsonc")))
            for charge in ["1", "2"] {
                let answer = try faregate("explain", charge)
                #expect(answer.output.contains(#"price       25, when size is "large", set by"#), "\(answer.error)")
            }
        }
    }

    @Test("A policy that is named on the command line is tried, and not taken for the last good one")
    func named() async throws {
        try await inFolder { faregate, _ in
            let kept = try version(faregate)
            let draft = faregate.path("draft.jsonc")
            try Data(#"{ "actions": { "generate": { "cost": 3 } } }"#.utf8).write(to: URL(filePath: draft))
            let run = ["run", "generate", "--account", "ana", "--policies", draft, "--", "true"]
            #expect(try faregate.run(run).status == 0)
            #expect(try version(faregate) == kept)
            try Data("{".utf8).write(to: URL(filePath: draft))
            let broken = try faregate.run(run)
            #expect(broken.status == 1 && broken.error.contains("draft.jsonc:1:"))
        }
    }

    @Test("While the files have a mistake, support commands use the latest kept policy and say so in one line")
    func broken() async throws {
        try await inFolder { faregate, _ in
            let kept = try version(faregate)
            try Data(#"{ "lowBalence": 1, "x": 2 }"#.utf8).write(to: URL(filePath: faregate.path("policy.jsonc")))
            let commands = [
                ["standing", "ana"], ["grant", "ana", "5", "--reason", "test", "--expires", "2099-01-01"],
                ["adjust", "ana", "-5", "--reason", "test"], ["usage", "ana", "--since", "month"],
                ["price", "generate"], ["report", "--since", "month"],
                ["run", "generate", "--account", "ana", "--", "true"],
            ]
            for words in commands {
                let answer = try faregate.run(words)
                let lines = answer.error.split(separator: "\n").filter { !$0.contains("replayed") }
                #expect(answer.status == 0 && lines.count == 1, "\(words): \(answer.error)")
                let start =
                    "faregate \(words[0]): the policy files have a mistake and were not loaded; policy \(kept), "
                #expect(answer.error.contains(start), "\(words): \(answer.error)")
                #expect(answer.error.contains("policy.jsonc:1:3: unknown key \"lowBalence\""))
                #expect(answer.error.contains("1 more: faregate check"))
            }
            #expect(try faregate("price", "generate").output.hasPrefix("generate: 12 credits"))
        }
    }

    @Test("The time when a kept policy came into force stays when a server loads it again")
    func since() async throws {
        try await Tool.inFolderWithLedger(policy: KeptPolicyTests.text(10)) { faregate, ledger in
            let policy = try Policy.Files(path: faregate.path("policy.jsonc"), environment: [:]).load().policy
            let (first, latest) = (Timestamp("2026-01-02T03:04:05Z"), Timestamp("2026-02-03T04:05:06Z"))
            for moment in [first, latest] { try await ledger.keep(policy, at: try #require(moment)) }
            let list = try faregate("policy", "list").output
            #expect(list.hasPrefix("version       first used            last loaded  "))
            try Data("{ broken".utf8).write(to: URL(filePath: faregate.path("policy.jsonc")))
            let answer = try faregate("price", "generate")
            let times = "first in force at 2026-01-02T03:04:05Z and last loaded at 2026-02-03T04:05:06Z"
            #expect(answer.error.contains("policy \(policy.version), \(times), is used instead"), "\(answer.error)")
        }
    }

    @Test("Commands about the files report their mistakes, also when the ledger has a kept policy")
    func aboutFiles() async throws {
        try await inFolder { faregate, _ in
            let kept = try version(faregate)
            try Data("{ broken".utf8).write(to: URL(filePath: faregate.path("policy.jsonc")))
            for (words, status) in [
                (["check"], 1), (["diff", "policy.jsonc", "policy.jsonc"], 1), (["policy", "diff", kept, "now"], 1),
                (["price", "generate", "--policies", "policy.jsonc"], 1),
                (["replay", "--policies", "policy.jsonc"], 1),
            ] as [([String], Int32)] {
                let answer = try faregate.run(words)
                #expect(
                    answer.status == status && !answer.error.contains("is used instead"), "\(words): \(answer.error)")
            }
            try FileManager.default.removeItem(atPath: faregate.path("policy.jsonc"))
            #expect(try faregate("standing", "ana").status == 3)
        }
    }

    @Test("Without a kept policy, a support command reports the mistake in the files")
    func noKept() throws {
        try Tool.inFolder(policy: "{ broken") { faregate in
            let answer = try faregate("grant", "ana", "5", "--reason", "test")
            #expect(answer.status == 1 && answer.error.contains("policy.jsonc:1:3: error"))
        }
    }

    @Test("A wrong argument of the policy command ends with exit code 1 or 2")
    func misuse() throws {
        try Tool.inFolder { faregate in
            let wrong: [([String], Int32)] = [
                ([], 2), (["lst"], 2), (["show"], 2), (["show", "nowhere"], 1), (["diff", "now", "nowhere"], 1),
                (["restore", "nowhere"], 2), (["restore", "nowhere", "--to", "x"], 1), (["list"], 0),
            ]
            for (words, status) in wrong {
                let answer = try faregate.run(["policy"] + words)
                #expect(answer.status == status, "\(words): \(answer.error)")
            }
        }
    }
}
