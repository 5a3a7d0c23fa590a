import Foundation
import Testing

/// `faregate history` with the notes of people.
@Suite struct NotedHistoryTests {
    @Test("The history command shows who did what and why, and continues exactly after a page")
    func notes() throws {
        try Tool.inFolder { faregate in
            _ = try faregate("grant", "ana", "5", "--reason", "sorry", "--by", "eva")
            _ = try faregate("run", "generate", "--account", "ana", "--", "true")
            _ = try faregate("adjust", "ana", "-2", "--reason", "too many", "--by", "eva")
            _ = try faregate("suspend", "ana", "--reason", "fraud", "--by", "max")
            let all = try faregate("history", "ana")
            let lines = all.output.split(separator: "\n").map { $0.replacing(/^20[^ ]+Z/, with: "TIME") }
            #expect(
                lines == [
                    "time                  credits  what               charge", "TIME           suspended",
                    "  fraud (by max)", "TIME       -2  taken back: plan", "  too many (by eva)",
                    "TIME      -10  generate                1", "TIME       +5  grant: adjustment",
                    "  sorry (by eva)", "TIME      +50  grant: plan",
                ])

            var seen: [[String: Any]] = []
            var next: String?
            repeat {
                let after = next.map { ["--after", $0] } ?? []
                let page = try faregate.run(["history", "ana", "--count", "2", "--json"] + after).json()
                seen += try #require(page["entries"] as? [[String: Any]])
                next = page["next"] as? String
            } while next != nil
            #expect(seen.map { $0["kind"] as? String } == ["note", "reverse", "charge", "grant", "grant"])
            #expect(seen.map { $0["by"] as? String } == ["max", "eva", nil, "eva", nil])
            #expect(seen.first?["done"] as? String == "suspended")
        }
    }

    @Test("A charge that two grants paid is one line", arguments: [true, false])
    func split(succeeds: Bool) throws {
        try Tool.inFolder { faregate in
            _ = try faregate("grant", "ana", "5")
            for _ in 1...4 { _ = try faregate("run", "generate", "--account", "ana", "--", "true") }
            _ = try faregate("run", "slow", "--account", "ana", "--", "true")
            _ = try faregate("grant", "ana", "10")
            _ = try faregate("run", "generate", "--account", "ana", "--", succeeds ? "true" : "false")
            #expect(
                try faregate.column("SELECT count(*) FROM journal WHERE charge_id = 6 AND kind = 'charge'") == ["2"])
            let charge = try faregate("history", "ana").output.split(separator: "\n").filter {
                $0.hasSuffix(" 6")
            }
            #expect(charge.count == (succeeds ? 1 : 2))
            #expect(charge.last?.contains("  -10  generate") == true)
        }
    }
}
