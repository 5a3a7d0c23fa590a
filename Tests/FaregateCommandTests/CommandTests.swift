import CSQLite
import Foundation
import Testing

@Suite struct CommandTests {
    @Test("The check command confirms valid files")
    func validFiles() throws {
        try Tool.inFolder(makingLedger: false) { faregate in
            let answer = try faregate("check", "policy.jsonc")
            #expect(answer.status == 0)
            #expect(answer.output.hasPrefix("policy.jsonc: no mistakes (2 actions, 1 plan, 0 packs; version "))
            #expect(answer.error == "")
        }
    }

    @Test("A check counts the warnings that it prints")
    func checkWarnings() throws {
        let policy = """
            { "actions": { "a": { "cost": 1 } }, "packs": { "x": { "credits": 5, "price": "1.00 USD", "expires": "6m" } } }
            """
        try Tool.inFolder(policy: policy, makingLedger: false) { faregate in
            let answer = try faregate("check")
            #expect(answer.status == 0)
            #expect(answer.output.hasPrefix("policy.jsonc: no mistakes, but 2 warnings (1 action, 0 plans, 1 pack; "))
            #expect(answer.error.matches(of: /warning:/).count == 2)
            let missing = try faregate("check", "nowhere")
            #expect(missing.status == 3 && missing.error == "nowhere: error: there is no such file or folder\n")
        }
    }

    @Test("The check command shows every mistake with its file, line and column")
    func mistakes() throws {
        let policy = """
            {
              "actions": {
                "generate": { "cots": 10 },
                "chat": { "cost": 2.5 }
              }
            }
            """
        try Tool.inFolder(policy: policy, makingLedger: false) { faregate in
            let answer = try faregate("check", "policy.jsonc")
            #expect(answer.status == 1)
            #expect(answer.output == "")
            let misspelled = "policy.jsonc:3:19: error: unknown key \"cots\"; did you mean \"cost\"?"
            #expect(answer.error.contains(misspelled))
            #expect(answer.error.contains("policy.jsonc:4:23: error:"))
            #expect(answer.error.contains("    \"generate\": { \"cots\": 10 },\n                  ^"))

            let json = try faregate("check", "policy.jsonc", "--json")
            #expect(json.status == 1)
            #expect(try json.json()["ok"] as? Bool == false)
        }
    }

    @Test("The check command warns of a missing environment variable")
    func missingVariable() throws {
        let policy = """
            {
              "actions": { "generate": { "cost": 10 } },
              "packs": { "50": { "credits": 50, "price": "10.00 USD", "stripe": "${PRICE_ID_50}" } }
            }
            """
        try Tool.inFolder(policy: policy, makingLedger: false) { faregate in
            let without = try faregate("check")
            #expect(without.status == 0)
            #expect(without.error.contains("warning: the environment variable PRICE_ID_50 is not set"))
            #expect(try faregate("check", environment: ["PRICE_ID_50": "price_1"]).error == "")
        }
    }

    @Test("The price command prints the cost and the line that sets it")
    func price() throws {
        try Tool.inFolder(makingLedger: false) { faregate in
            let plain = try faregate("price", "generate")
            #expect(plain.output == "generate: 10 credits\n  set by policy.jsonc:3:27\n")
            let large = try faregate("price", "generate", "--attribute", "size=large", "--json").json()
            #expect(large["cost"] as? Int == 25)

            let unknown = try faregate("price", "genrate")
            #expect(unknown.status == 2)
            #expect(unknown.error.contains("did you mean \"generate\"?"))
        }
    }

    @Test("An attribute has the type that the rules compare")
    func attributes() throws {
        let policy = """
            {
              "actions": {
                "mail": {
                  "cost": 1,
                  "rules": [
                    { "when": { "zip": "01234" }, "cost": 2 },
                    { "when": { "steps": { "above": 50 } }, "cost": 3 },
                    { "when": { "express": true }, "cost": 4 }
                  ]
                }
              },
              "plans": { "free": { "grants": [{ "credits": 50, "every": "once" }] } },
              "defaultPlan": "free"
            }
            """
        try Tool.inFolder(policy: policy) { faregate in
            let prices = ["zip=01234": 2, "zip=1234": 1, "steps=60": 3, "steps=many": 1, "express=true": 4]
            for (attribute, cost) in prices {
                let answer = try faregate("price", "mail", "--attribute", attribute, "--json").json()
                #expect(answer["cost"] as? Int == cost, "\(attribute)")
            }
            let ran = try faregate("run", "mail", "--account", "ana", "--attribute", "zip=01234", "--", "true")
            #expect(ran.status == 0)
            #expect(try faregate("balance", "ana", "--json").json()["remaining"] as? Int == 48)
        }
    }

    @Test("The check command warns of a limit that a single call exceeds")
    func impossibleLimit() throws {
        let policy = """
            { "actions": { "a": { "cost": 25, "limits": [{ "max": 10, "per": "day", "count": "credits" }] } } }
            """
        try Tool.inFolder(policy: policy, makingLedger: false) { faregate in
            let answer = try faregate("check")
            #expect(answer.status == 0)
            #expect(answer.error.contains("counts 25 for this limit of 10 credits, so it is always refused"))
        }
    }

