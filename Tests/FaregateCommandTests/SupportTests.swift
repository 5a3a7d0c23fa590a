import Faregate
import FaregateBooks
import FaregateSQLite
import Foundation
import Testing

/// The commands of customer support.
@Suite struct SupportTests {
    @Test("The explain command prints what a charge cost and why")
    func explainCharge() throws {
        try Tool.inFolder { faregate in
            _ = try faregate("run", "generate", "--account", "ana", "--attribute", "size=large", "--", "true")
            _ = try faregate("run", "generate", "--account", "ana", "--", "false")
            let large = try faregate("explain", "1")
            #expect(large.status == 0)
            #expect(large.output.hasPrefix("charge 1: generate cost 25 credits\n\n  account     ana\n"))
            #expect(large.output.contains("  price       25, when size is \"large\", set by policy.jsonc:3:41\n"))
            #expect(large.output.contains("  attributes  size=large\n"))
            #expect(large.output.contains("paid  from  reference\n  25  plan  opening:free:once\n"))

            let refunded = try faregate("explain", "2").output
            #expect(refunded.hasPrefix("charge 2: generate was refunded and cost nothing\n"))
            #expect(refunded.contains(" (the call failed)\n"))
            #expect(try faregate("explain", "1", "--json").json()["cost"] as? Int == 25)
            #expect(try faregate("explain", "3").status == 1)
        }
    }

    @Test("A charge has the same rule, whichever path the policy file has")
    func rulePath() throws {
        try Tool.inFolder { faregate in
            try FileManager.default.createDirectory(
                atPath: faregate.path("policies"), withIntermediateDirectories: true)
            try Data(Tool.standardPolicy.utf8).write(to: URL(filePath: faregate.path("policies/policy.jsonc")))
            let paths = ["policy.jsonc", faregate.path("policy.jsonc"), "policies", faregate.path("policies") + "/"]
            for path in paths {
                _ = try faregate("run", "generate", "--account", "ana", "--policies", path, "--", "true")
            }
            #expect(try faregate.column("SELECT count(*) FROM charges") == ["4"])
            #expect(try faregate.column("SELECT rule FROM prices") == ["policy.jsonc:3:27"])
            for status in [0, 1] as [Int32] {
                let last = try faregate("run", "generate", "--account", "ana", "--policies", "policies", "--", "true")
                #expect(last.status == status)
            }
            let refusals = try faregate("refusals", "ana", "--json").json()["refusals"] as? [[String: Any]]
            #expect(refusals?.map { $0["rule"] as? String } == ["policy.jsonc:3:27"])
        }
    }

    @Test("The explain command prints when a refused call would pass")
    func explainRefusal() async throws {
        try await Tool.inFolderWithLedger { faregate, ledger in
            let moment = Timestamp(rawValue: 1_767_225_600_000)
            let refusal = Refusal.Record(
                id: "r0123456789abcdef",
                at: moment,
                account: "ana",
                action: "generate",
                kind: "insufficient-credits",
                detail: "you need 10 credits, you have 4",
                rule: "policy.jsonc:3:27",
                policyVersion: "v",
                retryAt: moment,
                shortfall: 6
            )
            ledger.keep(refusal)
            try await ledger.refresh("ana", under: .empty, at: moment)
            let answer = try faregate("explain", "r0123456789abcdef")
            #expect(answer.status == 0)
            #expect(answer.output.hasPrefix("refusal r0123456789abcdef: you need 10 credits, you have 4\n"))
            #expect(answer.output.contains("  rule        policy.jsonc:3:27\n"))
            #expect(answer.output.contains("  allowed     from 2026-01-01T00:00:00Z on\n"))
            #expect(answer.output.contains("  allowed     with 6 more credits\n"))
            #expect(try faregate("explain", "r0").status == 1)
        }
    }

