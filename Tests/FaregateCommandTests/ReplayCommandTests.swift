import Foundation
import Testing

/// `faregate replay`
@Suite struct ReplayCommandTests {
    private static let dearer = Tool.standardPolicy.replacing(
        "\"cost\": 10, \"rules\"", with: "\"cost\": 12, \"rules\"")

    /// Three calls of ana cost 45, a fourth is refused for lack of credits, and a call of "<bob>" costs 10.
    private func withCalls(_ body: (Tool) throws -> Void) throws {
        try Tool.inFolder { faregate in
            for words in [[], ["--attribute", "size=large"], [], []] {
                _ = try faregate.run(["run", "generate", "--account", "ana"] + words + ["--", "true"])
            }
            _ = try faregate("run", "generate", "--account", "<bob>", "--", "true")
            try Data(Self.dearer.utf8).write(to: URL(fileURLWithPath: faregate.path("draft.jsonc")))
            try body(faregate)
        }
    }

    @Test("The replay command shows what calls would have cost under an edited policy, by action and account")
    func edited() throws {
        try withCalls { faregate in
            let answer = try faregate("replay", "--policies", faregate.path("draft.jsonc"))
            #expect(answer.status == 0 && answer.error == "")
            #expect(
                answer.output == """
                    4 calls of 2 accounts: 61 credits instead of 55 (+11%); no further call would
                    have been refused, 0 of 1 recorded refusal would have passed; 2 accounts
                    affected

                    action    plan  calls  before  after  change  refused  allowed
                    generate  free      4      55     61    +11%
                    total               4      55     61    +11%

                    most affected  calls  before  after  change  refused  allowed
                    ana                3      45     49     +9%
                    <bob>              1      10     12    +20%

                    changed (all 3):
                      charge 1, ana, generate: 10 credits -> 12 credits
                      charge 3, ana, generate: 10 credits -> 12 credits
                      charge 4, <bob>, generate: 10 credits -> 12 credits

                    Assumes that customers made the same calls, and received and bought the same
                    credits.

                    """
            )
            let json = try faregate("replay", "--policies", faregate.path("draft.jsonc"), "--json").json()
            #expect((json["total"] as? [String: Any])?["creditsAfter"] as? Int == 61)
            #expect((json["mostAffected"] as? [[String: Any]])?.first?["account"] as? String == "ana")
        }
    }

    @Test("Under the present policy and under those that were in force, a replay has the recorded result")
    func same() throws {
        try withCalls { faregate in
            for words in [["replay"], ["replay", "--recorded"]] {
                let answer = try faregate.run(words)
                #expect(answer.status == 0 && answer.error == "")
                #expect(
                    answer.output.hasPrefix(
                        "4 calls of 2 accounts: the same result for every call and for 1 recorded\nrefusal\n"))
            }
            let both = try faregate("replay", "--recorded", "--policies", faregate.path("draft.jsonc"))
            #expect(both.status == 2 && both.error.contains("leave out --policies"))
        }
    }

    @Test("A replay with --at uses the prices that the files announce for that day")
    func announced() throws {
        try withCalls { faregate in
            let change =
                #""changes": [{ "from": "2126-12-01", "patch": { "actions": { "generate": { "cost": 20 } } } }], "actions""#
            let policy = Tool.standardPolicy.replacing("\"actions\"", with: change)
            try Data(policy.utf8).write(to: URL(fileURLWithPath: faregate.path("draft.jsonc")))
            let draft = faregate.path("draft.jsonc")
            #expect(try faregate("replay", "--policies", draft).output.contains("the same result for every call"))
            let later = try faregate("replay", "--policies", draft, "--at", "2126-12-01")
            // The third call of ana lacks 15 credits.
            #expect(later.output.contains("65 credits instead of 55 (+18%); 1 more call would have"))
            #expect(later.output.contains("refused (needs 20 credits, has 5)"))
        }
    }

    @Test("Calls that the policy can't price are counted as they were, with the reason")
    func unpriced() throws {
        try withCalls { faregate in
            let other = #"{ "actions": { "generat": { "cost": 1 } } }"#
            try Data(other.utf8).write(to: URL(fileURLWithPath: faregate.path("draft.jsonc")))
            let answer = try faregate("replay", "--policies", faregate.path("draft.jsonc"))
            #expect(answer.status == 0)
            let text = answer.output.replacing(/\s+/, with: " ")
            #expect(text.hasPrefix("4 calls of 2 accounts: 4 of them can't be priced, and count as recorded; "))
            #expect(text.contains("4 calls counted as recorded: ") && text.contains("generat"))
            #expect(
                text.contains("1 refusal not tried again") && text.contains("the policy has no plan \"free\": 4 calls"))
        }
    }

    @Test("A replay says which limit would have refused a call, and stops if the files have a mistake")
    func stricter() throws {
        try withCalls { faregate in
            let draft = faregate.path("draft.jsonc")
            let limit = #""cost": 10, "limits": [{ "max": 2, "per": "day" }], "rules""#
            let policy = Tool.standardPolicy.replacing("\"cost\": 10, \"rules\"", with: limit)
            try Data(policy.utf8).write(to: URL(fileURLWithPath: draft))
            let text = try faregate("replay", "--policies", draft).output.replacing(/\s+/, with: " ")
            #expect(text.contains("1 more call would have been refused (1 by a limit)"))
            #expect(text.contains("10 credits -> refused (limit: at most 2 calls per day by account)"))
            try Data("{".utf8).write(to: URL(fileURLWithPath: faregate.path("policy.jsonc")))
            #expect(try faregate("replay").status == 1, "the kept policy isn't taken for the edited one")
        }
    }

    @Test("A replay writes a page with bars that needs no network, and replaces no file")
    func page() throws {
        try withCalls { faregate in
            let (draft, page) = (faregate.path("draft.jsonc"), faregate.path("replay.html"))
            let answer = try faregate("replay", "--policies", draft, "--html", page)
            #expect(answer.status == 0 && answer.output == "wrote the replay to \(page)\n")
            let reader = try expectSelfContained(String(contentsOfFile: page, encoding: .utf8))
            #expect(reader.text.contains("<bob>") && reader.text.contains("61") && reader.text.contains("+11%"))
            #expect(reader.elements["svg", default: 0] > 1)
            #expect(reader.text.contains("Credits by day, before and after"))
            #expect(reader.text.contains("Total before: 55 credits. Total after: 61 credits."))
            let again = try faregate("replay", "--policies", draft, "--html", page)
            #expect(again.status == 3 && again.error.contains("exists already"))
        }
    }

    @Test("A replay shows ten reasons why calls have no price, and counts the other calls")
    func manyReasons() throws {
        let names = (10..<22).map { "a\($0)" }
        let prices = names.map { #""\#($0)": { "cost": 0 }"# }.joined(separator: ", ")
        try Tool.inFolder(policy: #"{ "actions": { \#(prices) } }"#) { faregate in
            for name in names { _ = try faregate("run", name, "--account", "ana", "--", "true") }
            try Data(#"{ "actions": { "other": { "cost": 0 } } }"#.utf8).write(
                to: URL(fileURLWithPath: faregate.path("draft.jsonc")))
            let answer = try faregate("replay", "--policies", "draft.jsonc")
            #expect(answer.output.contains("2 more calls counted as recorded, for other reasons\n"))
        }
    }

    @Test("A replay of a period without calls says so")
    func empty() throws {
        try Tool.inFolder { faregate in
            let answer = try faregate("replay")
            #expect(answer.status == 0 && answer.output == "no call was made\n")
        }
    }
}
