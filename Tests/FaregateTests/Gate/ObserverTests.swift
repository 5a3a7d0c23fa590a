import Faregate
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// The events and handlers that an observer receives.
@Suite("An observer of a gate", .endsWhenStuck) struct ObserverTests {
    /// Records the begin and the end of each handler, and passes a task-local value to it, as a tracing adapter does.
    private struct Tracer: GateObserver {
        @TaskLocal static var span: String?
        let lines: Collected<String>

        func observe(_ event: GateEvent) { lines.add(event.text) }

        func around<Value>(_ call: GatedCall, _ handler: () async throws -> Value) async throws -> Value {
            lines.add("begin \(call.action)")
            do {
                let value = try await Tracer.$span.withValue("span of \(call.id)", operation: handler)
                lines.add("end")
                return value
            } catch {
                lines.add("end: \(type(of: error))")
                throw error
            }
        }
    }

    private func withTracer(
        _ text: String,
        _ body: (_ scene: Scene, _ gate: Gate, _ lines: Collected<String>) async throws -> Void
    ) async throws {
        try await withScene(text) { scene in
            let lines = Collected<String>()
            let gate = Gate(
                ledger: Ledger(scene.ledger), policies: scene.gate.policy, clock: scene.clock, settlement: .durable,
                observer: Tracer(lines: lines))
            try await body(scene, gate, lines)
        }
    }

    private let ten = policy(#"{ "cost": 10 }"#)

    @Test("The observer surrounds the handler, and its task-local values reach the handler")
    func around() async throws {
        try await withTracer(ten) { _, gate, lines in
            try await gate.run("generate", for: "ana") { call in
                #expect(Tracer.span == "span of \(call.id)")
                lines.add("handler")
            }
            #expect(lines.all == ["allowed", "begin generate", "handler", "end", "settled"])
            #expect(Tracer.span == nil)
        }
    }

    @Test("For a handler that throws, fails or is cancelled, the observer returns before the call is closed")
    func failures() async throws {
        try await withTracer(ten) { _, gate, lines in
            try? await gate.run("generate", for: "ana") { _ in throw HandlerFailed() }
            _ = try await gate.run("generate", for: "ana", isFailure: { $0 == 500 }) { _ in 500 }
            let call = Task {
                try await gate.run("generate", for: "ana") { _ in
                    withUnsafeCurrentTask { $0?.cancel() }
                    try Task.checkCancellation()
                }
            }
            _ = await call.result
            #expect(
                lines.all == [
                    "allowed", "begin generate", "end: HandlerFailed", "refunded: threw",
                    "allowed", "begin generate", "end", "refunded: failed-response",
                    "allowed", "begin generate", "end: CancellationError", "refunded: cancelled",
                ]
            )
        }
    }

    @Test("After a timeout the call is closed at once, and the observer returns when the handler ends")
    func timeout() async throws {
        try await withTracer(policy(#"{ "cost": 10, "timeout": "5s" }"#)) { scene, gate, lines in
            let released = Collected<Bool>()
            let call = Task {
                try await gate.run("generate", for: "ana") { _ in await released.wait(for: 1) }
            }
            await lines.wait(for: 2)
            await scene.clock.waitForSleeper()
            scene.clock.advance(milliseconds: 5000)
            await #expect(throws: Gate.TimedOut.self) { try await call.value }
            #expect(lines.all == ["allowed", "begin generate", "refunded: timed-out"])
            released.add(true)
            await lines.wait(for: 4)
            #expect(lines.all.last == "end")
        }
    }

    @Test("The observer surrounds no handler for a refused call, a call cancelled before its start, or an opened call")
    func withoutHandler() async throws {
        try await withTracer(ten) { scene, gate, lines in
            let call = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                try await gate.run("generate", for: "ana") { _ in }
            }
            _ = await call.result
            try await gate.open("generate", for: "ana").settle()
            for _ in 0..<4 { try await gate.open("generate", for: "ana").settle() }
            _ = try await gate.refusal()
            #expect(lines.all.filter { $0.hasPrefix("begin") || $0.hasPrefix("end") } == [])
            #expect(lines.all.last == "refused")
        }
    }

