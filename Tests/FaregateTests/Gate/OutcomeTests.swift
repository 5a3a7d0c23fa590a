import Faregate
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// Every way that a call can end, under every price, through every function of the gate. `FAREGATE_REWRITE_GOLDEN=1
/// swift test --filter OutcomeTests` rewrites the tables in the guide.
@Suite("How a call ends", .endsWhenStuck) struct OutcomeTests {
    enum Door: String, CaseIterable {
        case run, wrap, runWithKey, open
    }

    @Test(
        "Each way to end has its cost, and limits count the same amounts", arguments: HowCallsEnd.lines.indices,
        ["enforce", "shadow"])
    func costs(index: Int, mode: String) async throws {
        let line = HowCallsEnd.lines[index]
        let policy = HowCallsEnd.policy(mode: mode, timeout: line.ending == .timedOut ? "5s" : nil)
        try await withScene(policy) { scene in
            for (price, cost) in line.costs {
                for door in Depth.sample(Door.allCases, quick: 1) where door != .open || line.ending.canEndOpenCalls {
                    let account = try AccountID("\(price.rawValue)-\(door.rawValue)")
                    await Calling(scene: scene, line: line, price: price, account: account).call(through: door)
                    await scene.gate.waitForOpenCalls()
                    let what = "\(line.ending), \(price), \(door)"
                    let balance = try await scene.balance(of: account)
                    #expect(balance.used.rawValue == (mode == "shadow" ? 0 : cost), "\(what)")
                    #expect(balance.held == 0, "\(what)")
                    #expect(try await count(of: account, price, in: scene) == cost, "\(what)")
                }
            }
        }
    }

    /// The count of the limit that counts credits.
    private func count(of account: AccountID, _ price: HowCallsEnd.Price, in scene: Scene) async throws -> Int64? {
        try await scene.gate.standing(of: account)[price.rawValue]?.limits.first?.used
    }

    @Test("The guide's tables are those of these tests")
    func guide() throws {
        let file = URL(filePath: #filePath)
            .appending(path: "../../../../Sources/Faregate/Faregate.docc/HowACallEnds.md").standardized
        let (begin, end) = ("<!-- made by OutcomeTests -->\n", "<!-- end -->\n")
        let text = try String(contentsOf: file, encoding: .utf8)
        let start = try #require(text.range(of: begin)).upperBound
        let stop = try #require(text.range(of: end)).lowerBound
        let made = "\n" + HowCallsEnd.guide + "\n"
        if ProcessInfo.processInfo.environment["FAREGATE_REWRITE_GOLDEN"] == "1" {
            try text.replacingCharacters(in: start..<stop, with: made).write(
                to: file, atomically: true, encoding: .utf8)
        } else {
            #expect(text[start..<stop] == made)
        }
    }
}

/// A call that ends in one way.
private struct Calling: Sendable {
    let scene: Scene
    let line: HowCallsEnd.Line
    let price: HowCallsEnd.Price
    let account: AccountID
    let started = Collected<Bool>()

    func call(through door: OutcomeTests.Door) async {
        let call = Task {
            if line.ending == .neverStarted { withUnsafeCurrentTask { $0?.cancel() } }
            return try await enter(door) { charge in try await handle(charge) }
        }
        if line.ending == .timedOut {
            await started.wait(for: 1)
            await scene.clock.waitForSleeper()
            scene.clock.advance(milliseconds: 5000)
        }
        let result = await call.result
        switch line.ending {
        case .succeeded: #expect((try? result.get()) == "good")
        case .failed: #expect((try? result.get()) == "bad")
        case .threw, .cancelledWithForeignError: #expect(throws: HandlerFailed.self) { try result.get() }
        case .cancelled, .neverStarted: #expect(throws: CancellationError.self) { try result.get() }
        case .timedOut: expectTimeout(result)
        }
    }

    private func expectTimeout(_ result: Result<String, any Error>) {
        let error = #expect(throws: Gate.TimedOut.self) { try result.get() }
        let charged = scene.gate.policy.mode == .shadow ? 0 : line.costs[price]
        #expect(error?.charged.rawValue == charged)
        let text = charged.map {
            $0 == 0 ? "it costs nothing" : "it costs \($0) credits for the units that it reported"
        }
        #expect(error?.description == text.map { "the call took longer than 5s and was cancelled; \($0)" })
    }

    private func enter(
        _ door: OutcomeTests.Door,
        _ handler: @escaping @Sendable (GatedCall) async throws -> String
    ) async throws -> String {
        let onFailure = line.keepsReported ? Gate.FailureRule.chargeReported : .refund
        let isFailure: @Sendable (String) -> Bool = { $0 == "bad" }
        let (gate, action) = (scene.gate, price.rawValue)
        switch door {
        case .run:
            return try await gate.run(
                action, for: account, onFailure: onFailure, isFailure: isFailure, operation: handler)
        case .wrap:
            let wrapped = gate.wrap(
                action,
                request: { (account: AccountID) in Gate.CallRequest(account: account) },
                onFailure: onFailure,
                isFailure: isFailure,
                handler: { _, call in try await handler(call) }
            )
            return try await wrapped(account)
        case .runWithKey:
            let key = try IdempotencyKey("k")
            return try await gate.run(
                action, for: account, key: key, storing: .json, onFailure: onFailure, isFailure: isFailure,
                operation: handler)
        case .open:
            let call = try await gate.open(action, for: account, onFailure: onFailure)
            // An error here drops the call.
            let answer = line.ending == .timedOut ? nil : try await handler(call)
            if answer == nil { try await outlastTimeout(call) }
            if answer == "good" { try await call.settle() }
            return answer ?? ""
        }
    }

    /// The gate can't cancel the holder of an opened call: its timeout shows when the call is settled.
    private func outlastTimeout(_ call: GatedCall) async throws {
        if line.reports { try await call.report(price.report) }
        started.add(true)
        await scene.gate.waitForOpenCalls()
        try await call.settle()
    }

    private func handle(_ charge: GatedCall) async throws -> String {
        if line.ending == .neverStarted { Issue.record("the handler ran") }
        if line.reports { try await charge.report(price.report) }
        started.add(true)
        switch line.ending {
        case .succeeded, .neverStarted: return "good"
        case .failed: return "bad"
        case .threw: throw HandlerFailed()
        case .timedOut:
            // Ends only when the task is cancelled.
            for await _ in AsyncStream<Void>.makeStream().stream {}
            throw CancellationError()
        case .cancelled:
            withUnsafeCurrentTask { $0?.cancel() }
            throw CancellationError()
        case .cancelledWithForeignError:
            withUnsafeCurrentTask { $0?.cancel() }
            throw HandlerFailed()
        }
    }
}

extension HowCallsEnd.Ending {
    /// The gate can't cancel the opener of a call, which settles or drops the call.
    fileprivate var canEndOpenCalls: Bool { self != .cancelled && self != .cancelledWithForeignError }
}
