import Faregate
import FaregateSQLite
import Foundation
import Testing

/// `faregate report` as text and as JSON.
@Suite struct ReportTests {
    private static let policy = """
        {
          "actions": {
            "generate": { "cost": 10, "rules": [{ "when": { "size": "large" }, "cost": 25 }] }, "chat": { "cost": 10 },
          },
          "plans": { "free": { "grants": [{ "credits": 50, "every": "once" }] } },
          "defaultPlan": "free",
        }
        """

    /// Calls that were settled, refunded and refused, and credits taken away.
    private func withCalls(_ body: (Tool) throws -> Void) throws {
        try Tool.inFolder(policy: Self.policy) { faregate in
            _ = try faregate("grant", "ana", "100", "--source", "promotion", "--reference", "gift")
            for words in [["--", "true"], ["--attribute", "size=large", "--", "true"], ["--", "false"]] {
                _ = try faregate.run(["run", "generate", "--account", "ana"] + words)
            }
            for _ in 1...6 { _ = try faregate("run", "chat", "--account", "bob", "--", "true") }
            _ = try faregate("adjust", "ana", "-4", "--from", "gift", "--reason", "too many")
            try body(faregate)
        }
    }

    @Test("A report has the sums of usage and export, the credits by source, and the refusals")
    func figures() throws {
        try withCalls { faregate in
            let json = try faregate("report", "--json").json()
            let usage = try #require(json["usage"] as? [String: Any])
            let actions = try #require(usage["actions"] as? [[String: Any]])
            let lines = try faregate("export", "--jsonl", "--since", "1d", "--by", "action").output.split(
                separator: "\n")
            let sums = try lines.map { try JSONSerialization.jsonObject(with: Data($0.utf8)) as? NSDictionary }
            let keys = ["action", "calls", "credits", "refundedCalls"]
            let own = actions.map { action in NSDictionary(dictionary: action.filter { keys.contains($0.key) }) }
            #expect(Set(own) == Set(sums.compactMap(\.self)) && own.count == 2)

            let ana = try faregate("usage", "ana", "--json").json()["total"] as? [String: Int] ?? [:]
            let bob = try faregate("usage", "bob", "--json").json()["total"] as? [String: Int] ?? [:]
            let total = ana.merging(bob) { $0 + $1 }
            #expect(usage["total"] as? [String: Int] == total && total["calls"] == 8 && total["credits"] == 85)
            let spans = try #require(usage["periods"] as? [[String: Any]])
            #expect(usage["by"] as? String == "day" && spans.count == 30)
            let last = spans.suffix(2).flatMap { $0["actions"] as? [[String: Any]] ?? [] }
            #expect(last.compactMap { $0["calls"] as? Int }.reduce(0, +) == 8)

            #expect(
                json["credits"] as? [String: Int] == [
                    "bought": 0, "granted": 100, "promotion": 100, "adjustment": 0, "expired": 0, "takenBack": 0,
                    "withdrawn": 4,
                ])
            let refusals = try #require(json["refusals"] as? [String: Any])
            #expect(refusals["count"] as? Int == 1)
            let group = (refusals["groups"] as? [[String: Any]])?.first
            #expect(group?["reason"] as? String == "insufficient-credits" && group?["action"] as? String == "chat")
            #expect((json["accounts"] as? [String: Any])?["remaining"] as? Int == 111)
        }
    }

    @Test("A report as text has a line for each action, source of credits and reason, at most 80 columns wide")
    func text() throws {
        try withCalls { faregate in
            let answer = try faregate("report")
            #expect(answer.status == 0 && answer.error == "")
            #expect(
                answer.output.contains(
                    """
                    action    calls  credits  refunded  open
                    chat          5       50         0     0
                    generate      3       35         1     0
                    total         8       85         1     0
                    """
                ))
            #expect(answer.output.contains("\n+ promotions                          100\n"))
            #expect(answer.output.contains("\n- taken away by hand                    4\n"))
            #expect(answer.output.contains("\nnot enough credits  chat        1\n"))
            #expect(
                answer.output.contains("\nno credits left  credits  owes  plan\nbob                    0     0  free\n")
            )
            #expect(answer.output.hasPrefix("test.faregate: 20") && answer.output.contains("time zone UTC, policy "))
            #expect(answer.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
        }
    }

    @Test("A report of an empty ledger says in each section that there is nothing")
    func empty() throws {
        try Tool.inFolder { faregate in
            let answer = try faregate("report")
            #expect(answer.status == 0 && answer.error == "")
            for sentence in [
                "No calls.", "No refusals.", "No rule in shadow mode matched a call",
                "0 accounts with 0 credits in all.",
                "No account that changed in this period has no credits left.", "No call is open.",
                "No purchase needs a person.",
            ] { #expect(answer.output.contains(sentence), "\(sentence)") }
        }
    }

    @Test("A report needs no policy, and then has days in UTC")
    func withoutPolicy() throws {
        try Tool.inFolder(policy: nil) { faregate in
            let answer = try faregate("report", "--json", environment: ["FAREGATE_POLICIES": ""])
            #expect(answer.status == 0 && answer.error == "")
            #expect(try answer.json()["timeZone"] as? String == "UTC")
            #expect(try answer.json()["policyVersion"] == nil)
            let missing = try faregate("report", "--policies", "nowhere.jsonc")
            #expect(missing.status == 3)
        }
    }

    @Test("A long period is reported in weeks, and a call counts in the week that it was made in")
    func weeks() async throws {
        try await Tool.inFolderWithLedger { faregate, ledger in
            let now = SystemClock().now
            let day: Int64 = 86_400_000
            for daysAgo in [101, 99, 50, 0] as [Int64] {
                try await ledger.call("chat", for: "ana", at: now.advanced(byMilliseconds: -daysAgo * day - 1000))
            }
            let usage = try #require(
                try faregate("report", "--since", "100d", "--json").json()["usage"] as? [String: Any])
            let spans = try #require(usage["periods"] as? [[String: Any]])
            #expect(usage["by"] as? String == "week" && (15...16).contains(spans.count))
            let calls = spans.map {
                ($0["actions"] as? [[String: Any]] ?? []).compactMap { $0["calls"] as? Int }.reduce(0, +)
            }
            #expect(calls.reduce(0, +) == 3 && calls.prefix(2).reduce(0, +) == 1 && calls.last == 1)
            #expect((usage["total"] as? [String: Any])?["calls"] as? Int == 3)
            let days = try faregate("report", "--since", "61d", "--json").json()["usage"] as? [String: Any]
            #expect(days?["by"] as? String == "day" && (days?["total"] as? [String: Any])?["calls"] as? Int == 2)
        }
    }

    @Test("A report says since when calls may be in an archive, if that is in its period")
    func archived() async throws {
        try await Tool.inFolderWithLedger { faregate, ledger in
            let now = SystemClock().now
            let day: Int64 = 86_400_000
            for daysAgo in [25, 2] as [Int64] {
                try await ledger.call("chat", for: "ana", at: now.advanced(byMilliseconds: -daysAgo * day))
            }
            await ledger.close()
            #expect(try !faregate("report").output.contains("archive"))
            let archived = try faregate("archive", "--before", "20d", "--to", "old.archive")
            #expect(archived.status == 0, "\(archived.error)")
            let report = try faregate("report")
            #expect(report.output.contains("may be in an archive, and are not\ncounted.\n"))
            #expect(report.output.contains("\ntotal       1        0 "))
            #expect(try !faregate("report", "--since", "19d").output.contains("archive"))
        }
    }

    @Test(
        "A report explains what it can't do",
        arguments: [
            (["--since", "2999-01-01"], 2, "in the past"), (["--since", "367d"], 2, "at most 366 days"),
            (["--since", "0001-01-01"], 2, "at most 366 days"), (["--until", "0001-01-01"], 2, "--until"),
            (["--since", "1d", "--until", "2d"], 2, "later than --since"), (["--html", ""], 2, "name the file"),
            (["--html", "-", "--json"], 2, "leave out --json"), (["november"], 2, "unexpected"),
            (["--html", "nowhere/report.html"], 3, "there is no folder"),
            (["--html", "policy.jsonc"], 3, "exists already"),
            (["--html", "."], 3, "exists already"),
        ])
    func misuse(words: [String], status: Int, hint: String) throws {
        try Tool.inFolder { faregate in
            let before = try faregate.files
            let answer = try faregate.run(["report"] + words)
            #expect(Int(answer.status) == status && answer.output == "", "\(answer.output.prefix(99))")
            #expect(answer.error.contains(hint), "\(answer.error)")
            #expect(try faregate.files == before)
        }
    }
}
