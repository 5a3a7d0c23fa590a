import Faregate
import FaregateTesting
import TestSupport
import Testing

/// Calls that succeed after recovery has refunded them as abandoned.
@Suite("Calls that end after recovery has refunded them", .endsWhenStuck) struct LateTests {
    private func abandon(_ scene: Scene) async throws {
        scene.clock.advance(milliseconds: 2 * minute)
        let recovered = try await scene.ledger.recover(at: scene.clock.now)
        #expect(recovered.count == 1)
    }

    @Test("A settlement after recovery charges again once, and reports it")
    func settledLate() async throws {
        try await withScene(policy(#"{ "cost": 10 }"#)) { scene in
            let charge = try await scene.gate.run("generate", for: "ana") { charge in
                try await abandon(scene)
                let between = try await scene.ledger.balance(of: "ana", at: scene.clock.now)
                #expect(between?.remaining == 50)
                return charge
            }
            #expect(scene.events.all == ["allowed", "settled", "settled late"])
            let balance = try await scene.balance()
            #expect(balance == AccountBalance(total: 50, used: 10, remaining: 40, sources: [.plan: 40]))
            let again = try await scene.ledger.settle(charge.id, .whole, at: scene.clock.now)
            #expect(again == .notHeld)
            let refunded = try await scene.ledger.refund(charge.id, because: .threw, at: scene.clock.now)
            #expect(!refunded)
            let late = try await scene.ledger.explain(ChargeID(rawValue: charge.id.rawValue + 1))
            #expect(late?.follows == charge.id)
            #expect(late?.state == .settled && late?.cost == 10)
        }
    }

    @Test("A failure after recovery changes nothing")
    func refundedLate() async throws {
        try await withScene(policy(#"{ "cost": 10 }"#)) { scene in
            try? await scene.gate.run("generate", for: "ana") { _ in
                try await abandon(scene)
                throw HandlerFailed()
            }
            #expect(scene.events.all == ["allowed", "closed elsewhere"])
            let balance = try await scene.balance()
            #expect(balance == AccountBalance(total: 50, remaining: 50, sources: [.plan: 50]))
        }
    }

    @Test(
        "An account that has spent the credits meanwhile owes them if the policy allows it, or else they are short",
        arguments: [true, false]
    )
    func whoCannotPay(owes: Bool) async throws {
        let action = #"{ "cost": 40\#(owes ? #", "overrun": "debt""# : "") }"#
        try await withScene(policy(action, #""debtLimit": 25"#)) { scene in
            try await scene.gate.run("generate", for: "ana") { _ in
                try await abandon(scene)
                let other = try await scene.gate.status()
                #expect(other == 200)
            }
            let told = owes ? ["owed: 25", "short: 5"] : ["short: 30"]
            #expect(scene.events.all == ["allowed", "allowed", "settled", "settled", "settled late"] + told)
            let balance = try await scene.balance()
            #expect(balance == AccountBalance(total: 50, used: 50, debt: owes ? 25 : 0))
        }
    }

    @Test("A metered call that ends late costs the reported units")
    func meteredLate() async throws {
        let action = #"{ "cost": { "base": 1, "units": { "tokens": "1/1000" } }, "hold": { "tokens": 9000 } }"#
        try await withScene(policy(action)) { scene in
            try await scene.gate.run("generate", for: "ana") { charge in
                try await charge.report(["tokens": 2500])
                try await abandon(scene)
                let more = try await charge.report(["tokens": 500])
                #expect(more.cost == 4 && !more.isExhausted)
            }
            let balance = try await scene.balance()
            #expect(balance == AccountBalance(total: 50, used: 4, remaining: 46, sources: [.plan: 46]))
            #expect(scene.events.all == ["allowed", "settled", "settled late"])
        }
    }
}
