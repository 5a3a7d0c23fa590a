import Foundation
import Testing

/// `faregate refusals`
@Suite struct RefusalCommandTests {
    private static let policy = """
        {
          "actions": { "generate": { "cost": 10 }, "film": { "cost": 60, "limits": [{ "max": 1, "per": "day" }] } },
          "plans": { "free": { "grants": [{ "credits": 50, "every": "once" }] } },
          "defaultPlan": "free",
        }
        """

    /// ana is refused twice, then suspended and refused again; bob is refused once.
    private func withRefusals(_ body: (Tool) throws -> Void) throws {
        try Tool.inFolder(policy: Self.policy) { faregate in
            for account in ["ana", "ana", "bob"] {
                #expect(try faregate("run", "film", "--account", account, "--", "true").status == 1)
            }
            _ = try faregate("suspend", "ana", "--reason", "fraud")
            #expect(try faregate("run", "generate", "--account", "ana", "--", "true").status == 1)
            try body(faregate)
        }
    }

    @Test("The refusals command lists an account's refusals with reason, remedy and id")
    func listed() throws {
        try withRefusals { faregate in
            let answer = try faregate("refusals", "ana")
            #expect(answer.status == 0 && answer.error == "")
            let lines = answer.output.split(separator: "\n").map(String.init)
            try #require(lines.count == 9)
            #expect(lines[0].wholeMatch(of: /20[0-9-]+T[0-9:]+Z  generate  r[0-9a-f]{16}/) != nil, "\(lines[0])")
            #expect(lines[1] == "  this account is suspended")
            #expect(lines[2] == "  to let the account call again: faregate suspend ana --resume --reason …")
            #expect(lines[4] == "  you need 60 credits, you have 50")
            #expect(lines[5] == "  would have been allowed with 10 more credits")
            #expect(lines.allSatisfy { $0.count <= 80 })
            let id = try #require(lines[3].split(separator: " ").last)
            #expect(try faregate("explain", String(id)).output.hasPrefix("refusal \(id): you need 60 credits"))
        }
    }

    @Test("The refusals command lists all accounts, counts by reason, action or account, and stops at --count")
    func all() throws {
        try withRefusals { faregate in
            let all = try faregate("refusals", "--count", "3", "--json").json()
            #expect((all["refusals"] as? [[String: Any]])?.map { $0["account"] as? String } == ["ana", "bob", "ana"])
            #expect(all["hasMore"] as? Bool == true)
            #expect(
                try faregate("refusals", "--count", "3").error == "there are more refusals; --count shows up to 500\n")
            let reasons = try faregate("refusals", "--by", "reason").output.split(separator: "\n")
            try #require(reasons.count == 3)
            #expect(reasons[1].hasPrefix("not enough credits         3  2"))
            #expect(reasons[2].hasPrefix("account suspended          1  2"))
            let accounts = try faregate("refusals", "--by", "account", "--json").json()["groups"] as? [[String: Any]]
            #expect(accounts?.map { $0["name"] as? String } == ["ana", "bob"])
            #expect(accounts?.map { $0["refusals"] as? Int } == [3, 1])
        }
    }

    @Test("The refusals command says when there are none, and explains a misspelled word")
    func none() throws {
        try Tool.inFolder { faregate in
            _ = try faregate("grant", "ana", "5")
            #expect(try faregate("refusals").output == "no refusals\n")
            #expect(
                try faregate("refusals", "ana", "--since", "2026-01-01").output.hasPrefix("no refusals of ana since 2"))
            #expect(try faregate("refusals", "bob").status == 1)
            let misspelled = try faregate("refusals", "--by", "acount")
            #expect(misspelled.status == 2 && misspelled.error.contains("did you mean \"account\"?"))
            #expect(try faregate("refusals", "--since", "soon").status == 2)
        }
    }
}
