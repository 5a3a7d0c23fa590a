import Faregate
import Testing

@Suite("Legal content of a policy file that is probably a mistake")
struct PolicyWarningTests {
    private func warnings(_ text: String, name: String = "p.jsonc") throws -> [String] {
        let disk = MemoryDisk()
        disk.write(text, to: name)
        return try Policy.Files(path: name, environment: ["A": "a"], forSale: false, disk: disk).load().warnings
            .map(\.message)
    }

    private func ofRules(_ rules: String) throws -> [String] {
        try warnings(
            """
            { "actions": { "a": { "cost": 1, "rules": [
            \(rules)] } }, "plans": { "pro": {}, "free": {} }, "defaultPlan": "free" }
            """)
    }

    @Test(
        "Credits for actions that are free, or for all actions there are",
        arguments: [
            (#""for": ["free"]"#, "these credits can't be spent: \"free\" costs nothing"),
            (#""for": ["free", "tried"]"#, "these credits can't be spent: \"free\" and \"tried\" cost nothing"),
            (
                #""for": ["chat", "free", "tried"]"#,
                "these are all actions; without \"for\" the credits would also pay for actions that are added later"
            ),
            (#""for": ["chat", "free"]"#, nil),
        ])
    func purposes(list: String, message: String?) throws {
        let found = try warnings(
            """
            { "actions": {
                "chat": { "cost": { "units": { "tokens": "1/1000" } }, "hold": { "tokens": 10 } },
                "free": { "cost": 0, "rules": [{ "when": { "n": 1 }, "cost": 5, "mode": "shadow" }] },
                "tried": { "cost": 5, "mode": "shadow" }
              },
              "plans": { "free": { "grants": [{ "credits": 5, "every": "month", \(list) }] } }, "defaultPlan": "free"
            }
            """)
        #expect(found == (message.map { [$0] } ?? []))
    }

    @Test("Credits for the only action there is are no mistake")
    func onlyAction() throws {
        let found = try warnings(
            """
            { "actions": { "chat": { "cost": 1 } },
              "plans": { "free": { "grants": [{ "credits": 5, "every": "month", "for": ["chat"] }] } },
              "defaultPlan": "free" }
            """)
        #expect(found == [])
    }

    @Test(
        "A rule that an earlier one makes useless",
        arguments: [
            (
                #"{ "when": { "plan": "pro" }, "cost": 2 }, { "when": { "plan": "pro", "size": "large" }, "cost": 3 }"#,
                1
            ),
            (
                #"{ "when": { "plan": "pro", "size": "large" }, "cost": 3 }, { "when": { "plan": "pro" }, "cost": 2 }"#,
                0
            ),
            (#"{ "when": { "size": ["s", "m"] }, "cost": 2 }, { "when": { "size": "m" }, "cost": 3 }"#, 1),
            (#"{ "when": { "size": "m" }, "cost": 2 }, { "when": { "size": ["s", "m"] }, "cost": 3 }"#, 0),
            (#"{ "when": { "n": { "above": 5 } }, "cost": 2 }, { "when": { "n": { "above": 9 } }, "cost": 3 }"#, 1),
            (#"{ "when": { "n": { "above": 9 } }, "cost": 2 }, { "when": { "n": { "above": 5 } }, "cost": 3 }"#, 0),
            (#"{ "when": { "n": { "above": 5 } }, "cost": 2 }, { "when": { "n": [6, 7] }, "cost": 3 }"#, 1),
            (#"{ "when": { "n": { "above": 5 } }, "cost": 2 }, { "when": { "n": [5, 7] }, "cost": 3 }"#, 0),
            (#"{ "when": { "n": 6 }, "cost": 2 }, { "when": { "n": { "above": 5 } }, "cost": 3 }"#, 0),
            (#"{ "when": { "n": 6 }, "cost": 2, "mode": "shadow" }, { "when": { "n": 6 }, "cost": 3 }"#, 0),
            (#"{ "when": { "n": 6 }, "cost": 2 }, { "when": { "n": 6 }, "cost": 3, "mode": "off" }"#, 0),
        ])
    func rules(rules: String, count: Int) throws {
        let found = try ofRules(rules)
        #expect(found.count == count)
        #expect(found.allSatisfy { $0.hasPrefix("this rule is never used: the one on line 2 comes first") })
    }

    @Test(
        "A limit that a stricter one makes useless",
        arguments: [
            (#"{ "max": 50, "per": "hour" }, { "max": 10, "per": "day" }"#, 1),
            (#"{ "max": 5, "per": "minute" }, { "max": 10, "per": "day" }"#, 0),
            (#"{ "max": 50, "per": "week" }, { "max": 10, "per": "month" }"#, 0),
            (#"{ "max": 50, "within": "1h" }, { "max": 10, "per": "day" }"#, 0),
            (#"{ "max": 50, "per": "hour" }, { "max": 10, "within": "24h" }"#, 1),
            (#"{ "max": 50, "per": "day" }, { "max": 10, "within": "24h" }"#, 0),
            (#"{ "max": 50, "per": "day", "by": "member" }, { "max": 10, "per": "day" }"#, 1),
            (#"{ "max": 50, "per": "day" }, { "max": 10, "per": "day", "by": "member" }"#, 0),
            (#"{ "max": 50, "per": "day" }, { "max": 10, "per": "day", "count": "credits" }"#, 0),
            (#"{ "max": 50, "per": "minute" }, { "max": 10, "per": "day", "mode": "shadow" }"#, 0),
            (#"{ "max": 50, "per": "day", "id": "x" }, { "max": 50, "per": "day" }"#, 1),
            (#"{ "max": 50, "per": "day", "when": { "n": 1 } }, { "max": 10, "per": "day" }"#, 1),
            (#"{ "max": 50, "per": "day" }, { "max": 10, "per": "day", "when": { "n": 1 } }"#, 0),
            // Failed calls stay in the count of the minute, and leave that of the day.
            (#"{ "max": 50, "per": "minute" }, { "max": 10, "per": "day" }"#, 0),
        ])
    func limits(limits: String, count: Int) throws {
        let found = try warnings(#"{ "actions": { "a": { "cost": 1, "limits": [\#(limits)] } } }"#)
        #expect(found.count == count, "\(found)")
        #expect(found.allSatisfy { $0.hasPrefix("this limit is never reached") })
    }

    @Test("Several values in one text")
    func list() throws {
        #expect(
            try ofRules(#"{ "when": { "size": "large, huge" }, "cost": 2 }"#)
                == [#""large, huge" is one value with a comma in it; several values are a list: ["large", "huge"]"#])
    }

    @Test("Plans without a default plan")
    func defaultPlan() throws {
        #expect(
            try warnings(#"{ "actions": { "a": { "cost": 1 } }, "plans": { "pro": {} } }"#)
                == ["new accounts are on none of these plans, because there is no \"defaultPlan\""])
    }

    @Test(
        "A pack that nobody can buy, or that was priced or written wrongly",
        arguments: [
            (#""50": { "credits": 50, "price": "10.00 USD" }"#, ["nobody can buy this pack"]),
            (#""50": { "credits": 50, "price": "10.00 USD", "stripe": "$A" }"#, [#""$A" is taken as it is"#]),
            (#""50": { "credits": 50, "price": "10.00 USD", "stripe": "${A}" }"#, []),
            (#""50": { "credits": 50, "price": "10.00 USX", "stripe": "a" }"#, [#"there is no currency "USX""#]),
            (
                #""50": { "credits": 50, "price": "10.00 USD", "stripe": "a", "expires": "6m" }"#,
                [#""6m" is 6 minutes; for months, write days: "180d""#]
            ),
            (
                #""50": { "credits": 50, "price": "10.00 USD", "stripe": "a" }, "90": { "credits": 90, "price": "18.00 USD", "stripe": "a" }"#,
                [#"this pack and the pack "50" have the same product at "stripe""#]
            ),
            (
                #""50": { "credits": 50, "price": "10.00 USD", "stripe": "a" }, "90": { "credits": 90, "price": "180.00 USD", "stripe": "b" }"#,
                [#"a credit of this pack costs ten times as much as one of the pack "50""#]
            ),
            (
                #""50": { "credits": 50, "price": "10.00 USD", "stripe": "a" }, "90": { "credits": 90, "price": "179.00 USD", "stripe": "b" }"#,
                []
            ),
        ])
    func packs(packs: String, expected: [String]) throws {
        let found = try warnings(#"{ "actions": { "a": { "cost": 1 } }, "packs": { \#(packs) } }"#)
        #expect(found.count == expected.count, "\(found)")
        for (message, start) in zip(found, expected) { #expect(message.hasPrefix(start), "\(message)") }
    }

    @Test("A file in the folder that isn't read")
    func otherFiles() throws {
        let disk = MemoryDisk()
        disk.write(#"{ "actions": { "a": { "cost": 1 } } }"#, to: "p/a.jsonc")
        for name in [
            "prices.yaml", "old.json.txt", "B.JSON", "readme.txt", "a.jsonc~", ".b.yaml", "policy.schema.json",
        ] {
            disk.write("", to: "p/\(name)")
        }
        let loaded = try Policy.Files(path: "p", environment: [:], forSale: false, disk: disk).load()
        #expect(loaded.warnings.map(\.location.file) == ["p/B.JSON", "p/old.json.txt", "p/prices.yaml"])
    }

    @Test("A warning about the policy after a change names the date")
    func afterAChange() throws {
        let text = #"""
            { "actions": { "a": { "cost": 1 } }, "changes": [{ "from": "2027-01-01", "patch": {
                "actions": { "a": { "rules": [{ "when": { "size": "l, m" }, "cost": 2 }] } } } }] }
            """#
        #expect(try warnings(text).map { $0.hasPrefix("from 2027-01-01 on: ") } == [true])
    }
}