    @Test("An event has a name, an action, an account, credits and one line for a log")
    func parts() async throws {
        let text = policy(#"{ "cost": { "base": 1, "units": { "tokens": "1/1000" } }, "hold": { "tokens": 9000 } }"#)
        try await withScene(text) { scene in
            let events = Collected<GateEvent>()
            let gate = Gate(
                ledger: Ledger(scene.ledger), policies: scene.gate.policy, clock: scene.clock, settlement: .durable
            ) { event in events.add(event) }
            let id = try await gate.run("generate", for: "ana", member: "mo") { call in
                try await call.report(["tokens": 60_000])
                return call.id
            }
            _ = try await gate.refusal()
            #expect(events.all.map(\.name) == [.allowed, .settled, .short, .refused])
            #expect(events.all.map(\.credits) == [10, 50, 11, 10])
            #expect(events.all.allSatisfy { $0.action == "generate" && $0.account == "ana" && $0.rule != nil })
            #expect(events.all.map(\.call) == [id, id, id, nil])
            #expect(events.all.map(\.member) == ["mo", "mo", "mo", nil])
            #expect(events.all[1].description == "ana: generate settled, 50 credits, charge \(id)")
            #expect(events.all[3].refusal?.problem.status == 402)
            #expect(events.all[3].description == "ana: generate refused, 10 credits: you need 10 credits, you have 0")
        }
    }

    @Test("A repeat that is answered from the store or by a running call is reported as repeated")
    func repeated() async throws {
        try await withScene(ten) { scene in
            let key = try IdempotencyKey("k")
            let (running, repeats) = (Collected<Bool>(), Collected<GateEvent>())
            let other = Gate(
                ledger: Ledger(scene.ledger), policies: scene.gate.policy, clock: scene.clock, settlement: .durable
            ) { event in repeats.add(event) }
            let first = Task {
                try await other.run("generate", for: "ana", key: key, storing: .json) { call in
                    running.add(true)
                    await running.wait(for: 2)
                    return call.id
                }
            }
            await running.wait(for: 1)
            let joining = Task { try await other.run("generate", for: "ana", key: key, storing: .json) { $0.id } }
            for _ in 0..<100 { await Task.yield() }
            running.add(true)
            let id = try await first.value
            #expect(try await joining.value == id)
            #expect(try await other.run("generate", for: "ana", key: key, storing: .json) { $0.id } == id)
            #expect(repeats.all.map(\.name) == [.allowed, .settled, .repeated, .repeated])
            #expect(repeats.all.last?.call == id && repeats.all.last?.credits == 0)
            // A repeat that can't decode the stored answer is refused.
            let unread = await #expect(throws: Refusal.self) {
                try await other.run("generate", for: "ana", key: key, storing: .json) { _ in "text" }
            }
            #expect(unread?.problem.type == "urn:faregate:problem:key-completed")
            #expect(repeats.all.last?.name == .refused)
        }
    }

    @Test("An answer can be stored as bytes of the caller's own format")
    func ownBytes() async throws {
        struct Opaque: Sendable { let number: UInt8 }
        try await withScene(ten) { scene in
            let store = Gate.AnswerStore<Opaque>(
                encode: { [$0.number] },
                decode: { bytes in
                    guard let number = bytes.first else { throw HandlerFailed() }
                    return Opaque(number: number)
                }
            )
            let key = try IdempotencyKey("k")
            for gate in [scene.gate, try scene.gate()] {
                let answer = try await gate.run("generate", for: "ana", key: key, storing: store) { _ in
                    Opaque(number: 7)
                }
                #expect(answer.number == 7)
            }
            #expect(scene.events.all == ["allowed", "settled", "repeated"])
        }
    }
}
