import Faregate
import FaregateSQLite
import FaregateTesting
import Foundation
import TestSupport
import Testing

private let monthly = #"{ "credits": 100, "every": "month" }"#
private let rollingOver = #"{ "credits": 100, "every": "month", "rollover": 30 }"#

private func date(_ text: String) -> Timestamp {
    Timestamp((try? Date(text, strategy: .iso8601)) ?? .distantPast)
}

/// What was seen to go wrong with credits that expire and come again.
@Suite(.endsWhenStuck) struct GrantFaults {
    @Test("A refund into an expired grant stays spendable for the policy's grace period")
    func aRefundIntoAnExpiredGrant() async throws {
        let text = policy(#"{ "cost": 10 }"#, grants: "", #""refundGrace": "2h""#)
        try await withScene(text) { scene in
            let expiry = newYear.advanced(byMilliseconds: hour)
            try await scene.ledger.give(10, reference: "gift", expiresAt: expiry)
            await #expect(throws: HandlerFailed.self) {
                try await scene.gate.run("generate", for: "ana") { _ in
                    scene.clock.advance(milliseconds: 2 * hour)
                    throw HandlerFailed()
                }
            }
            let balance = try await scene.balance()
            #expect(balance == AccountBalance(total: 10, remaining: 10, sources: [.promotion: 10]))
            scene.clock.advance(milliseconds: 2 * hour - 1)
            let status = try await scene.gate.status()
            #expect(status == 200)
        }
    }

    @Test("Credits refunded to an expired grant expire at the end of the grace period")
    func theGraceEnds() async throws {
        let text = policy(#"{ "cost": 10 }"#, grants: "", #""refundGrace": "2h""#)
        try await withScene(text) { scene in
            try await scene.ledger.give(10, reference: "gift", expiresAt: newYear.advanced(byMilliseconds: hour))
            try? await scene.gate.run("generate", for: "ana") { _ in
                scene.clock.advance(milliseconds: 2 * hour)
                throw HandlerFailed()
            }
            scene.clock.advance(milliseconds: 2 * hour)
            let status = try await scene.gate.status()
            #expect(status == 402)
            let balance = try await scene.balance()
            #expect(balance == AccountBalance(total: 10, expired: 10))
        }
    }

    @Test("Purchased credits survive a plan's monthly renewal")
    func aRenewalThatWipesTopUps() async throws {
        try await withScene(policy(#"{ "cost": 10 }"#, grants: monthly)) { scene in
            _ = try await scene.balance()
            try await scene.ledger.give(250, reference: "order", source: .purchase)
            for _ in 0..<3 { try await scene.gate.run("generate", for: "ana") { _ in } }
            let before = try await scene.balance()
            #expect(before.sources == [.plan: 70, .purchase: 250], "what expires sooner is spent first")

            scene.clock.advance(milliseconds: 31 * 24 * hour)
            let after = try await scene.balance()
            #expect(
                after
                    == AccountBalance(
                        total: 450,
                        used: 30,
                        remaining: 350,
                        expired: 70,
                        sources: [.plan: 100, .purchase: 250]
                    )
            )
        }
    }

    @Test("A renewal takes over what the plan rolls over, and no more", arguments: [(0, 30), (8, 20), (10, 0)])
    func rollover(calls: Int64, carried: Int64) async throws {
        try await withScene(policy(#"{ "cost": 10 }"#, grants: rollingOver)) { scene in
            _ = try await scene.balance()
            try await scene.ledger.give(5, reference: "gift")
            for _ in 0..<calls { try await scene.gate.run("generate", for: "ana") { _ in } }
            scene.clock.advance(milliseconds: 31 * 24 * hour)
            let balance = try await scene.balance()
            #expect(balance.remaining.rawValue == 100 + carried + 5)
            #expect(balance.used.rawValue == 10 * calls)
            #expect(balance.expired.rawValue == 100 - 10 * calls, "the old period's rest, of which some came back anew")
        }
    }

    @Test("A plan of January 31 renews once on February 28 and once on March 31, whichever call comes first")
    func day31() async throws {
        try await withScene(policy(#"{ "cost": 1 }"#, grants: monthly), at: date("2026-01-31T10:00:00Z")) { scene in
            let elsewhere = try await SQLiteLedger.open(scene.ledger.path, trace: nil)
            let gates = [
                scene.gate,
                Gate(ledger: Ledger(elsewhere), policies: scene.gate.policy, clock: scene.clock, settlement: .durable),
            ]
            try await gates[0].run("generate", for: "ana") { _ in }
            let renewals = ["2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]
            for (number, day) in renewals.enumerated() {
                let renewal = date(day + "T10:00:00Z")
                scene.clock.advance(milliseconds: renewal.milliseconds(since: scene.clock.now) - 1)
                let before = try await scene.gate.balance(of: "ana").total.rawValue
                #expect(before == 100 * Int64(number + 1), "before \(day)")
                scene.clock.advance(milliseconds: 1)
                try await withThrowingTaskGroup(of: Int.self) { group in
                    for call in 0..<50 { group.addTask { try await gates[call % 2].status() } }
                    for try await status in group { #expect(status == 200) }
                }
                let balance = try await scene.balance()
                #expect(balance.total.rawValue == 100 * Int64(number + 2), "on \(day)")
                #expect(balance.remaining == 50)
            }
            await elsewhere.close()
            let references = try RawDatabase(scene.ledger.path).rows("SELECT reference FROM grants ORDER BY id")
            #expect(references == (0...4).map { ["plan:free:month:\($0)"] })
        }
    }
}
