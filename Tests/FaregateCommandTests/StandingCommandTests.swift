import Foundation
import Testing

/// The standing of an account on the command line.
@Suite struct StandingCommandTests {
    private static let policy = """
        {
          "actions": {
            "generate": { "cost": 30, "limits": [{ "max": 5, "per": "day" }] },
            "chat": { "cost": { "base": 1, "units": { "tokens": "1/100" } }, "hold": { "tokens": 500 } },
          },
          "plans": { "free": { "grants": [{ "credits": 50, "every": "once" }, { "credits": 7, "every": "month" }] } },
          "defaultPlan": "free",
        }
        """

    @Test("The price and standing commands name a limit of several actions, and the conditions of a limit")
    func limits() throws {
        let policy = """
            {
              "actions": {
                "chat": { "cost": 1, "limits": [{ "max": 5, "per": "day", "when": { "plan": "free", "fast": true } }] },
                "draw": { "cost": 3, "limits": [{ "max": 0, "per": "day", "when": { "plan": "free" } }] },
              },
              "limits": { "ai calls": { "actions": ["chat", "draw"], "max": 9, "per": "hour" } },
              "plans": { "free": { "grants": [{ "credits": 50, "every": "once" }] } },
              "defaultPlan": "free",
            }
            """
        try Tool.inFolder(policy: policy) { faregate in
            let price = try faregate("price", "chat", "--attribute", "fast=true").output
            #expect(price.contains("  at most 5 calls per day by account when fast is true and plan is \"free\" ("))
            #expect(price.contains("  ai calls: at most 9 calls of chat and draw per hour by account ("))
            #expect(try !faregate("price", "chat").output.contains("when"))
            _ = try faregate("run", "chat", "--account", "ana", "--", "true")
            let standing = try faregate("standing", "ana").output
            #expect(standing.contains("\nchat: 1\n  ai calls: 8 of 9 calls left per hour, with draw; more at 2"))
            #expect(standing.contains("\n  draw is switched off when plan is \"free\"; waiting doesn't help\n"))
            #expect(
                standing.contains("\n  0 of 0 calls left per day\n  ai calls: 8 of 9 calls left per hour, with chat"))
            let json = try faregate("price", "draw", "--json").json()
            let limits = json["limits"] as? [[String: Any]]
            #expect(limits?.map { $0["when"] as? String } == [#"plan is "free""#, nil])
            #expect(limits?.map { $0["actions"] as? [String] } == [[], ["chat", "draw"]])
        }
    }

    @Test("The standing command says that a hold by model is that of the cheapest model")
    func cheapest() throws {
        let policy = """
            { "actions": { "chat": { "cost": { "prices": "model" }, "hold": { "tokens": 10 } } },
              "prices": { "large": { "tokens": 5 }, "small": { "tokens": 1 } }, "plans": { "free": {} },
              "defaultPlan": "free" }
            """
        try Tool.inFolder(policy: policy) { faregate in
            _ = try faregate("grant", "ana", "50")
            let text = try faregate("standing", "ana").output
            #expect(text.contains("\n  holds 10 credits until it ends (with the cheapest model; more with others)\n"))
        }
    }

    @Test("The standing command prints each action's cost, whether a call would pass, and what is left")
    func told() throws {
        try Tool.inFolder(policy: StandingCommandTests.policy) { faregate in
            #expect(try faregate("standing", "ana").status == 1)
            _ = try faregate("run", "generate", "--account", "ana", "--", "true")
            let answer = try faregate("standing", "ana")
            #expect(answer.status == 0)
            #expect(answer.output.hasPrefix("ana is on plan free\n27 credits to spend: 27 plan\n"))
            #expect(answer.output.contains(" (the plan's grant \"month\")\n"))
            #expect(answer.output.contains("\nchat: 1 + 0.01 per tokens\n  holds 6 credits until it ends\n"))
            #expect(answer.output.contains("until it ends\n\ngenerate: 30, refused\n"))
            #expect(answer.output.contains("  you need 30 credits, you have 27\n"))
            #expect(answer.output.contains("  4 of 5 calls left per day; more at 2"))
            #expect(!answer.output.split(separator: "\n").contains { $0.count > 80 })
            let json = try faregate("standing", "ana", "--json").json()
            #expect((json["credits"] as? [String: Any])?["spendable"] as? Int == 27)
            let actions = json["actions"] as? [[String: Any]]
            #expect(actions?.compactMap { $0["name"] as? String } == ["chat", "generate"])
            #expect((actions?.last?["refusal"] as? [String: Any])?["kind"] as? String == "insufficient-credits")
        }
    }
}