    @Test("The price command shows the sum of a price by usage")
    func usagePrice() throws {
        let policy = """
            {
              "actions": {
                "chat": {
                  "cost": { "base": 1, "units": { "input_tokens": "1/1000", "output_tokens": "4/1000" } },
                  "hold": { "output_tokens": 2000 },
                  "rules": [{ "when": { "model": "large" }, "cost": 40, "mode": "shadow" }],
                  "limits": [
                    { "max": 500, "per": "month", "count": "credits", "mode": "shadow" },
                    { "max": 9, "per": "day" }
                  ]
                }
              }
            }
            """
        try Tool.inFolder(policy: policy, makingLedger: false) { faregate in
            let answer = try faregate("price", "chat", "--units", "input_tokens=1500", "--attribute", "model=large")
            #expect(
                answer.output == """
                    chat: 11 credits
                      1 for the call
                      1500 input_tokens × 0.001 = 1.5
                      2000 output_tokens × 0.004 = 8
                      10.5 together, rounded up once to 11
                      set by policy.jsonc:4:15
                      40 credits if the rule in shadow at policy.jsonc:6:17 were enforced
                      at most 500 credits per month by account, in shadow (policy.jsonc:8:9)
                      at most 9 calls per day by account (policy.jsonc:9:9)

                    """
            )
            let json = try faregate("price", "chat", "--units", "output_tokens=0", "--json").json()
            #expect(json["cost"] as? Int == 1)
            #expect(json["units"] as? [String: Int] == ["output_tokens": 0])
            let price = json["price"] as? [String: Any]
            #expect(price?["units"] as? [String: String] == ["input_tokens": "1/1000", "output_tokens": "1/250"])

            let unknown = try faregate("price", "chat", "--units", "output_token=1")
            #expect(unknown.status == 2)
            #expect(unknown.error.contains("did you mean \"output_tokens\"?"))
        }
    }

    @Test("The price command says when nothing is charged", arguments: ["shadow", "off"])
    func unenforced(mode: String) throws {
        let policy = #"{ "mode": "\#(mode)", "actions": { "generate": { "cost": 10 } } }"#
        try Tool.inFolder(policy: policy, makingLedger: false) { faregate in
            let answer = try faregate("price", "generate")
            #expect(answer.output.hasPrefix("generate: \(mode == "off" ? 0 : 10) credits\n"))
            #expect(answer.output.contains("nothing is taken"))
            #expect(try faregate("price", "generate", "--json").json()["mode"] as? String == mode)
        }
    }

    @Test("The grant, balance and history commands agree")
    func oneStory() throws {
        try Tool.inFolder { faregate in
            #expect(
                try faregate("grant", "ana", "5", "--reason", "sorry").output
                    == "granted 5 credits; ana has 55 credits\n")
            let balance = try faregate("balance", "ana", "--json").json()
            #expect(balance["remaining"] as? Int == 55)
            #expect(balance["sources"] as? [String: Int] == ["adjustment": 5, "plan": 50])

            let history = try faregate("history", "ana").output.split(separator: "\n")
            #expect(history.count == 4)
            #expect(history[1].hasSuffix("+5  grant: adjustment"))
            #expect(history[2].hasPrefix("  sorry (by "))
        }
    }

    @Test("A grant can expire, and the balance shows when credits expire")
    func expiringGrant() throws {
        try Tool.inFolder { faregate in
            let day = try faregate("grant", "ana", "7", "--expires", "2100-12-31")
            #expect(day.output == "granted 7 credits until 2101-01-01T00:00:00Z; ana has 57 credits\n")
            let moment = try faregate("grant", "ana", "1", "--expires", "2099-01-02T03:04:05Z", "--json").json()
            #expect(moment["expiresAt"] as? String == "2099-01-02T03:04:05.000Z")
            let lines = try faregate("balance", "ana").output.split(separator: "\n")
            #expect(
                lines.suffix(3) == [
                    "1 credit can be spent until 2099-01-02T03:04:05Z",
                    "7 credits can be spent until 2101-01-01T00:00:00Z", "plan: free",
                ]
            )
            let weeks = try faregate("grant", "ana", "2", "--expires", "2w")
            #expect(weeks.output.hasPrefix("granted 2 credits until 2"))
            let balance = try faregate("balance", "ana", "--json").json()
            #expect((balance["expiring"] as? [[String: Any]])?.map { $0["credits"] as? Int } == [2, 1, 7])
            #expect(balance["remaining"] as? Int == 60)
        }
    }

    @Test(
        "The end of a grant must be in the future", arguments: ["2020-01-01", "0d", "soon", "2026-13-01", "9999999y"])
    func pastEnd(text: String) throws {
        try Tool.inFolder { faregate in
            let answer = try faregate("grant", "ana", "7", "--expires", text)
            #expect(answer.status == 2 && answer.error.contains("--expires takes"))
            #expect(try faregate("balance", "ana").status == 1)
        }
    }

    @Test("The same reference grants once")
    func sameReference() throws {
        try Tool.inFolder { faregate in
            _ = try faregate("grant", "ana", "5", "--reference", "ticket-1")
            let again = try faregate("grant", "ana", "5", "--reference", "ticket-1")
            #expect(again.output == "already granted under this reference; nothing was added. ana has 55 credits\n")
            let other = try faregate("grant", "ana", "6", "--reference", "ticket-1")
            #expect(other.status == 1)
            #expect(try faregate("balance", "ana", "--json").json()["remaining"] as? Int == 55)
        }
    }

    /// A ledger's file records which SQLite wrote it.
    /// [version-valid-for](https://www.sqlite.org/fileformat2.html#validfor)
    @Test("The tool runs on the same SQLite as its tests")
    func sqlite() throws {
        try Tool.inFolder { faregate in
            _ = try faregate("grant", "ana", "5")
            let file = try Data(contentsOf: faregate.folder.appendingPathComponent("test.faregate"))
            let version = file[96..<100].reduce(0) { $0 << 8 | Int32($1) }
            #expect(version == sqlite3_libversion_number())
        }
    }

    @Test("The history command continues after the last page")
    func pages() throws {
        try Tool.inFolder { faregate in
            for _ in 0..<3 { _ = try faregate("run", "generate", "--account", "ana", "--", "true") }
            let first = try faregate("history", "ana", "--count", "3")
            #expect(first.error == "more: --after 2\n")
            let second = try faregate("history", "ana", "--count", "3", "--after", "2")
            #expect(second.output.split(separator: "\n").count == 2)
            #expect(second.error == "")
        }
    }

    @Test(
        "Misuse is explained on standard error with exit code 2",
        arguments: [
            [], ["nonsense"], ["balance"], ["balance", "a", "b"], ["balance", "ana", "--databse", "x"],
            ["balance", ""],
            ["grant", "ana", "many"], ["grant", "ana", "0"], ["grant", "ana", "-5"],
            ["grant", "ana", "9007199254740992"],
            ["grant", "ana", "5", "--source", "purchase"], ["history", "ana", "--count", "0"],
            ["history", "ana", "--after", "soon"], ["price"], ["price", "generate", "--attribute", "size"],
            ["price", "generate", "--units", "tokens"], ["price", "generate", "--units", "tokens=many"],
            ["price", "generate", "--units", "=5"], ["price", "generate", "--units", "tokens=5"],
            ["price", "generate", "--units", "a=1", "--units", "a=2"],
            ["run", "generate", "--account", "ana"], ["run", "generate", "--", "true"],
            ["grant", "ana", "5", "--reason"],
            ["audit", "all"], ["audit", "--yes"], ["backup"], ["backup", ""], ["restore"], ["restore", ""],
            ["restore", "./test.faregate"], ["explain"], ["explain", "soon"],
            ["explain", "-1"], ["suspend", "ana"], ["suspend", "--reason", "x"], ["plan"], ["plan", "ana", "fre"],
            ["plan", "ana", "free", "x"], ["holds", "x"], ["recover", "x"],
            ["init", "a", "b"], ["init", ""], ["init", "a", "--database", "b"],
            ["status", "x"], ["stats", "x"], ["vacuum", "x"], ["archive"], ["archive", "--before", "1d"],
            ["archive", "--to", "a"], ["archive", "--before", "soon", "--to", "a"], ["archive", "a", "--before", "1d"],
            ["archive", "--before", "2199-01-01", "--to", "a"], ["explain", "r1", "--archive", "a"],
            ["inbox", "shwo"], ["inbox", "--state", "open"], ["inbox", "--count", "501"], ["inbox", "show", "stripe"],
            ["inbox", "show", "stripe", "evt", "x"], ["purchases", "a", "b"], ["purchases", "show"], ["purchases", ""],
            ["purchases", "approve", "--reason", "x"], ["purchases", "approve", "pur_1"], ["forget"],
            ["forget", "ana"],
            ["forget", "--reason", "x"], ["forget", "ana", "--reason", ""],
        ])
    func misuse(words: [String]) throws {
        try Tool.inFolder(makingLedger: false) { faregate in
            let answer = try faregate.run(words)
            #expect(answer.status == 2)
            #expect(answer.output == "")
            #expect(!answer.error.isEmpty)
        }
    }

    @Test("The version is the newest one in the list of changes")
    func version() throws {
        let changes = try String(
            contentsOf: URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../CHANGELOG.md")
                .standardized,
            encoding: .utf8
        )
        let newest = try #require(changes.firstMatch(of: /\n## ([0-9]+\.[0-9]+\.[0-9]+)/)).1
        try Tool.inFolder(makingLedger: false) { faregate in
            let answer = try faregate("--version")
            #expect(answer.status == 0)
            #expect(answer.output == "faregate \(newest), SQLite \(String(cString: sqlite3_libversion()))\n")
        }
    }
}
