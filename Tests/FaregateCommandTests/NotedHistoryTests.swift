import Faregate
import FaregateBooks
import FaregateSQLite
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

    @Test("A history since a time has what happened from then on, and no further page")
    func since() async throws {
        try await Tool.inFolderWithLedger { faregate, ledger in
            let old = SystemClock().now.advanced(byMilliseconds: -3 * 86_400_000)
            let gift = try GrantRequest(
                account: "ana", credits: 7, source: .promotion, reference: "gift", plans: .empty)
            _ = try await ledger.grant(gift, at: old)
            _ = try faregate("adjust", "ana", "-2", "--reason", "too many")
            #expect(try faregate("history", "ana").output.contains("+7  grant: promotion"))
            let page = try faregate("history", "ana", "--since", "1d", "--count", "1")
            #expect(page.output.contains("-2  taken back") && page.error.contains("more: --after"))
            let whole = try faregate("history", "ana", "--since", "1d", "--count", "2")
            #expect(whole.output.contains("+50  grant: plan") && !whole.output.contains("promotion"))
            let day = try faregate("history", "ana", "--since", "1d", "--json").json()
            #expect((day["entries"] as? [Any])?.count == 2 && day["next"] == nil)
            let none = try faregate("history", "ana", "--since", SystemClock().now.description)
            #expect(none.output.hasPrefix("nothing has happened to ana since 20"))
            #expect(try faregate("history", "ana", "--since", "5d").output.contains("promotion"))
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
