import Faregate
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// The handling of open calls when a server shuts down.
@Suite("The end of a server", .endsWhenStuck) struct ShutDownTests {
    private let ten = policy(#"{ "cost": 10 }"#)

    @Test("The gate waits for open calls, and doesn't close calls that end in time")
    func waits() async throws {
        try await withScene(ten) { scene in
            let call = try await scene.gate.open("generate", for: "ana")
            let ending = Task { await scene.gate.waitForOpenCalls(upTo: .seconds(30)) }
            await scene.clock.waitForSleeper()
            try await call.settle()
            #expect(await ending.value == 0)
            #expect(scene.events.all == ["allowed", "settled"])
            while scene.clock.hasSleepers { await Task.yield() }
        }
    }

    @Test("After the limit open calls are closed by their failure rule, and their later reports throw an error")
    func pastTheLimit() async throws {
        let text = policy(#"{ "cost": { "units": { "tokens": 1 } }, "hold": { "tokens": 10 } }"#)
        try await withScene(text) { scene in
            let kept = try await scene.gate.open("generate", for: "ana", onFailure: .chargeReported)
            try await kept.report(["tokens": 3])
            let (running, released) = (Collected<Bool>(), Collected<Bool>())
            let run = Task {
                try await scene.gate.run("generate", for: "ana") { _ in
                    running.add(true)
                    await released.wait(for: 1)
                    return "done"
                }
            }
            await running.wait(for: 1)
            let ending = Task { await scene.gate.waitForOpenCalls(upTo: .seconds(30)) }
            await scene.clock.waitForSleeper()
            scene.clock.advance(milliseconds: 30_000)
            #expect(await ending.value == 2)
            try await scene.expect(used: 3)
            #expect(Set(scene.events.all) == ["allowed", "settled", "refunded: shut-down"])
            await #expect(throws: GatedCall.Closed.self) { try await kept.report(["tokens": 1]) }
            released.add(true)
            #expect(try await run.value == "done")
            try await scene.expect(used: 3)
        }
    }

    @Test("A service ends with its server, closes the ledger, and returns what the server returned")
    func withServer() async throws {
        try await withScene(ten, on: [.sqlite]) { scene in
            let service = FaregateService(scene.gate)
            let served = try await service.run {
                try await scene.gate.run("generate", for: "ana") { _ in "a picture" }
            }
            #expect(served == "a picture")
            #expect(try await scene.gate.refusal().problem.status == 503)
        }
    }

    @Test("A service throws the error of its server once the ledger is closed")
    func failingServer() async throws {
        try await withScene(ten, on: [.sqlite]) { scene in
            let service = FaregateService(scene.gate)
            await #expect(throws: HandlerFailed.self) { try await service.run { throw HandlerFailed() } }
            let refusal = try await scene.gate.refusal()
            #expect(refusal.problem.status == 503)
        }
    }

    @Test("A service whose background work fails cancels its server and throws the error")
    func failingWork() async throws {
        try await withScene(ten) { scene in
            let service = FaregateService(scene.gate, beside: [{ throw HandlerFailed() }])
            let stopped = Collected<Bool>()
            await #expect(throws: HandlerFailed.self) {
                try await service.run {
                    for await _ in AsyncStream<Void>.makeStream().stream {}
                    stopped.add(Task.isCancelled)
                }
            }
            #expect(stopped.all == [true])
        }
    }

    @Test("A service that wasn't cancelled rethrows a CancellationError of its work")
    func cancelledWork() async throws {
        try await withScene(ten, on: [.sqlite]) { scene in
            let service = FaregateService(scene.gate, beside: [{ throw CancellationError() }])
            await #expect(throws: CancellationError.self) { try await service.run() }
        }
    }

    @Test("A cancelled service waits for open calls, closes the ledger and returns")
    func service() async throws {
        try await withScene(ten, on: [.sqlite]) { scene in
            let tasks = Collected<String>()
            let service = FaregateService(
                scene.gate,
                beside: [
                    {
                        tasks.add("began")
                        for await _ in AsyncStream<Void>.makeStream().stream {}
                        tasks.add("ended")
                    }
                ]
            )
            let call = try await scene.gate.open("generate", for: "ana")
            let running = Task { try await service.run() }
            await tasks.wait(for: 1)
            running.cancel()
            await tasks.wait(for: 2)
            await scene.clock.waitForSleeper()
            try await scene.expect(used: 0, held: 10, "the ledger is open while the call is")
            try await call.settle()
            try await running.value
            let refusal = try await scene.gate.refusal()
            #expect(refusal.problem.status == 503)
            #expect(scene.events.all == ["allowed", "settled", "refused"])
        }
    }

    @Test("A service whose task fails ends with its error, after the ledger is closed")
    func failure() async throws {
        try await withScene(ten, on: [.sqlite]) { scene in
            let service = FaregateService(scene.gate, beside: [{ throw HandlerFailed() }])
            await #expect(throws: HandlerFailed.self) { try await service.run() }
            let status = try await scene.gate.status()
            #expect(status == 503)
        }
    }

    @Test("A service follows the policy files of its gate")
    func policies() async throws {
        try await withFolder { folder in
            let file = folder + "/policy.jsonc"
            try ten.write(toFile: file, atomically: true, encoding: .utf8)
            let reports = Collected<String>()
            let clock = ManualClock(now: newYear)
            let watcher = try await Policy.Watcher(
                Policy.Files(path: file), orLatestKeptIn: nil, clock: clock
            ) { reports.add("\($0)") }
            let gate = Gate(ledger: Ledger(MemoryLedger()), policies: watcher, clock: clock)
            let running = Task { try await FaregateService(gate).run() }
            await clock.waitForSleeper()
            try policy(#"{ "cost": 7 }"#).write(toFile: file, atomically: true, encoding: .utf8)
            let turning = Task {
                while !Task.isCancelled {
                    clock.advance(milliseconds: 1000)
                    await Task.yield()
                }
            }
            await reports.wait(for: 2)
            turning.cancel()
            #expect(try gate.policy.quote("generate").cost == 7)
            running.cancel()
            try await running.value
        }
    }
}
