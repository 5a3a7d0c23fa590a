import Foundation
import Testing

/// The tests in policy files, as `faregate check` runs them.
@Suite("Tests in policy files")
struct PolicyTestsTests {
    private static func policy(_ tests: String) -> String {
        """
        {
          "actions": {
            "generate": {
              "cost": 10,
              "rules": [{ "when": { "plan": "pro" }, "cost": 8 }],
              "limits": [{ "max": 3, "per": "minute" }],
            },
            "chat": { "cost": { "base": 1, "units": { "words": "1/2" } }, "key": "required" },
          },
          "plans": { "free": { "grants": [{ "credits": 25, "every": "once" }] }, "pro": {} },
          "defaultPlan": "free",
          "changes": [{ "from": "2099-01-01", "patch": { "actions": { "generate": { "cost": 12 } } } }],
          "tests": [\(tests)],
        }
        """
    }

    private func check(_ tests: String) throws -> Tool.Answer {
        var answer: Tool.Answer?
        try Tool.inFolder(policy: PolicyTestsTests.policy(tests), makingLedger: false) { answer = try $0("check") }
        return try #require(answer)
    }

    @Test(
        "A test that describes what the policy does passes",
        arguments: [
            #"{ "name": "pro pays 8", "call": "generate", "plan": "pro", "expect": { "cost": 8 } }"#,
            #"{ "call": "generate", "expect": { "cost": 10 } }"#,
            #"{ "call": "generate", "at": "2099-01-01", "expect": { "cost": 12 } }"#,
            #"{ "call": "generate", "times": 4, "within": "1m", "expect": { "refused": "limit" } }"#,
            #"{ "call": "generate", "times": 4, "within": "2m", "expect": { "allowed": true } }"#,
            #"{ "call": "generate", "credits": "plan", "times": 3, "expect": { "refused": "credits" } }"#,
            #"{ "call": "generate", "credits": 10, "expect": { "cost": 10 } }"#,
            #"{ "call": "generate", "credits": 9, "expect": { "refused": "credits" } }"#,
            #"{ "call": "generate", "credits": 0, "plan": "pro", "expect": { "refused": "credits" } }"#,
            #"{ "call": "chat", "expect": { "refused": "key" } }"#,
            #"{ "call": "chat", "key": true, "units": { "words": 9 }, "times": 2, "expect": { "cost": 6 } }"#,
        ])
    func passes(test: String) throws {
        let answer = try check(test)
        #expect(answer.status == 0, "\(answer.error)")
        #expect(answer.output.contains("1 test passed"))
    }

    @Test(
        "A test that fails is an error with its place, what was expected and what happened",
        arguments: [
            (
                #"{ "name": "pro pays 9", "call": "generate", "plan": "pro", "expect": { "cost": 9 } }"#,
                #"the test "pro pays 9" fails: the call should cost 9 credits, and it cost 8 credits"#
            ),
            (
                #"{ "call": "generate", "times": 5, "expect": { "refused": "limit" } }"#,
                #"the test "generate on line 13" fails: call 4 of 5 already was refused: "#
            ),
            (
                #"{ "call": "generate", "credits": 5, "expect": { "allowed": true } }"#,
                "the call should be allowed, and it was refused: "
            ),
            (
                #"{ "call": "generate", "expect": { "refused": "credits" } }"#,
                "the call should be refused for lack of credits, and it cost 10 credits"
            ),
            (
                #"{ "call": "generate", "units": { "words": 9 }, "expect": { "cost": 10 } }"#,
                "the call should cost 10 credits, and it was refused: there is no price for the unit"
            ),
        ])
    func fails(test: String, message: String) throws {
        let answer = try check(test)
        #expect(answer.status == 1)
        #expect(answer.error.contains("policy.jsonc:13:13: error: "), "\(answer.error)")
        #expect(answer.error.contains(message), "\(answer.error)")
        #expect(answer.error.contains("1 of 1 test failed"))
    }

    @Test("The tests' results are in the JSON of the check")
    func json() throws {
        let tests =
            #"{ "call": "chat", "expect": { "allowed": true } }, { "call": "chat", "expect": { "refused": "key" } }"#
        try Tool.inFolder(policy: PolicyTestsTests.policy(tests), makingLedger: false) { faregate in
            let answer = try faregate("check", "--json").json()
            #expect(answer["ok"] as? Bool == false && answer["tests"] as? Int == 2)
            #expect((answer["diagnostics"] as? [[String: Any]])?.count == 1)
        }
    }

    @Test("The price command shows the price on the day of an announced change")
    func priceOnADay() throws {
        try Tool.inFolder(policy: PolicyTestsTests.policy(""), makingLedger: false) { faregate in
            let now = try faregate("price", "generate").output
            #expect(now.hasPrefix("generate: 10 credits\n"))
            #expect(now.hasSuffix("  12 credits from 2099-01-01T00:00:00Z on\n"))
            for (day, cost) in [("2098-12-31", 10), ("2099-01-01", 12)] {
                let answer = try faregate("price", "generate", "--at", day)
                #expect(answer.output.hasPrefix("generate: \(cost) credits\n"))
            }
            #expect(try faregate("price", "generate", "--at", "tomorrow").status == 2)
            let rise = "from 2099-01-01T00:00:00Z on: action generate: 10 -> 12 credits (+20%)"
            #expect(try faregate("check").output.contains(rise))
        }
    }
}
