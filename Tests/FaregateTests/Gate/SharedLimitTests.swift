import Faregate
import FaregateTesting
import TestSupport
import Testing

/// Limits in the section `limits`.
@Suite("A limit of several actions", .endsWhenStuck) struct SharedLimitTests {
    private static func text(_ limit: String, chat: String = #""cost": 1"#) -> String {
        """
        {
          "actions": {
            "chat": { \(chat) },
            "draw": { "was": ["paint"], "cost": 4, "limits": [{ "max": 9, "per": "day" }] },
            "export": { "cost": 0 }
          },
          "limits": { "ai calls": { "actions": ["chat", "draw"], \(limit) } },
          "plans": { "free": { "grants": [{ "credits": 50, "every": "once" }] } },
          "defaultPlan": "free"
        }
        """
    }

    @Test("The calls of all its actions are counted together", arguments: [#""per": "day""#, #""within": "24h""#])
    func together(window: String) async throws {
        try await withScene(SharedLimitTests.text("\"max\": 3, \(window)")) { scene in
            for (action, expected) in [
                ("chat", 200), ("draw", 200), ("export", 200), ("paint", 200), ("chat", 429), ("draw", 429),
                ("export", 200),
            ] {
                let status = try await scene.gate.status(of: action)
                #expect(status == expected, "\(action)")
            }
            let other = try await scene.gate.status(of: "chat", for: "bob")
            #expect(other == 200)
        }
    }

    @Test("A refusal, a standing and an explanation name the limit and its other actions")
    func named() async throws {
        try await withScene(SharedLimitTests.text(#""max": 1, "per": "day""#)) { scene in
            let charge = try await scene.gate.run("draw", for: "ana") { $0.id }
            let refusal = try await scene.gate.refusal(of: "chat")
            #expect(
                refusal.description
                    == #"chat is limited to 1 call per day together with draw (limit "ai calls"); 1 used"#)
            #expect(refusal.problem.members["violated-policies"] == .array([.string("ai calls")]))
            let standing = try await scene.gate.standing(of: "ana")
            #expect(standing["draw"]?.limits.map(\.name) == ["calls per day by account", "ai calls"])
            #expect(standing["chat"]?.limits.map(\.actions) == [["chat", "draw"]])
            #expect(standing["chat"]?.limits.map(\.left) == [0])
            #expect(standing["export"]?.limits.isEmpty == true)
            let explained = try await scene.ledger.explain(charge)?.limits.map(\.name)
            #expect(explained == ["paint/calls per day by account", "ai calls: calls per day by account"])
        }
    }

    @Test("A limit by credits adds the costs of all its actions")
    func credits() async throws {
        try await withScene(SharedLimitTests.text(#""max": 9, "per": "day", "count": "credits""#)) { scene in
            for (action, expected) in [("draw", 200), ("chat", 200), ("draw", 200), ("chat", 429)] {
                let status = try await scene.gate.status(of: action)
                #expect(status == expected, "\(action)")
            }
        }
    }

    @Test("A limit by a unit counts the units of every action, also when the use is reported")
    func units() async throws {
        let text = """
            {
              "actions": {
                "chat": { "cost": { "units": { "tokens": "1/1000" } }, "hold": { "tokens": 1000 } },
                "draw": { "cost": { "base": 1, "units": { "tokens": 0 } } }
              },
              "limits": { "tokens": { "actions": ["chat", "draw"], "max": 3000, "per": "day", "count": "tokens" } },
              "plans": { "free": { "grants": [{ "credits": 50, "every": "once" }] } }, "defaultPlan": "free"
            }
            """
        try await withScene(text) { scene in
            try await scene.gate.run("draw", for: "ana") { charge in try await charge.report(["tokens": 2500]) }
            let refusal = try await scene.gate.refusal(of: "chat")
            #expect(refusal.problem.members["used"] == 2500)
        }
    }

    @Test("A limit of 0 switches all its actions off")
    func off() async throws {
        try await withScene(SharedLimitTests.text(#""max": 0, "per": "day""#)) { scene in
            for action in ["chat", "draw"] {
                let refusal = try await scene.gate.refusal(of: action)
                #expect(refusal.description == "\(action) is switched off; waiting doesn't help")
            }
        }
    }

    @Test("An action in shadow mode counts without being refused")
    func shadow() async throws {
        let text = SharedLimitTests.text(#""max": 1, "per": "day""#, chat: #""cost": 1, "mode": "shadow""#)
        try await withScene(text) { scene in
            for (action, expected) in [("chat", 200), ("chat", 200), ("draw", 429)] {
                let status = try await scene.gate.status(of: action)
                #expect(status == expected, "\(action)")
            }
        }
    }

    @Test("A limit can't have the name of another limit of its actions")
    func nameTaken() throws {
        let text = """
            { "actions": { "chat": { "cost": 1, "limits": [{ "id": "ai", "max": 5, "per": "day" }] } },
              "limits": { "ai": { "actions": ["chat"], "max": 50, "per": "hour" } } }
            """
        let error = #expect(throws: Policy.FileError.self) { try Policy(parsing: text) }
        let message = #"a limit of the action "chat" is also called "ai", at policy.jsonc:1:48"#
        #expect(error?.diagnostics.map(\.message) == [message])
    }

    @Test("A call that alone exceeds the limit gives a warning that names its action's price")
    func warns() throws {
        let disk = MemoryDisk()
        disk.write(SharedLimitTests.text(#""max": 3, "per": "day", "count": "credits""#), to: "policy.jsonc")
        let loaded = try Policy.Files(path: "policy.jsonc", environment: [:], forSale: false, disk: disk).load()
        #expect(
            loaded.warnings.map(\.message) == [
                "a call priced at policy.jsonc:4:41 counts 4 for this limit of 3 credits, so it is always refused"
            ]
        )
    }

    @Test("An action's shared limits are sorted by name, whatever the order of the file")
    func order() throws {
        for names in [["b", "a", "c"], ["c", "b", "a"]] {
            let limits = names.map { #""\#($0)": { "actions": ["chat"], "max": 5, "per": "day" }"# }
            let policy = try Policy(
                parsing: #"{ "actions": { "chat": { "cost": 1 } }, "limits": { \#(limits.joined(separator: ", ")) } }"#)
            #expect(policy.actions["chat"]?.limits.map(\.name) == ["a", "b", "c"])
        }
    }

    @Test("A limit may be in another file than its actions")
    func files() throws {
        let disk = MemoryDisk()
        disk.write(#"{ "actions": { "chat": { "cost": 1 } } }"#, to: "p/a.jsonc")
        disk.write(#"{ "limits": { "ai": { "actions": ["chat"], "max": 5, "per": "day" } } }"#, to: "p/b.jsonc")
        let policy = try Policy.Files(path: "p", environment: [:], forSale: false, disk: disk).load().policy
        #expect(policy.actions["chat"]?.limits.map(\.name) == ["ai"])
        #expect(policy.actions["chat"]?.limits.first?.sentence == "ai: at most 5 calls of chat per day by account")
    }
}
