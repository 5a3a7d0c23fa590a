import Foundation
import Testing

/// `faregate shadow`
@Suite struct ShadowCommandTests {
    private static let policy = """
        {
          "actions": {
            "generate": {
              "cost": 10, "rules": [{ "when": { "size": "large" }, "cost": 25, "mode": "shadow" }],
              "limits": [{ "max": 1, "per": "year", "mode": "shadow" }]
            }
          },
          "plans": { "free": { "grants": [{ "credits": 50, "every": "once" }] } },
          "defaultPlan": "free",
        }
        """

    @Test("The shadow command shows which calls a rule would have charged differently and a limit would have refused")
    func report() throws {
        try Tool.inFolder(policy: Self.policy) { faregate in
            for account in ["ana", "bob", "ana"] {
                let words = ["run", "generate", "--account", account, "--attribute", "size=large", "--", "true"]
                #expect(try faregate.run(words).status == 0)
            }
            let answer = try faregate("shadow", "--since", "1d")
            #expect(answer.status == 0)
            let lines = answer.output.split(separator: "\n").map(String.init)
            try #require(lines.count == 7)
            #expect(lines[0] == "generate: 3 calls of 2 accounts cost 30 credits, and would have cost 75 by")
            #expect(lines[2] == "  ana: 2 calls cost 20, and would have cost 50")
            #expect(
                lines[4].hasPrefix("generate: 1 call of 1 account would have been refused by the limit \"calls per"))
            #expect(lines.last == "  ana: 1 call" && lines.allSatisfy { $0.count <= 80 })

            let json = try faregate("shadow", "--json").json()
            let price = (json["prices"] as? [[String: Any]])?.first
            #expect(price?["shadowCredits"] as? Int == 75 && price?["credits"] as? Int == 30)
            let limit = (json["limits"] as? [[String: Any]])?.first
            #expect((limit?["accounts"] as? [[String: Any]])?.first?["account"] as? String == "ana")
            #expect(try faregate("refusals").output == "no refusals\n")
            #expect(try faregate("shadow", "--count", "1").output.contains("  and 1 more account; --count shows more"))
        }
    }

    @Test("The shadow command and the report show the calls that an action in shadow mode can't price")
    func unpriced() throws {
        let policy =
            #"{ "actions": { "generate": { "mode": "MODE", "cost": { "prices": "model" } } }, "#
            + #""prices": { "small": { "tokens": 1 } } }"#
        try Tool.inFolder(policy: policy.replacing("MODE", with: "shadow")) { faregate in
            let call = ["run", "generate", "--account", "ana", "--attribute", "model=smal", "--", "true"]
            #expect(try faregate.run(call).status == 0)
            let lines = try faregate("shadow").output.replacing(/\s+/, with: " ")
            #expect(lines.hasPrefix("generate: 1 call of 1 account would have been refused by policy.jsonc:1:"))
            #expect(lines.hasSuffix(#": the price list has no model "smal"; did you mean "small"? ana: 1 call "#))
            let json = try faregate("shadow", "--json").json()
            #expect((json["refusals"] as? [[String: Any]])?.first?["calls"] as? Int == 1)
            #expect((json["prices"] as? [Any])?.isEmpty == true)
            let report = try faregate("report", "--since", "1d").output.replacing(/\s+/, with: " ")
            #expect(report.contains(#"1 call would have been refused: the price list has no model "smal";"#))
            let price = try faregate("price", "generate", "--attribute", "model=smal")
            #expect(price.status == 0 && price.output.contains("  refused if the price in shadow at policy.jsonc:1:"))

            try Data(policy.replacing("MODE", with: "enforce").utf8).write(
                to: URL(fileURLWithPath: faregate.path("policy.jsonc")))
            #expect(try faregate.run(call).status == 1)
            #expect(try faregate("refusals").output.contains(#"no model "smal"; did you mean "small"?"#))
            #expect(try faregate("refusals", "--by", "reason").output.contains("unknown model"))
        }
    }

    @Test("The shadow command says when nothing in shadow mode mattered")
    func nothing() throws {
        try Tool.inFolder { faregate in
            let answer = try faregate("shadow")
            #expect(answer.status == 0 && answer.output.hasPrefix("no rule in shadow mode matched a call, and no call"))
        }
    }
}
