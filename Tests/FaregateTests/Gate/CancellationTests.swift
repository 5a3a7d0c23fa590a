import Faregate
import FaregateTesting
import TestSupport
import Testing

/// Calls that are cancelled, and calls under a key that wait for others.
@Suite("Cancelled calls under a key", .endsWhenStuck) struct CancellationTests {
    private let ten = policy(#"{ "cost": 10 }"#)

    @Test("A repeat that waits for a running call returns at once when it is cancelled")
    func aRepeatThatIsCancelled() async throws {
        try await withScene(ten) { scene in
            let key = try IdempotencyKey("k")
            try await scene.gate.run("generate", for: "ana", key: key) { _ in
                // Not part of this call's task, like a repeat from a client.
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

    @Test("A repeat that was cancelled before it could wait doesn't wait")
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

    @Test("A call under its own key inside itself throws an error, also through other calls", arguments: [false, true])
    func withinItself(isFurtherIn: Bool) async throws {
        try await withScene(ten) { scene in
            let (key, other) = (try IdempotencyKey("k"), try IdempotencyKey("other"))
            let error = await #expect(throws: GatedCall.WithinItself.self) {
                try await scene.gate.run("generate", for: "ana", key: key) { _ in
                    guard isFurtherIn else {
                        return try await scene.gate.run("generate", for: "ana", key: key) { _ in }
                    }
                    try await scene.gate.run("generate", for: "ana", key: other) { _ in
                        try await scene.gate.run("generate", for: "ana", key: key) { _ in }
                    }
                }
            }
            #expect(error?.description.contains("give the inner call its own key") == true)
            let balance = try await scene.balance()
            #expect(balance == AccountBalance(total: 50, remaining: 50, sources: [.plan: 50]))
        }
    }

    @Test("Two calls that each make a call under the other's key throw an error")
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
            for call in calls { await #expect(throws: GatedCall.WithinItself.self) { try await call.value } }
            let balance = try await scene.balance()
            #expect(balance.remaining == 50 && balance.held == 0)
            // Nothing waits any more: the keys are free.
            for key in keys { try await scene.gate.run("generate", for: "ana", key: key) { _ in } }
        }
    }

    @Test("A cancelled call that throws its own error doesn't fail the repeats that wait for it")
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

    @Test("A call that throws CancellationError without being cancelled has failed")
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
