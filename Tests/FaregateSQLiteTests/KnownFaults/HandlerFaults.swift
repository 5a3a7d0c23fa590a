import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import TestSupport
import Testing

/// What was seen to go wrong between the deduction and the answer.
@Suite(.endsWhenStuck) struct HandlerFaults {
    @Test("A call whose handler throws is refunded, also when 50 handlers throw at once")
    func aPanicAfterTheDeduction() async throws {
        try await withScene(policy(#"{ "cost": 1, "limits": [{ "max": 50, "per": "day" }] }"#)) { scene in
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<50 {
                    group.addTask {
                        await #expect(throws: HandlerFailed.self) {
                            try await scene.gate.run("generate", for: "ana") { _ in throw HandlerFailed() }
                        }
                    }
                }
            }
            let balance = try await scene.balance()
            #expect(balance == AccountBalance(total: 50, remaining: 50, sources: [.plan: 50]))
            // The day's limit has its count back too.
            let statuses = try await scene.statuses(of: 50)
            #expect(statuses == [200: 50])
        }
    }

    @Test("A call whose task is cancelled in its handler is refunded")
    func aDisconnect() async throws {
        try await withScene(policy(#"{ "cost": 10 }"#)) { scene in
            let started = Collected<Bool>()
            let calls = (0..<5).map { _ in
                Task {
                    try await scene.gate.run("generate", for: "ana") { _ in
                        started.add(true)
                        try await ManualClock().sleep(milliseconds: 1)
                    }
                }
            }
            await started.wait(for: 5)
            let during = try await scene.balance()
            #expect(during == AccountBalance(total: 50, held: 50))
            for call in calls { call.cancel() }
            for call in calls { await #expect(throws: CancellationError.self) { try await call.value } }
            let balance = try await scene.balance()
            #expect(balance == AccountBalance(total: 50, remaining: 50, sources: [.plan: 50]))
            let open = try await scene.ledger.openCharges(at: newYear)
            #expect(open == [])
        }
    }

    @Test("The holds of a dead process are refunded by any other process once its lease is over")
    func aProcessThatDied() async throws {
        try await withScene(policy(#"{ "cost": 10 }"#)) { scene in
            let dead = try await SQLiteLedger.open(scene.ledger.path, trace: nil)
            _ = try await scene.balance()
            for _ in 0..<3 { _ = try await dead.hold(.generate(cost: 10)) }
            await dead.close()
            let alive = try await scene.ledger.hold(.generate(cost: 10))

            scene.clock.advance(milliseconds: 59_999)
            try await scene.ledger.heartbeat(at: scene.clock.now)
            let early = try await scene.ledger.recover(at: scene.clock.now)
            #expect(early == [], "a lease is a minute")

            scene.clock.advance(milliseconds: 2)
            let recovered = try await scene.ledger.recover(at: scene.clock.now)
            #expect(recovered.map(\.cost) == [10, 10, 10])
            let again = try await scene.ledger.recover(at: scene.clock.now)
            #expect(again == [])
            let balance = try await scene.balance()
            #expect(balance == AccountBalance(total: 50, held: 10, remaining: 40, sources: [.plan: 40]))
            #expect(try await scene.ledger.settle(alive, at: scene.clock.now))
        }
    }
}
