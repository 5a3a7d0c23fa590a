import Faregate
import FaregateSQLite
import FaregateTesting
import TestSupport
import Testing

/// Known faults of systems that read a balance, and write it later: one test for each.
@Suite(.endsWhenStuck) struct SpendingFaults {
    @Test("One of two requests passes if one credit is left")
    func oneCreditAndTwoRequests() async throws {
        for _ in 0..<20 {
            try await withScene(policy(#"{ "cost": 1 }"#, grants: #"{ "credits": 1, "every": "once" }"#)) { scene in
                let statuses = try await scene.statuses(of: 2)
                #expect(statuses == [200: 1, 402: 1])
                let balance = try await scene.balance()
                #expect(balance == AccountBalance(total: 1, used: 1))
            }
        }
    }

    @Test("Of 100 calls at once, 50 credits pay for exactly 5")
    func withdrawalsThatAllPass() async throws {
        try await withScene(policy(#"{ "cost": 10 }"#)) { scene in
            let statuses = try await scene.statuses(of: 100)
            #expect(statuses == [200: 5, 402: 95])
            let balance = try await scene.balance()
            #expect(balance == AccountBalance(total: 50, used: 50))
        }
    }

    @Test("Of many calls at once, several grants together pay for exactly as many as they cover")
    func withdrawalsFromSeveralGrants() async throws {
        try await withScene(policy(#"{ "cost": 10 }"#, grants: #"{ "credits": 7, "every": "once" }"#)) { scene in
            for number in 0..<6 { try await scene.ledger.give(7, reference: GrantReference("gift \(number)")) }
            let statuses = try await scene.statuses(of: 100)
            #expect(statuses == [200: 4, 402: 96])
            let balance = try await scene.balance()
            #expect(balance == AccountBalance(total: 49, used: 40, remaining: 9, sources: [.promotion: 9]))
        }
    }

    @Test("Simultaneous first requests of an unknown account open one account with one opening grant")
    func firstRequestsOfAnUnknownAccount() async throws {
        try await withScene(policy(#"{ "cost": 10, "limits": [{ "max": 5, "per": "day" }] }"#)) { scene in
            let elsewhere = try await SQLiteLedger.open(scene.ledger.path, trace: nil)
            let other = Gate(
                ledger: Ledger(elsewhere), policies: scene.gate.policy, clock: scene.clock, settlement: .durable)
            let gate = scene.gate
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<64 {
                    group.addTask { try await (number.isMultiple(of: 2) ? gate : other).status() }
                }
                return try await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
            }
            await elsewhere.close()
            #expect(statuses == [200: 5, 429: 59])
            let balance = try await scene.balance()
            #expect(balance == AccountBalance(total: 50, used: 50))
            let rows = try RawDatabase(scene.ledger.path)
                .rows("SELECT (SELECT count(*) FROM accounts), (SELECT count(*) FROM grants)")
            #expect(rows == [["1", "1"]])
        }
    }

    @Test("A refusal for any reason changes no counter")
    func deniedCallsThatCount() async throws {
        let limits = """
            { "cost": 10, "limits": [
                { "max": 3, "per": "hour" },
                { "max": 100, "per": "day" },
                { "max": 100, "within": "24h" },
                { "max": 1000, "per": "month", "count": "credits" }
            ] }
            """
        try await withScene(policy(limits, grants: #"{ "credits": 40, "every": "once" }"#)) { scene in
            let counters = "SELECT used FROM counters ORDER BY limit_id"
            let statuses = try await scene.statuses(of: 20)
            #expect(statuses == [200: 3, 429: 17])
            let database = try RawDatabase(scene.ledger.path)
            #expect(try database.rows(counters) == [["3"], ["3"], ["3"], ["30"]])

            // The hour is over, and the credits soon are: that refuses too, and counts as little.
            scene.clock.advance(milliseconds: hour)
            let later = try await scene.statuses(of: 20)
            #expect(later == [200: 1, 402: 19])
            #expect(try database.rows(counters) == [["1"], ["4"], ["4"], ["40"]])
            #expect(try database.integer("SELECT count(*) FROM counter_hits") == 4)
            #expect(try database.integer("SELECT count(*) FROM charges") == 4)
        }
    }
}
