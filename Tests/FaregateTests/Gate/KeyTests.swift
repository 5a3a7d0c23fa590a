import Faregate
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// Calls that are made again under the same key.
@Suite("Calls under an idempotency key", .endsWhenStuck) struct KeyTests {
    private let ten = policy(#"{ "cost": 10 }"#)

    @Test("Repeats wait for the running call of their process: one handler, one charge, one value for all")
    func joining() async throws {
        try await withScene(ten) { scene in
            let key = try IdempotencyKey("k", fingerprint: "f")
            let runs = Collected<Bool>()
            let callers = Collected<Bool>()
            let values =
                try await withThrowingTaskGroup(of: String.self) { group in
                    for number in 0..<20 {
                        group.addTask {
                            callers.add(true)
                            return try await scene.gate.value(key: key) {
                                runs.add(true)
                                await callers.wait(for: 20)
                                for _ in 0..<1000 { await Task.yield() }
                                return "drawn by \(number)"
                            }
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                } as [String]
            // A repeat that came after the first call had finished is refused as completed.
            let joined = values.filter { $0 != "key-completed" }
            #expect(joined.count > 10)
            #expect(Set(joined).count == 1)
            #expect(runs.all.count == 1)
            let balance = try await scene.balance()
            #expect(balance.used == 10)
        }
    }

    @Test("A key stays valid when its action is renamed", arguments: ["draw", "generate"])
    func renamedAction(name: String) async throws {
        try await withScene(ten) { scene in
            let key = try IdempotencyKey("k")
            _ = try await scene.gate.run("generate", for: "ana", key: key) { _ in }
            let text = ten.replacing("\"generate\": {", with: "\"draw\": { \"was\": [\"generate\"],")
            let renamed = try scene.gate(under: text)
            #expect(renamed.policy.actions["draw"]?.was == ["generate"])
            let refusal = await #expect(throws: Refusal.self) {
                try await renamed.run(name, for: "ana", key: key) { _ in }
            }
            guard case .keyCompleted = refusal?.reason else { throw TestFailure("\(refusal as Any)") }
            let balance = try await scene.balance()
            #expect(balance.used == 10)
        }
    }

    @Test("A repeat of a failing call gets the same failure; it costs nothing, and the call can be made again")
    func joiningAFailure() async throws {
        try await withScene(ten) { scene in
            let key = try IdempotencyKey("k")
            let running = Collected<Bool>()
            let ends = Collected<Bool>()
            let first = Task {
                try await scene.gate.run("generate", for: "ana", key: key) { _ in
                    running.add(true)
                    await ends.wait(for: 1)
                    throw HandlerFailed()
                }
            }
            await running.wait(for: 1)
            let second = Task {
                try await scene.gate.run("generate", for: "ana", key: key) { _ in }
            }
            ends.add(true)
            await #expect(throws: HandlerFailed.self) { try await first.value }
            // The repeat either joined, or came when the key was free again.
            _ = await second.result
            _ = try await scene.gate.value(key: key) { "drawn" }
            let balance = try await scene.balance()
            #expect(balance.used == 10)
            #expect(balance.held == 0)
        }
    }

    @Test("In another process a repeat gets 409 while the call runs, and another request gets 422")
    func elsewhere() async throws {
        try await withScene(ten) { scene in
            let other = try scene.gate()
            let key = try IdempotencyKey("k", fingerprint: "f")
            let charge = try await scene.gate.run("generate", for: "ana", key: key) { charge in
                let inFlight = try await other.refusal(key: key)
                #expect(inFlight.problem.status == 409)
                #expect(inFlight.problem.type == "urn:faregate:problem:key-in-flight")
                #expect(inFlight.problem.members["charge"] == .integer(charge.id.rawValue))
                for gate in [scene.gate, other] {
                    let reused = try await gate.refusal(key: try IdempotencyKey("k", fingerprint: "g"))
                    #expect(reused.problem.status == 422)
                    let without = try await gate.refusal(key: try IdempotencyKey("k"))
                    #expect(without.problem.status == 422)
                }
                return charge
            }
            let completed = try await other.refusal(key: key)
            #expect(completed.problem.type == "urn:faregate:problem:key-completed")
            #expect(completed.problem.members["charge"] == .integer(charge.id.rawValue))
            let balance = try await scene.balance()
            #expect(balance.used == 10)
        }
    }

    @Test("Without a fingerprint, a repeat with another member, attributes or units is refused with 422")
    func otherRequests() async throws {
        let metered = policy(#"{ "cost": { "base": 1, "units": { "in": 1, "out": 1 } } }"#)
        try await withScene(metered) { scene in
            let gates = [scene.gate, try scene.gate()]
            let first = Gate.CallRequest(
                account: "ana", member: "mo", attributes: ["size": "large", "steps": 3], units: ["in": 2],
                key: try IdempotencyKey("k")
            )
            var others = [first, first, first, first, first, first]
            others[0].member = nil
            others[1].attributes = ["size": "large", "steps": 4]
            others[2].attributes = ["size": "large", "steps": "3"]
            others[3].attributes["colour"] = true
            others[4].units = ["in": 3]
            others[5].units = ["out": 2]
            let statuses = try await scene.gate.keyStatus(first) { [others] in
                for gate in gates {
                    for other in others {
                        let status = try await gate.keyStatus(other) { Issue.record("ran twice") }
                        #expect(status == 422, "\(other)")
                    }
                }
            }
            #expect(statuses == 200)
            for gate in gates {
                for other in others { #expect(try await gate.keyStatus(other) {} == 422, "\(other)") }
                #expect(try await gate.keyStatus(first) {} == 409)
            }
            let balance = try await scene.balance()
            #expect(balance.used == 3)
        }
    }

    @Test("An action that requires a key refuses calls without one with 400, except in shadow mode")
    func required() async throws {
        let text = policy(#"{ "cost": 10, "key": "required" }"#)
        try await withScene(text) { scene in
            let refusal = try await scene.gate.refusal()
            #expect(refusal.problem.status == 400)
            #expect(refusal.problem.type == "urn:faregate:problem:key-required")
            #expect(refusal.problem.title == "Idempotency key required")
            try await scene.gate.run("generate", for: "ana", key: try IdempotencyKey("k")) { _ in }
            let shadow = try scene.gate(
                under: text.replacing("\"required\"", with: "\"required\", \"mode\": \"shadow\""))
            let status = try await shadow.status()
            #expect(status == 200)
            let balance = try await scene.balance()
            #expect(balance.used == 10)
        }
    }

    @Test("A key belongs to its account and its action")
    func scope() async throws {
        try await withScene(ten) { scene in
            let key = try IdempotencyKey("k")
            for account: AccountID in ["ana", "bo"] {
                try await scene.gate.run("generate", for: account, key: key) { _ in }
            }
            for account: AccountID in ["ana", "bo"] {
                let balance = try await scene.balance(of: account)
                #expect(balance.used == 10)
            }
        }
    }

    private struct Picture: Codable, Equatable {
        var bytes: [UInt8]
        var note: String?
    }

    @Test(
        "A stored answer is returned to every repeat, from any process, even without credits left"
    )
    func storedAnswer() async throws {
        try await withScene(policy(#"{ "cost": 50 }"#)) { scene in
            let key = try IdempotencyKey("k", fingerprint: "f")
            let other = try scene.gate()
            let runs = Collected<Bool>()
            let drawn = Picture(bytes: [0, 255, 7], note: "é")
            for gate in [scene.gate, other, scene.gate, other] {
                let picture = try await gate.run("generate", for: "ana", key: key, storing: .json) { _ in
                    runs.add(true)
                    return drawn
                }
                #expect(picture == drawn)
            }
            #expect(runs.all.count == 1)
            let balance = try await scene.balance()
            #expect(balance == AccountBalance(total: 50, used: 50))
            let reused = await #expect(throws: Refusal.self) {
                try await other.run(
                    "generate", for: "ana", key: try IdempotencyKey("k", fingerprint: "g"), storing: .json
                ) { _ in 1 }
            }
            #expect(reused?.problem.status == 422)
        }
    }

    @Test(
        "Of 40 simultaneous repeats from two processes one handler runs, and each repeat gets its answer or a 409"
    )
    func storedAnswerAtOnce() async throws {
        try await withScene(ten) { scene in
            let key = try IdempotencyKey("k")
            let gates = [scene.gate, try scene.gate()]
            let runs = Collected<Int>()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<40 {
                    group.addTask {
                        do {
                            let value = try await gates[number % 2].run(
                                "generate", for: "ana", key: key, storing: .json
                            ) { _ in
                                runs.add(number)
                                return "the one"
                            }
                            #expect(value == "the one")
                        } catch let refusal as Refusal {
                            #expect(refusal.problem.type == "urn:faregate:problem:key-in-flight")
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(runs.all.count == 1)
            let balance = try await scene.balance()
            #expect(balance.used == 10)
        }
    }

    @Test("An answer of 64 KiB of JSON is stored, and a longer one is not", arguments: [true, false])
    func aLongResult(fits: Bool) async throws {
        try await withScene(ten) { scene in
            let key = try IdempotencyKey("k")
            let frame = #"{"value":""}"#.utf8.count
            let text = String(repeating: "x", count: Settlement.maximumResultBytes - frame + (fits ? 0 : 1))
            let first = try await scene.gate.run("generate", for: "ana", key: key, storing: .json) { _ in text }
            #expect(first == text)
            let other = try scene.gate()
            if fits {
                let second = try await other.run("generate", for: "ana", key: key, storing: .json) { _ in "another" }
                #expect(second == text)
            } else {
                let refusal = await #expect(throws: Refusal.self) {
                    try await other.run("generate", for: "ana", key: key, storing: .json) { _ in "another" }
                }
                #expect(refusal?.problem.type == "urn:faregate:problem:key-completed")
            }
            let balance = try await scene.balance()
            #expect(balance == AccountBalance(total: 50, used: 10, remaining: 40, sources: [.plan: 40]))
        }
    }

    @Test("After a refund, a call can be made again under the same key, and is charged once")
    func aRefundedCallsKey() async throws {
        try await withScene(ten) { scene in
            let key = try IdempotencyKey("k", fingerprint: "f")
            for gate in [scene.gate, try scene.gate()] {
                await #expect(throws: HandlerFailed.self) {
                    try await gate.run("generate", for: "ana", key: key) { _ in throw HandlerFailed() }
                }
            }
            let value = try await scene.gate.run("generate", for: "ana", key: key) { _ in "drawn" }
            #expect(value == "drawn")
            let completed = try await scene.gate.refusal(key: key)
            #expect(completed.problem.status == 409)
            let balance = try await scene.balance()
            #expect(balance.used == 10)
        }
    }

    @Test("After a key has expired, it names a new call, but not while its first call still runs")
    func anExpiredKey() async throws {
        try await withScene(ten) { scene in
            let key = try IdempotencyKey("k", lifetime: .milliseconds(1000))
            let other = try scene.gate()
            try await scene.gate.run("generate", for: "ana", key: key) { _ in
                scene.clock.advance(milliseconds: 2000)
                let running = try await other.refusal(key: key)
                #expect(running.problem.type == "urn:faregate:problem:key-in-flight")
            }
            try await scene.gate.run("generate", for: "ana", key: key) { _ in }
            scene.clock.advance(milliseconds: 999)
            let completed = try await other.refusal(key: key)
            #expect(completed.problem.type == "urn:faregate:problem:key-completed")
            scene.clock.advance(milliseconds: 1)
            try await other.run("generate", for: "ana", key: key) { _ in }
            let balance = try await scene.balance()
            #expect(balance.used == 30)
        }
    }
}

extension Gate {
    /// 200 where the call ran, otherwise the status of its refusal.
    fileprivate func keyStatus(_ call: Gate.CallRequest, _ operation: @escaping @Sendable () async throws -> Void)
        async throws
        -> Int
    {
        do {
            return try await run(
                "generate", for: call.account, member: call.member, attributes: call.attributes, units: call.units,
                key: call.key
            ) { _ in
                try await operation()
                return 200
            }
        } catch let refusal as Refusal {
            return refusal.problem.status
        }
    }

    /// Returns the outcome of a call under the key: its value, or that it was already made.
    fileprivate func value(
        key: IdempotencyKey,
        _ operation: @escaping @Sendable () async -> String
    ) async throws -> String {
        do {
            return try await run("generate", for: "ana", key: key) { _ in await operation() }
        } catch let refusal as Refusal {
            guard case .keyCompleted = refusal.reason else { throw refusal }
            return "key-completed"
        }
    }
}
