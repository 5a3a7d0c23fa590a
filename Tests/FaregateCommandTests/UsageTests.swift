import Foundation
import Testing

/// `faregate usage`
@Suite struct UsageTests {
    @Test("The usage command adds up calls, credits and refunds by action, with a total")
    func byAction() throws {
        try Tool.inFolder { faregate in
            _ = try faregate("grant", "ana", "100")
            for words in [["--", "true"], ["--attribute", "size=large", "--", "true"], ["--", "false"]] {
                _ = try faregate.run(["run", "generate", "--account", "ana"] + words)
            }
            _ = try faregate("run", "slow", "--account", "ana", "--member", "mo", "--", "true")
            let answer = try faregate("usage", "ana", "--since", "month")
            #expect(answer.status == 0 && answer.error == "")
            #expect(
                answer.output == """
                    action    calls  credits  refunded
                    generate      3       35         1
                    slow          1       10         0
                    total         4       45         1

                    """
            )
            let json = try faregate("usage", "ana", "--by", "member", "--json").json()
            let groups = json["groups"] as? [[String: Any]]
            #expect(groups?.map { $0["name"] as? String } == ["(no member)", "mo"])
            #expect(groups?.map { $0["credits"] as? Int } == [35, 10])
            #expect((json["total"] as? [String: Any])?["refundedCalls"] as? Int == 1)
        }
    }

    @Test("The usage command counts days in the time zone of the policy", arguments: ["UTC", "Pacific/Kiritimati"])
    func byDay(zone: String) throws {
        let policy = """
            {
              "timezone": "\(zone)", "actions": { "generate": { "cost": 10 } },
              "plans": { "free": { "grants": [{ "credits": 50, "every": "once" }] } }, "defaultPlan": "free",
            }
            """
        try Tool.inFolder(policy: policy) { faregate in
            _ = try faregate("run", "generate", "--account", "ana", "--", "true")
            let moment = try #require(
                try faregate.column("SELECT created_at / 1000 FROM charges").first.flatMap(Double.init))
            let format = DateFormatter()
            (format.timeZone, format.dateFormat) = (TimeZone(identifier: zone), "yyyy-MM-dd")
            let day = format.string(from: Date(timeIntervalSince1970: moment))
            #expect(try faregate("usage", "ana", "--by", "day").output.contains("\n\(day)      1       10"))
            #expect(try faregate("usage", "ana", "--since", day).output.contains("generate"))
            let none = try faregate("usage", "ana", "--until", day)
            #expect(none.status == 0 && none.output.hasPrefix("ana made no calls until 20"))
        }
    }

    @Test("A time without a time zone is refused with the time zones to add")
    func withoutZone() throws {
        try Tool.inFolder { faregate in
            for words in [["usage", "ana", "--since"], ["price", "generate", "--at"]] {
                let answer = try faregate.run(words + ["2026-12-15T00:00:00"])
                #expect(answer.status == 2)
                #expect(answer.error.contains("needs the time zone too: 2026-12-15T00:00:00Z for UTC"))
            }
        }
    }

    @Test(
        "The usage command takes days, durations, months and the present month",
        arguments: ["2026-01-01", "2026-01-01T00:00:00Z", "12h", "7d", "4w", "1mo", "month"])
    func since(text: String) throws {
        try Tool.inFolder { faregate in
            _ = try faregate("run", "generate", "--account", "ana", "--", "true")
            let answer = try faregate("usage", "ana", "--since", text, "--json")
            #expect(answer.status == 0, "\(answer.error)")
            #expect((try answer.json()["total"] as? [String: Any])?["calls"] as? Int == 1)
        }
    }

    @Test(
        "The usage command explains what it can't do",
        arguments: [
            (["usage", "bob"], 1), (["usage"], 2), (["usage", "ana", "--since", "soon"], 2),
            (["usage", "ana", "--since", "2026-02-30"], 2), (["usage", "ana", "--by", "acton"], 2),
            (["usage", "ana", "--since", "1d", "--until", "2d"], 2),
        ])
    func misuse(words: [String], status: Int) throws {
        try Tool.inFolder { faregate in
            _ = try faregate("grant", "ana", "5")
            let answer = try faregate.run(words)
            #expect(Int(answer.status) == status && answer.output == "" && !answer.error.isEmpty)
        }
    }
}
