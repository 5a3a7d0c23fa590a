import Faregate
import FaregateTesting
import TestSupport
import Testing

/// What a plan grants is known by its name: an edit of the file never grants it again.
@Suite("A line of a plan") struct PlanLineTests {
    private func plans(_ grants: String) throws -> PlanBook {
        let text = #"{ "plans": { "pro": { "grants": [\#(grants)] } }, "defaultPlan": "pro" }"#
        return try Policy(parsing: text).planBook
    }

    private static let before = #"{ "credits": 100, "every": "month" }, { "credits": 40, "every": "once" }"#

    @Test(
        "A plan line is not granted again when another line is inserted before it",
        arguments: [
            (#"{ "id": "bonus", "credits": 7, "every": "month" }, "#, Credits(7)),
            // What is given once is only for those who come to the plan.
            (#"{ "id": "welcome", "credits": 3, "every": "once" }, "#, Credits(0)),
        ])
    func putBefore(line: String, more: Credits) async throws {
        try await withBothLedgers { ledger in
            try await ledger.refresh("ana", under: try plans(PlanLineTests.before), at: newYear)
            let edited = try plans(line + PlanLineTests.before)
            try await ledger.refresh("ana", under: edited, at: newYear)
            #expect(try await ledger.balance(of: "ana", at: newYear)?.total.rawValue == 140 + more.rawValue)
            let plan = try #require(edited["pro"])
            try await ledger.move(
                "ana", to: plan, under: edited, try Ledger.Note(by: "eva", reason: "again"), at: newYear)
            let total = try await ledger.balance(of: "ana", at: newYear)?.total
            #expect(total == (line.contains("once") ? 143 : 147))
        }
    }

    @Test("A plan line continues when its amount, its place and the lines around it change")
    func edited() async throws {
        try await withBothLedgers { ledger in
            let first = #"{ "id": "a", "credits": 10, "every": "month" }, { "credits": 5, "every": "month" }"#
            let second = #"{ "credits": 6, "every": "month" }, { "id": "a", "credits": 20, "every": "month" }"#
            try await ledger.refresh("ana", under: try plans(first), at: newYear)
            try await ledger.refresh("ana", under: try plans(second), at: newYear)
            #expect(try await ledger.balance(of: "ana", at: newYear)?.total == 15)
            let later = newYear.advanced(byMilliseconds: 31 * 24 * hour)
            try await ledger.refresh("ana", under: try plans(second), at: later)
            #expect(try await ledger.balance(of: "ana", at: later)?.total == 41)
        }
    }
}
