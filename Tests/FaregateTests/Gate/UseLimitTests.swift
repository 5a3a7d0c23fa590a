import Faregate
import FaregateTesting
import TestSupport
import Testing

/// Limits that count credits or units, and are corrected when the actual use is known.
@Suite("Limits by credits and by units", .endsWhenStuck) struct UseLimitTests {
    private static func chat(_ limit: String) -> String {
        policy(
            """
            { "cost": { "base": 1, "units": { "tokens": "1/1000" } }, "hold": { "tokens": 2000 }, "limits": [\(limit)] }
            """,
            grants: #"{ "credits": 1000, "every": "once" }"#
        )
    }

    private func call(_ scene: Scene, _ tokens: Int64) async throws -> Int {
        do {
            return try await scene.gate.run("generate", for: "ana") { charge in
                try await charge.report(["tokens": tokens])
                return 200
            }
        } catch let refusal as Refusal {
            return refusal.problem.status
        }
    }

    private func used(_ scene: Scene) async throws -> Int64? {
        try await scene.gate.preview("generate", for: "ana").limits.first?.used
    }

    @Test("A limit by credits counts the final costs of calls", arguments: [#""per": "day""#, #""within": "24h""#])
    func byCredits(window: String) async throws {
        try await withScene(UseLimitTests.chat(#"{ "max": 10, \#(window), "count": "credits" }"#)) { scene in
            // 3 credits are held and counted; the call costs 2.
            let first = try await call(scene, 500)
            #expect(first == 200)
            #expect(try await used(scene) == 2)
            // Units beyond the quote are counted too, even beyond the limit, because they were used.
            let second = try await call(scene, 8500)
            #expect(second == 200)
            #expect(try await used(scene) == 12)
            let third = try await scene.gate.refusal()
            #expect(third.problem.members["used"] == 12)
            #expect(
                third.description
                    == "generate is limited to 10 credits \(window.contains("per") ? "per day" : "within 24h"); 12 used"
            )
            scene.clock.advance(milliseconds: 24 * hour)
            let later = try await call(scene, 500)
            #expect(later == 200)
            #expect(try await used(scene) == 2)
        }
    }

    @Test("A limit by a unit counts that unit", arguments: [#""per": "day""#, #""within": "24h""#])
    func byUnit(window: String) async throws {
        try await withScene(UseLimitTests.chat(#"{ "max": 5000, \#(window), "count": "tokens" }"#)) { scene in
            let first = try await call(scene, 10)
            #expect(first == 200)
            #expect(try await used(scene) == 10)
            let second = try await call(scene, 3000)
            #expect(second == 200)
            #expect(try await used(scene) == 3010)
            // 2000 are assumed, and 1990 are left.
            let third = try await scene.gate.refusal()
            #expect(third.problem.members["used"] == 3010)
            let small = try await scene.gate.run("generate", for: "ana", units: ["tokens": 1990]) { $0 }
            #expect(small.cost == 3)
            #expect(try await used(scene) == 5000)
        }
    }

    @Test("A refund subtracts the counted amount", arguments: [#""per": "day""#, #""within": "24h""#])
    func aRefund(window: String) async throws {
        try await withScene(UseLimitTests.chat(#"{ "max": 5000, \#(window), "count": "tokens" }"#)) { scene in
            _ = try await call(scene, 700)
            try? await scene.gate.run("generate", for: "ana") { charge in
                try await charge.report(["tokens": 1000])
                throw HandlerFailed()
            }
            #expect(try await used(scene) == 700)
        }
    }

    @Test("A settlement in the next window doesn't change that window's count")
    func settledInTheNextWindow() async throws {
        try await withScene(UseLimitTests.chat(#"{ "max": 5000, "per": "hour", "count": "tokens" }"#)) { scene in
            try await scene.gate.run("generate", for: "ana") { charge in
                scene.clock.advance(milliseconds: hour)
                let other = try await call(scene, 100)
                #expect(other == 200)
                try await charge.report(["tokens": 4000])
            }
            #expect(try await used(scene) == 100)
        }
    }

    @Test("Of many simultaneous calls, no more than the limit pass")
    func manyAtOnce() async throws {
        try await withScene(UseLimitTests.chat(#"{ "max": 10, "per": "day", "count": "credits" }"#)) { scene in
            let statuses = try await scene.statuses(of: 30)
            #expect(statuses == [200: 3, 429: 27])
            #expect(try await used(scene) == 9)
        }
    }
}
