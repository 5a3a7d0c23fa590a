import Foundation
import Testing

/// `faregate export`
@Suite struct ExportTests {
    private func withCalls(_ body: (Tool) throws -> Void) throws {
        try Tool.inFolder { faregate in
            let formula = #"=1+"a",b"#
            for (account, result) in [("ana", "true"), (formula, "true"), ("ana", "false")] {
                _ = try faregate("run", "generate", "--account", account, "--member", "mo", "--", result)
            }
            try body(faregate)
        }
    }

    @Test("An export in CSV quotes its fields, and a formula becomes harmless")
    func csv() throws {
        try withCalls { faregate in
            // U+0600 and a combining mark hide a quote from `String`, but not from what reads the file.
            let hidden = "\u{600}\",=1,\"\u{301}"
            _ = try faregate("run", "generate", "--account", hidden, "--member", "mo", "--", "true")
            let answer = try faregate("export", "--csv", "--since", "month")
            #expect(answer.status == 0 && answer.error == "")
            let lines = answer.output.components(separatedBy: "\r\n")
            try #require(lines.count == 6)
            #expect(lines[5] == "")
            #expect(
                lines[0]
                    == "charge,account,member,action,createdAt,state,credits,policyVersion,rule,plan,attributes,units,used"
            )
            #expect(
                lines[1].wholeMatch(of: /1,ana,mo,generate,20[^,]+Z,settled,10,[0-9a-f]+,policy.jsonc:3:27,free,,,/)
                    != nil)
            #expect(lines[2].hasPrefix(#"2,"'=1+""a"",b",mo,generate,"#))
            #expect(lines[3].contains(",refunded,0,"))
            #expect(lines[4].utf8.starts(with: "4,\"\u{600}\"\",=1,\"\"\u{301}\",mo,generate,".utf8))
        }
    }

    @Test("An export in lines of JSON has an object for each call")
    func jsonLines() throws {
        try withCalls { faregate in
            let lines = try faregate("export", "--jsonl", "--since", "7d").output.split(separator: "\n")
            let calls = try lines.map { try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] }
            #expect(calls.map { $0?["account"] as? String } == ["ana", #"=1+"a",b"#, "ana"])
            #expect(calls.map { $0?["state"] as? String } == ["settled", "settled", "refunded"])
            #expect(calls.map { $0?["charge"] as? Int } == [1, 2, 3])
        }
    }

    @Test("An export has the plan, the attributes and the units of each call, and sums by plan")
    func recorded() throws {
        let policy = """
            { "actions": { "chat": { "cost": { "units": { "in": 1, "out": 2 } }, "limits": [
                { "max": 9, "per": "day", "when": { "size": 2 } }] } },
              "plans": { "free": { "grants": [{ "credits": 50, "every": "once" }] } }, "defaultPlan": "free" }
            """
        try Tool.inFolder(policy: policy) { faregate in
            let words = ["--units", "out=3", "--units", "in=4", "--attribute", "size=2", "--attribute", "model=big"]
            _ = try faregate.run(["run", "chat", "--account", "ana"] + words + ["--", "true"])
            let csv = try faregate("export", "--csv", "--since", "1d").output
            #expect(csv.hasSuffix(",free,model=big; size=2,in=4; out=3,\r\n"), "\(csv)")
            let json = try faregate("export", "--jsonl", "--since", "1d").output
            #expect(json.contains(#""attributes":{"model":"big","size":2}"#) && json.contains(#""plan":"free""#))
            #expect(json.contains(#""units":{"in":4,"out":3}"#))
            let plans = try faregate("export", "--csv", "--since", "1d", "--by", "plan,account").output
            #expect(plans == "plan,account,calls,credits,refundedCalls\r\nfree,ana,1,10,0\r\n")
        }
    }

    @Test("An export by action, day or member has the sums of each")
    func sums() throws {
        try withCalls { faregate in
            let sums = try faregate("export", "--csv", "--since", "1d", "--by", "action,member").output
            #expect(sums == "action,member,calls,credits,refundedCalls\r\ngenerate,mo,3,20,1\r\n")
            let days = try faregate("export", "--jsonl", "--since", "1d", "--by", "day").output
            #expect(days.hasPrefix(#"{"calls":3,"credits":20,"day":"20"#))
        }
    }

    @Test("An empty export in CSV has only its header, and one whose output can't be written ends with exit code 3")
    func emptyOrFull() throws {
        try Tool.inFolder { faregate in
            let empty = try faregate("export", "--csv", "--since", "month")
            #expect(empty.status == 0 && empty.output.split(separator: "\r\n").count == 1)
            let full = try faregate.shell("faregate export --csv --since month > /dev/full", environment: [:])
            #expect(full.status == 3 && full.error.contains("the output can't be written"))
        }
    }

    @Test(
        "An export explains what is missing or misspelled",
        arguments: [
            (["--csv"], "say since when"), (["--since", "1d"], "--csv or --jsonl"),
            (["--csv", "--jsonl", "--since", "1d"], "--csv or --jsonl"), (["--json", "--since", "1d"], "--jsonl"),
            (["--csv", "--since", "1d", "--by", "acton"], "did you mean \"action\"?"),
        ])
    func misuse(words: [String], hint: String) throws {
        try Tool.inFolder { faregate in
            let answer = try faregate.run(["export"] + words)
            #expect(answer.status == 2 && answer.output == "" && answer.error.contains(hint))
        }
    }
}
