import Faregate
import FaregateTesting
import TestSupport
import Testing

/// Calls that the caller opens and closes.
@Suite("Calls that a server opens and closes", .endsWhenStuck) struct OpenCallTests {
    private let metered = policy(
        #"{ "cost": { "base": 1, "units": { "tokens": "1/1000" } }, "hold": { "tokens": 9000 } }"#)
    private let ten = policy(#"{ "cost": 10 }"#)

    @Test("An open call holds its credits, and a settlement charges the reported units")
    func settled() async throws {
        try await withScene(metered) { scene in
            let call = try await scene.gate.open("generate", for: "ana")
            #expect(call.cost == 10)
            try await scene.expect(used: 0, held: 10)
            try await call.report(["tokens": 2500])
            #expect(try await call.settle())
            try await scene.expect(used: 4)
            #expect(scene.events.all == ["allowed", "settled"])
        }
    }

    @Test("A refusal is thrown by open, before the first byte of an answer")
    func refused() async throws {
        try await withScene(policy(#"{ "cost": 60 }"#)) { scene in
            let refusal = await #expect(throws: Refusal.self) { _ = try await scene.gate.open("generate", for: "ana") }
            #expect(refusal?.problem.status == 402)
            try await scene.expect(used: 0)
            #expect(scene.events.all == ["refused"])
        }
    }

    @Test(
        "A dropped call is refunded, or charged for its reported units if its rule says so",
        arguments: [(.refund, 3000, 0), (.chargeReported, 3000, 4), (.chargeReported, 0, 0)]
            as [(Gate.FailureRule, Int64, Credits)]
    )
    func dropped(rule: Gate.FailureRule, tokens: Int64, cost: Credits) async throws {
        try await withScene(metered) { scene in
            func openAndForget() async throws {
                let call = try await scene.gate.open("generate", for: "ana", onFailure: rule)
                if tokens > 0 { try await call.report(["tokens": tokens]) }
            }
            try await openAndForget()
            await scene.gate.waitForOpenCalls()
            let balance = try await scene.balance()
            #expect(balance.used == cost && balance.held == 0)
            #expect(scene.events.all == ["allowed", cost == 0 ? "refunded: dropped" : "settled"])
        }
    }

    @Test("A call that is dropped together with its gate is closed too")
    func droppedWithTheGate() async throws {
        try await withScene(ten) { scene in
            func openAndForget() async throws {
                _ = try await scene.gate(on: scene.ledger).open("generate", for: "ana")
            }
            try await openAndForget()
            await scene.events.wait(for: 2)
            #expect(scene.events.all == ["allowed", "refunded: dropped"])
            try await scene.expect(used: 0)
        }
    }

    @Test("Of a simultaneous settlement and refund one wins, and the balance shows which")
    func race() async throws {
        try await withScene(policy(#"{ "cost": 1 }"#)) { scene in
            var used: Int64 = 0
            for _ in 0..<40 {
                let call = try await scene.gate.open("generate", for: "ana")
                async let settles = call.settle()
                async let refunds = call.refund()
                let (isSettled, isRefunded) = (try await settles, await refunds)
                #expect(isSettled != isRefunded)
                if isSettled { used += 1 }
            }
            await scene.gate.waitForOpenCalls()
            let balance = try await scene.balance()
            #expect(balance.used.rawValue == used && balance.held == 0)
            #expect(scene.events.all.filter { $0 == "settled" }.count == used)
            #expect(scene.events.all.count == 80)
        }
    }

    @Test("A call is closed once: closing it again returns false, and a later report throws an error")
    func closedOnce() async throws {
        try await withScene(metered) { scene in
            let call = try await scene.gate.open("generate", for: "ana")
            #expect(await call.refund())
            #expect(try await !call.settle())
            #expect(await !call.refund())
            let error = await #expect(throws: GatedCall.Closed.self) { try await call.report(["tokens": 1]) }
            #expect(error?.call == call.id && error?.action == "generate")
            #expect(call.reported.isEmpty)
            try await scene.expect(used: 0)
            #expect(scene.events.all == ["allowed", "refunded: requested"])
        }
    }

    @Test("A closed call is not closed again when it is dropped")
    func closedAndDropped() async throws {
        try await withScene(ten) { scene in
            func openAndSettle() async throws { _ = try await scene.gate.open("generate", for: "ana").settle() }
            for _ in 0..<3 { try await openAndSettle() }
            await scene.gate.waitForOpenCalls()
            #expect(scene.events.all.filter { $0 == "settled" }.count == 3)
            #expect(scene.events.all.count == 6)
        }
    }

    @Test(
        "After the policy's timeout an open call is closed by its failure rule, and its next report throws an error",
        arguments: [(.refund, 0), (.chargeReported, 4)] as [(Gate.FailureRule, Credits)]
    )
    func timeout(rule: Gate.FailureRule, cost: Credits) async throws {
        let text = metered.replacing(#""hold""#, with: #""timeout": "5s", "hold""#)
        try await withScene(text) { scene in
            let call = try await scene.gate.open("generate", for: "ana", onFailure: rule)
            try await call.report(["tokens": 3000])
            await scene.clock.waitForSleeper()
            scene.clock.advance(milliseconds: 5000)
            await scene.gate.waitForOpenCalls()
            let settling = await #expect(throws: Gate.TimedOut.self) { try await call.settle() }
            #expect(settling?.charged == cost)
            await #expect(throws: Gate.TimedOut.self) { try await call.report(["tokens": 1000]) }
            #expect(await !call.refund())
            try await scene.expect(used: cost)
            #expect(scene.events.all == ["allowed", cost == 0 ? "refunded: timed-out" : "settled"])
        }
    }

    @Test("A call that is closed in time leaves no timer behind")
    func closedInTime() async throws {
        let text = policy(#"{ "cost": 10, "timeout": "5s" }"#)
        try await withScene(text) { scene in
            let call = try await scene.gate.open("generate", for: "ana")
            await scene.clock.waitForSleeper()
            try await call.settle()
            while scene.clock.hasSleepers { await Task.yield() }
            #expect(scene.events.all == ["allowed", "settled"])
        }
    }

    @Test("A key is refused while its call is open and after it is settled, and can be used again after a refund")
    func keys() async throws {
        try await withScene(ten) { scene in
            let key = try IdempotencyKey("k")
            let first = try await scene.gate.open("generate", for: "ana", key: key)
            for gate in [scene.gate, try scene.gate()] {
                let running = try await gate.refusal(key: key)
                #expect(running.problem.type == "urn:faregate:problem:key-in-flight")
            }
            await first.refund()
            let second = try await scene.gate.open("generate", for: "ana", key: key)
            let other = await #expect(throws: Refusal.self) {
                _ = try await scene.gate.open("generate", for: "ana", attributes: ["size": "large"], key: key)
            }
            #expect(other?.problem.status == 422)
            try await second.settle()
            let completed = await #expect(throws: Refusal.self) {
                _ = try await scene.gate.open("generate", for: "ana", key: key)
            }
            #expect(completed?.problem.type == "urn:faregate:problem:key-completed")
            try await scene.expect(used: 10)
        }
    }

    @Test("A caller that is cancelled while the credits are taken gets them back")
    func cancelled() async throws {
        try await withScene(ten) { scene in
            let opening = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                _ = try await scene.gate.open("generate", for: "ana", onFailure: .chargeReported)
            }
            await #expect(throws: CancellationError.self) { try await opening.value }
            try await scene.expect(used: 0)
            #expect(scene.events.all == ["allowed", "refunded: cancelled"])
        }
    }

    @Test("The report that spends the last credit says so, even if other calls spend meanwhile")
    func lastCredit() async throws {
        let text = policy(
            #"{ "cost": { "base": 1, "units": { "tokens": "1/1000" } }, "hold": { "tokens": 4000 } }"#)
        try await withScene(text) { scene in
            let call = try await scene.gate.open("generate", for: "ana")
            let before = try await call.report(["tokens": 4000])
            #expect(before.cost == 5 && before.held == 5 && !before.isExhausted, "45 are left")
            // Other calls spend 45.
            for _ in 0..<9 { _ = try await scene.gate.open("generate", for: "ana").settle() }
            let last = try await call.report(["tokens": 0])
            #expect(last.isExhausted && last.cost == 5)
            let more = try await call.report(["tokens": 1000])
            #expect(more.isExhausted && more.cost == 6 && more.held == 5)
            try await call.settle()
            #expect(scene.events.all.suffix(2) == ["settled", "short: 1"])
            try await scene.expect(used: 50)
        }
    }

    @Test("A handler of run can close its call itself, and the first closing counts", arguments: [true, false])
    func closedByTheHandler(settles: Bool) async throws {
        try await withScene(ten) { scene in
            let answer = try? await scene.gate.run("generate", for: "ana") { call in
                if settles { try await call.settle() } else { await call.refund() }
                if settles { throw HandlerFailed() }
                return "done"
            }
            #expect(answer == (settles ? nil : "done"))
            try await scene.expect(used: settles ? 10 : 0)
            #expect(scene.events.all == ["allowed", settles ? "settled" : "refunded: requested"])
        }
    }
}
