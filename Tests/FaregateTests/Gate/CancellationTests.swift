import Faregate
import FaregateTesting
import TestSupport
import Testing

/// Calls that are cancelled, and calls under a key that wait for others.
@Suite("A call under a key", .timeLimit(.minutes(10))) struct CancellationTests {
    private let ten = policy(#"{ "cost": 10 }"#)

    @Test("that waits for a running one comes back at once when it is cancelled")
    func aRepeatThatIsCancelled() async throws {
        try await withScene(ten) { scene in
            let key = try IdempotencyKey("k")
            try await scene.gate.run("generate", for: "ana", key: key) { _ in
                // Not a part of this call, as a repeat from a client isn't.
                let repeated = Task.detached {
                    try await scene.gate.run("generate", for: "ana", key: key) { _ in Issue.record("ran twice") }
                }
                for _ in 0..<100 { await Task.yield() }
                repeated.cancel()
                await #expect(throws: CancellationError.self) { try await repeated.value }
            }
            let balance = try await scene.balance()
            #expect(balance.used == 10)
        }
    }

    @Test("that was cancelled before it began to wait doesn't wait")
    func aRepeatThatWasCancelled() async throws {
        try await withScene(ten) { scene in
            let key = try IdempotencyKey("k")
            try await scene.gate.run("generate", for: "ana", key: key) { _ in
                let repeated = Task.detached {
                    withUnsafeCurrentTask { $0?.cancel() }
                    try await scene.gate.run("generate", for: "ana", key: key) { _ in Issue.record("ran twice") }
                }
                await #expect(throws: CancellationError.self) { try await repeated.value }
            }
        }
    }

    @Test("made inside itself is an error that says so, through other calls too", arguments: [false, true])
    func withinItself(isFurtherIn: Bool) async throws {
        try await withScene(ten) { scene in
            let (key, other) = (try IdempotencyKey("k"), try IdempotencyKey("other"))
            let error = await #expect(throws: CallWithinItself.self) {
                try await scene.gate.run("generate", for: "ana", key: key) { _ in
                    guard isFurtherIn else {
                        return try await scene.gate.run("generate", for: "ana", key: key) { _ in }
                    }
                    try await scene.gate.run("generate", for: "ana", key: other) { _ in
                        try await scene.gate.run("generate", for: "ana", key: key) { _ in }
                    }
                }
            }
            #expect(error?.description.contains("give the inner call a key of its own") == true)
            let balance = try await scene.balance()
            #expect(balance == AccountBalance(total: 50, remaining: 50, sources: [.plan: 50]))
        }
    }

    @Test("made inside another that is made inside it is an error that says so")
    func withinEachOther() async throws {
        try await withScene(ten) { scene in
            let running = Collected<Bool>()
            let keys = [try IdempotencyKey("one"), try IdempotencyKey("two")]
            let calls = [0, 1].map { number in
                Task {
                    try await scene.gate.run("generate", for: "ana", key: keys[number]) { _ in
                        running.add(true)
                        await running.wait(for: 2)
                        try await scene.gate.run("generate", for: "ana", key: keys[1 - number]) { _ in }
                    }
                }
            }
            for call in calls { await #expect(throws: CallWithinItself.self) { try await call.value } }
            let balance = try await scene.balance()
            #expect(balance.remaining == 50 && balance.held == 0)
            // What waited has stopped waiting: the keys are free.
            for key in keys { try await scene.gate.run("generate", for: "ana", key: key) { _ in } }
        }
    }

    @Test("that is cancelled, and throws an error of its own, is no failure of the repeats that wait for it")
    func foreignErrors() async throws {
        try await withScene(ten) { scene in
            let key = try IdempotencyKey("k")
            let (running, cancelled) = (Collected<Bool>(), Collected<Bool>())
            let first = Task {
                try await scene.gate.run("generate", for: "ana", key: key) { _ in
                    running.add(true)
                    await cancelled.wait(for: 1)
                    throw HandlerFailed()
                }
            }
            await running.wait(for: 1)
            let second = Task { try await scene.gate.run("generate", for: "ana", key: key) { _ in "drawn" } }
            for _ in 0..<100 { await Task.yield() }
            first.cancel()
            cancelled.add(true)
            await #expect(throws: HandlerFailed.self) { try await first.value }
            let drawn = try await second.value
            #expect(drawn == "drawn")
            #expect(scene.events.all.contains("refunded: cancelled"))
            let balance = try await scene.balance()
            #expect(balance.used == 10)
        }
    }

    @Test("that throws CancellationError while nobody cancelled it has failed")
    func cancellationErrorOfItsOwn() async throws {
        try await withScene(ten) { scene in
            await #expect(throws: CancellationError.self) {
                try await scene.gate.run("generate", for: "ana", onFailure: .chargeReported) { _ in
                    throw CancellationError()
                }
            }
            #expect(scene.events.all == ["allowed", "refunded: threw"])
        }
    }
}