    @Test("A suspended account is refused until it is resumed")
    func suspended() throws {
        try Tool.inFolder { faregate in
            _ = try faregate("grant", "ana", "5")
            let suspended = try faregate("suspend", "ana", "--reason", "fraud", "--by", "eva")
            #expect(suspended.status == 0)
            #expect(suspended.output.hasPrefix("ana is suspended"))
            #expect(try faregate("run", "generate", "--account", "ana", "--", "true").status == 1)
            #expect(try faregate("balance", "ana").output.contains("\nsuspended since "))
            #expect(
                try faregate("suspend", "ana", "--reason", "fraud").output.contains("is already suspended, since 2")
            )

            let resumed = try faregate("suspend", "ana", "--resume", "--reason", "a mistake")
            #expect(resumed.output == "ana may call again\n")
            #expect(try !faregate("balance", "ana").output.contains("suspended"))
            #expect(try faregate("suspend", "nobody", "--reason", "fraud").status == 1)
        }
    }

    @Test("The plan command shows an account's plan and changes it")
    func plan() throws {
        try Tool.inFolder(policy: SupportTests.twoPlans) { faregate in
            _ = try faregate("grant", "ana", "5")
            #expect(try faregate("plan", "ana").output == "ana is on plan free\n")
            let moved = try faregate("plan", "ana", "pro")
            #expect(moved.output == "ana is now on plan pro (was on plan free). ana has 555 credits\n")
            #expect(try faregate("plan", "ana", "pro").output == "ana is already on plan pro; nothing was changed\n")
            #expect(try faregate("balance", "ana").output.contains("\nplan: pro\n"))
            #expect(try faregate("plan", "ana", "prp").error.contains("did you mean \"pro\"?"))
            #expect(try faregate("plan", "bob").status == 1)
            #expect(try faregate("plan", "bob", "pro").output == "bob is now on plan pro (new). bob has 550 credits\n")
        }
    }

    @Test("The account's plan sets the price")
    func planPrice() throws {
        try Tool.inFolder(policy: SupportTests.priceByPlan) { faregate in
            #expect(try faregate("price", "chat", "--account", "ana").output.hasPrefix("chat: 10 credits\n"))
            _ = try faregate("plan", "ana", "pro")
            let own = try faregate("price", "chat", "--account", "ana").output
            #expect(own.hasPrefix("chat: 1 credit\n") && own.contains("\n  for an account on plan pro\n"))
            #expect(try faregate("price", "chat", "--plan", "pro", "--json").json()["cost"] as? Int == 1)
            #expect(try faregate("price", "chat", "--json").json()["plan"] as? String == "free")

            #expect(try faregate("run", "chat", "--account", "ana", "--", "true").status == 0)
            #expect(try faregate("balance", "ana", "--json").json()["used"] as? Int == 1)
            #expect(try faregate("explain", "1").output.contains("plan=pro"))

            for misuse in [
                ["--attribute", "plan=pro"], ["--plan", "gold"], ["--plan", "pro", "--account", "ana"],
            ] {
                #expect(try faregate.run(["price", "chat"] + misuse).status == 2, "\(misuse)")
            }
        }
    }

    private static let priceByPlan = """
        {
          "actions": { "chat": { "cost": 10, "rules": [{ "when": { "plan": "pro" }, "cost": 1 }] } },
          "plans": {
            "free": { "grants": [{ "credits": 50, "every": "once" }] },
            "pro": { "grants": [{ "credits": 500, "every": "month" }] }
          },
          "defaultPlan": "free"
        }
        """

    private static let twoPlans = """
        {
          "actions": { "generate": { "cost": 10 } },
          "plans": {
            "free": { "grants": [{ "credits": 50, "every": "once" }] },
            "pro": { "grants": [{ "credits": 500, "every": "month" }] }
          },
          "defaultPlan": "free"
        }
        """

    @Test("A grant records who gave it")
    func grantBy() async throws {
        try await Tool.inFolderWithLedger { faregate, _ in
            _ = try faregate("grant", "ana", "5", "--by", "eva")
            _ = try faregate("grant", "ana", "5")
            #expect(
                try faregate.column("SELECT by FROM grants WHERE source = 3 ORDER BY id") == [
                    "eva", NSUserName(),
                ]
            )
        }
    }
}
