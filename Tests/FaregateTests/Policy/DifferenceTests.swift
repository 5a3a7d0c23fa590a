import Faregate
import Testing

@Suite("The differences of two policies")
struct DifferenceTests {
    private func differences(_ old: String, _ new: String) throws -> [String] {
        let old = try Policy(parsing: old, environment: [:])
        let new = try Policy(parsing: new, environment: [:])
        #expect(new.differences(from: new) == [])
        #expect(old.differences(from: old) == [])
        return new.differences(from: old).map(\.description)
    }

    private func ofAction(_ old: String, _ new: String) throws -> [String] {
        let plans = #""plans": { "free": {}, "pro": {} }"#
        return try differences(
            #"{ "actions": { "generate": { \#(old) } }, \#(plans) }"#,
            #"{ "actions": { "generate": { \#(new) } }, \#(plans) }"#)
    }

    @Test(
        "A changed price says what was, what is, and by how much",
        arguments: [
            (#""cost": 8"#, #""cost": 12"#, "8 -> 12 credits (+50%)"),
            (#""cost": 12"#, #""cost": 1"#, "12 -> 1 credit (-92%)"),
            (#""cost": 0"#, #""cost": 5"#, "0 -> 5 credits"),
            (#""cost": 1000"#, #""cost": 1001"#, "1000 -> 1001 credits (+less than 1%)"),
            (
                #""cost": { "base": 1, "units": { "words": "1/2" } }"#,
                #""cost": { "base": 1, "units": { "words": "3/4" }, "minimum": 2 }"#,
                "1 credit + 0.5 per words -> 1 credit + 0.75 per words, at least 2"
            ),
            (#""cost": 8"#, #""cost": { "units": { "words": 1 } }"#, "8 credits -> 1 per words"),
        ])
    func price(old: String, new: String, text: String) throws {
        #expect(try ofAction(old, new) == ["action generate: \(text)"])
    }

    @Test("What credits pay for is compared by the present names of actions")
    func purposes() throws {
        func text(_ actions: String, plan: String, pack: String) -> String {
            """
            { "actions": { \(actions) },
              "plans": { "free": { "grants": [{ "credits": 5, "every": "month"\(plan) }] } },
              "packs": { "p": { "credits": 5, "price": "1.00 USD"\(pack) } } }
            """
        }
        let old = text(#""paint": { "cost": 1 }, "chat": { "cost": 1 }"#, plan: #", "for": ["paint"]"#, pack: "")
        let actions = #""draw": { "cost": 1, "was": ["paint"] }, "chat": { "cost": 1 }"#
        #expect(
            try differences(old, text(actions, plan: #", "for": ["draw"]"#, pack: "")) == [
                "action draw: renamed from paint"
            ])
        #expect(
            try differences(old, text(actions, plan: #", "for": ["chat", "draw"]"#, pack: #", "for": ["draw"]"#)) == [
                "action draw: renamed from paint",
                "plan free: 5 credits for draw each month -> 5 credits for chat and draw each month",
                "pack p: pays for: all actions -> draw",
            ])
    }

    @Test("Another place or spelling of the same policy is no difference")
    func same() throws {
        #expect(try ofAction(#""cost": 8, "mode": "enforce""#, "\n\n\"cost\": 8") == [])
        #expect(try ofAction(#""cost": 8"#, #""cost": { "base": 8 }"#) == [])
    }

    @Test("A rule is known by its conditions, and says what its calls cost")
    func rules() throws {
        let old =
            #""cost": 10, "rules": [{ "when": { "plan": "pro" }, "cost": 8 }, { "when": { "size": "large" }, "cost": 25 }]"#
        #expect(
            try ofAction(old, old.replacing(#""cost": 8"#, with: #""cost": 4"#))
                == ["action generate: 8 -> 4 credits (-50%) when plan is \"pro\""])
        #expect(
            try ofAction(old, #""cost": 10, "rules": [{ "when": { "size": "large" }, "cost": 25 }]"#) == [
                "action generate: the rule when size is \"large\" applies to more calls, also when plan is \"pro\"",
                "action generate: rule removed: 8 credits when plan is \"pro\"; the cost is 25 credits or 10 credits now",
            ])
        #expect(
            try ofAction(
                #""cost": 10"#,
                #""cost": 10, "rules": [{ "when": { "steps": { "above": 50 } }, "factor": 2, "mode": "shadow" }]"#) == [
                    "action generate: new rule: 20 credits when steps is above 50 (shadow: only recorded), instead of 10 credits"
                ])
        #expect(
            try ofAction(old, old.replacing(#""cost": 8"#, with: #""cost": 8, "mode": "off""#)) == [
                "action generate: rule when plan is \"pro\": enforced -> off",
                "action generate: the rule when size is \"large\" applies to more calls, also when plan is \"pro\"",
            ])
    }

    @Test("A new rule says what its calls cost under the rules that matched them before")
    func insteadOf() throws {
        let large = #"{ "when": { "size": "large" }, "cost": 25 }"#
        let both = #"{ "when": { "size": "large", "plan": "pro" }, "cost": 13 }"#
        let when = #"when plan is "pro" and size is "large""#
        #expect(
            try ofAction(#""cost": 10, "rules": [\#(large)]"#, #""cost": 10, "rules": [\#(both), \#(large)]"#) == [
                "action generate: new rule: 13 credits \(when), instead of 25 credits",
                #"action generate: the rule when size is "large" applies to fewer calls: an earlier rule takes those \#(when)"#,
            ])
        #expect(
            try ofAction(#""cost": 10, "rules": [\#(both), \#(large)]"#, #""cost": 10, "rules": [\#(large)]"#).last
                == "action generate: rule removed: 13 credits \(when); the cost is 25 credits now")
    }

    @Test("A renamed plan is one difference, and its rules are not listed as changed")
    func renamedPlan() throws {
        func policy(_ name: String, _ was: String) -> String {
            #"""
            { "actions": { "a": { "cost": 10, "rules": [{ "when": { "plan": "\#(name)" }, "cost": 5 },
              { "when": { "size": "large" }, "cost": 25 }] } }, "plans": { "\#(name)": { \#(was) } }, "defaultPlan": "\#(name)" }
            """#
        }
        #expect(
            try differences(policy("pro", ""), policy("studio", #""was": ["pro"]"#))
                == ["defaultPlan: pro -> studio", "plan studio: renamed from pro"])
    }

    @Test("Of two limits of the same calls, the one in shadow mode is compared with the old one in shadow mode")
    func twins() throws {
        func limits(_ first: String) -> String {
            #""cost": 1, "limits": [\#(first){ "max": 2, "per": "hour", "mode": "shadow" }]"#
        }
        #expect(
            try ofAction(limits(#"{ "max": 5, "per": "hour" }, "#), limits(#"{ "max": 5, "within": "1h" }, "#)) == [
                "action generate: new limit: 5 calls within 1h", "action generate: limit removed: 5 calls per hour",
            ])
        #expect(
            try ofAction(
                limits(#"{ "max": 5, "per": "hour" }, "#), #""cost": 1, "limits": [{ "max": 5, "per": "hour" }]"#)
                == ["action generate: limit removed: 2 calls per hour (shadow: only recorded)"])
    }

    @Test("Rules in another order say which of them applies to fewer calls, unless no call can meet both")
    func order() throws {
        func rules(_ first: String, _ second: String) -> String {
            #""cost": 10, "rules": [{ "when": { \#(first) }, "cost": 8 }, { "when": { \#(second) }, "cost": 8 }]"#
        }
        let (pro, large, draft) = (#""plan": "pro""#, #""size": "large""#, #""size": ["small", "draft"]"#)
        #expect(
            try ofAction(rules(pro, large), rules(large, pro)) == [
                "action generate: the rule when size is \"large\" applies to more calls, also when plan is \"pro\"",
                "action generate: the rule when plan is \"pro\" applies to fewer calls: an earlier rule takes those when size is \"large\"",
            ])
        #expect(try ofAction(rules(draft, large), rules(large, draft)) == [])
        let (few, many) = (#""steps": { "below": 20 }"#, #""steps": { "above": 20 }"#)
        #expect(try ofAction(rules(few, many), rules(many, few)) == [])
        let some = #""steps": { "above": 10, "below": 30 }"#
        #expect(try ofAction(rules(few, some), rules(some, few)).count == 2)
    }

    @Test("A limit is known by what it counts")
    func limits() throws {
        func limits(_ list: String) -> String { #""cost": 1, "limits": [\#(list)]"# }
        let three = #"{ "max": 3, "per": "minute" }"#
        #expect(
            try ofAction(limits(three), limits(#"{ "max": 5, "per": "minute" }"#))
                == ["action generate: limit 3 -> 5 calls per minute"])
        #expect(
            try ofAction(limits(three), limits(#"{ "max": 3, "per": "minute", "mode": "shadow" }"#))
                == ["action generate: limit of 3 calls per minute: enforced -> shadow: only recorded"])
        #expect(
            try ofAction(limits(three), limits(#"{ "max": 3, "within": "24h", "by": "member", "count": "credits" }"#))
                == [
                    "action generate: new limit: 3 credits within 24h for each member",
                    "action generate: limit removed: 3 calls per minute",
                ])
    }

    @Test("New, removed and renamed actions, and their other settings")
    func actions() throws {
        #expect(
            try differences(
                #"{ "actions": { "draw": { "cost": 1 }, "chat": { "cost": 2, "timeout": "60s" } } }"#,
                #"{ "actions": { "paint": { "cost": 1, "was": ["draw"], "title": "Paint" }, "export": { "cost": 3 } } }"#
            ) == [
                "action chat: removed: calls to it fail",
                "action export: new, 3 credits",
                "action paint: renamed from draw",
                #"action paint: title: "draw" -> "Paint""#,
            ])
        #expect(
            try ofAction(
                #""cost": { "base": 1, "units": { "words": 1 } }, "hold": { "words": 5 }"#,
                #""cost": { "base": 1, "units": { "words": 1 } }, "key": "required", "outage": { "allow": 9 }, "timeout": "60s""#
            ) == [
                "action generate: hold: 5 words -> none", "action generate: timeout: none -> 1m",
                "action generate: outage: calls are refused -> up to 9 calls are let through",
                "action generate: idempotency key: optional -> required",
            ])
    }

    @Test("Plans, packs and settings")
    func others() throws {
        #expect(
            try differences(
                """
                { "plans": { "free": { "grants": [{ "credits": 50, "every": "once" }] }, "lite": {} }, "defaultPlan": "free",
                  "packs": { "50": { "credits": 50, "price": "10.00 USD", "stripe": "a" }, "9": { "credits": 9, "price": "1.00 USD" } } }
                """,
                """
                { "plans": { "start": { "was": ["free"], "grants": [{ "credits": 20, "every": "once" }] },
                             "pro": { "grants": [{ "credits": 1000, "every": "month", "rollover": 500 }] } },
                  "defaultPlan": "start", "timezone": "Europe/Oslo", "lowBalance": 10,
                  "packs": { "50": { "credits": 50, "price": "12.00 USD", "stripe": "b", "dodo": "c", "expires": "1y" } } }
                """) == [
                    "timezone: UTC -> Europe/Oslo", "defaultPlan: free -> start", "lowBalance: 0 -> 10",
                    "plan lite: removed: accounts on it receive no more credits",
                    "plan pro: new, 1000 credits each month, of which up to 500 roll over",
                    "plan start: renamed from free", "plan start: 50 credits once -> 20 credits once (-60%)",
                    "pack 50: 50 credits for 10.00 USD -> 50 credits for 12.00 USD",
                    "pack 50: credits expire: never -> after 1y",
                    "pack 50: sold at dodo as c", "pack 50: product at stripe: a -> b",
                    "pack 9: removed: it can't be bought any more",
                ])
    }

    @Test("An announced change is shown once with its date, and not again if it was already announced")
    func announced() throws {
        func policy(_ cost: Int, _ changes: String) -> String {
            #"{ "actions": { "generate": { "cost": \#(cost) } }, "changes": [\#(changes)] }"#
        }
        let december = #"{ "from": "2026-12-01", "patch": { "actions": { "generate": { "cost": 12 } } } }"#
        let january = #"{ "from": "2027-01-01", "patch": { "lowBalance": 5 } }"#
        let rise = "from 2026-12-01T00:00:00.000Z on: action generate: 10 -> 12 credits (+20%)"
        #expect(try differences(policy(10, ""), policy(10, december)) == [rise])
        #expect(
            try differences(policy(10, december), policy(10, december + ", " + january))
                == ["from 2027-01-01T00:00:00.000Z on: lowBalance: 0 -> 5"])
        #expect(
            try differences(policy(10, december), policy(10, ""))
                == ["changes: the change from 2026-12-01T00:00:00Z on is no longer announced"])
        // The change was merged into the policy.
        #expect(try differences(policy(10, december), policy(12, "")) == ["action generate: 10 -> 12 credits (+20%)"])
    }
}
