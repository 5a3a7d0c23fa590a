import Faregate
import FaregateTesting
import TestSupport
import Testing

/// The effects of an action's outage rule while the ledger is out of reach.
@Suite("Calls while the ledger is out of reach", .endsWhenStuck) struct OutageTests {
    private static let allowing = """
        { "cost": 10, "outage": { "allow": 3 }, "limits": [{ "max": 2, "per": "day" }] }
        """

    private func withFailing(
        _ text: String,
        on kinds: [LedgerKind] = LedgerKind.chosen,
        _ body: (_ scene: Scene, _ gate: Gate, _ failing: FailingLedger) async throws -> Void
    ) async throws {
        try await withScene(text, on: kinds) { scene in
            let failing = FailingLedger(scene.ledger)
            try await body(scene, scene.gate(on: failing), failing)
        }
    }

    @Test("By default calls are refused with 503 and Retry-After, and no handler runs")
    func deny() async throws {
        for rule in ["", #", "outage": "deny""#] {
            try await withFailing(policy("{ \"cost\": 10\(rule) }")) { scene, gate, failing in
                failing.isOutOfReach = true
                let refusal = await #expect(throws: Refusal.self) {
                    try await gate.run("generate", for: "ana") { _ in Issue.record("the handler ran") }
                }
                #expect(refusal?.problem.status == 503)
                #expect(refusal?.problem.headers.contains { $0 == ("Retry-After", "1") } == true)
                #expect(scene.events.all == ["refused"])
                failing.isOutOfReach = false
                let balance = try await scene.balance()
                #expect(balance.remaining == 50)
            }
        }
    }

    @Test("During an outage shadow mode refuses nobody and charges nothing, and limits count the calls later")
    func shadow() async throws {
        let action = #"{ "cost": 10, "limits": [{ "max": 1, "per": "day" }], "mode": "shadow" }"#
        try await withFailing(policy(action)) { scene, gate, failing in
            failing.isOutOfReach = true
            try await gate.run("generate", for: "ana") { _ in }
            failing.isOutOfReach = false
            await scene.turnClock(untilThereAre: 2)
            #expect(scene.events.all == ["let through", "settled"])
            let balance = try await scene.balance()
            #expect(balance.used == 0)
            let enforced = try scene.gate(under: policy(#"{ "cost": 10, "limits": [{ "max": 1, "per": "day" }] }"#))
            let refusal = try await enforced.refusal()
            #expect(refusal.problem.members["used"] == 1)
        }
    }

    @Test(
        "The outage rule \"allow\" lets calls through up to its bound, and charges them when the ledger is back"
    )
    func allow() async throws {
        try await withFailing(policy(OutageTests.allowing)) { scene, gate, failing in
            failing.isOutOfReach = true
            for _ in 0..<3 {
                let charge = try await gate.run("generate", for: "ana") { $0 }
                #expect(charge.id.rawValue == 0)
                #expect(charge.cost == 10)
            }
            let fourth = try await gate.status()
            #expect(fourth == 503)

            failing.isOutOfReach = false
            await scene.turnClock(untilThereAre: 7)
            #expect(scene.events.all.filter { $0 == "let through" }.count == 3)
            let balance = try await scene.balance()
            #expect(balance == AccountBalance(total: 50, used: 30, remaining: 20, sources: [.plan: 20]))
            let refusal = try await scene.gate.refusal()
            #expect(refusal.problem.members["used"] == 3, "they count, beyond the limit too: they were made")
        }
    }

    @Test("A call that was let through and times out costs the units that it reported, and its events name no charge")
    func timedOut() async throws {
        let action = #"{ "cost": { "units": { "tokens": "1/1000" } }, "timeout": "5s", "outage": { "allow": 1 } }"#
        try await withFailing(policy(action)) { scene, _, failing in
            let recorder = GateRecorder()
            let gate = Gate(
                ledger: Ledger(failing), policies: scene.gate.policy, clock: scene.clock, observer: recorder
            )
            failing.isOutOfReach = true
            let call = try await gate.open(
                "generate", for: "ana", units: ["tokens": 1000], onFailure: .chargeReported
            )
            try await call.report(["tokens": 4000])
            await scene.clock.waitForSleeper()
            scene.clock.advance(milliseconds: 5000)
            // It is closed, and its charge waits for the ledger.
            await scene.clock.waitForSleeper()
            let error = await #expect(throws: Gate.TimedOut.self) { try await call.settle() }
            #expect(error?.charged == 4)
            let letThrough = try await recorder.first(.letThrough)
            #expect(letThrough.call == nil)
            failing.isOutOfReach = false
            // The ledger is tried again after half a second.
            while recorder.events(.settled).isEmpty {
                scene.clock.advance(milliseconds: 500)
                await Task.yield()
            }
            try await scene.expect(used: 4)
        }
    }

    @Test("A charged call makes room for another, and a refunded call makes room at once")
    func room() async throws {
        try await withFailing(policy(#"{ "cost": 10, "outage": { "allow": 1 } }"#)) { scene, gate, failing in
            failing.isOutOfReach = true
            for _ in 0..<5 {
                await #expect(throws: HandlerFailed.self) {
                    try await gate.run("generate", for: "ana") { _ in throw HandlerFailed() }
                }
            }
            try await gate.run("generate", for: "ana") { _ in
                let second = try await gate.status()
                #expect(second == 503)
            }
            let third = try await gate.status()
            #expect(third == 503, "it isn't charged yet")
            failing.isOutOfReach = false
            await scene.turnClock(untilThereAre: 9)
            failing.isOutOfReach = true
            let fourth = try await gate.status()
            #expect(fourth == 200)
            failing.isOutOfReach = false
            await scene.turnClock(untilThereAre: 11)
            let balance = try await scene.balance()
            #expect(balance.used == 20)
        }
    }

    @Test(
        "Credits that the account can't pay afterwards are short, or owed if the policy allows it",
        arguments: [true, false])
    func whoCannotPay(owes: Bool) async throws {
        let action = #"{ "cost": 40, "outage": { "allow": 2 }\#(owes ? #", "overrun": "debt""# : "") }"#
        try await withFailing(policy(action, #""debtLimit": 20"#)) { scene, gate, failing in
            failing.isOutOfReach = true
            for _ in 0..<2 { try await gate.run("generate", for: "ana") { _ in } }
            failing.isOutOfReach = false
            await scene.turnClock(untilThereAre: owes ? 6 : 5)
            let told = owes ? ["owed: 20", "short: 10"] : ["short: 30"]
            #expect(scene.events.all.filter { $0.hasPrefix("owed") || $0.hasPrefix("short") } == told)
            let balance = try await scene.balance()
            #expect(balance == AccountBalance(total: 50, used: 50, debt: owes ? 20 : 0))
        }
    }

    @Test(
        "A key runs once during an outage, and its repeats are refused as completed during and after it"
    )
    func keys() async throws {
        try await withFailing(policy(OutageTests.allowing)) { scene, gate, failing in
            failing.isOutOfReach = true
            let key = try IdempotencyKey("k")
            let runs = Collected<Bool>()
            func call() async throws -> String {
                try await gate.run("generate", for: "ana", key: key, storing: .json) { _ in
                    runs.add(true)
                    return "drawn"
                }
            }
            for _ in 0..<3 { #expect(try await call() == "drawn") }
            let completed = try await gate.refusal(key: key)
            #expect(completed.problem.type == "urn:faregate:problem:key-completed")
            #expect(completed.description.contains("it will be charged when the ledger is reachable again"))
            #expect(completed.problem.members["charge"] == nil)
            let other = await #expect(throws: Refusal.self) {
                try await gate.run("generate", for: "ana", attributes: ["size": "large"], key: key) { _ in }
            }
            #expect(other?.problem.status == 422)

            failing.isOutOfReach = false
            #expect(try await call() == "drawn", "it isn't charged yet")
            await scene.turnClock(untilSettled: 1)
            #expect(try await call() == "drawn", "the ledger knows it now")
            #expect(runs.all.count == 1)
            let balance = try await scene.balance()
            #expect(balance.used == 10)
        }
    }

    @Test("A key whose call failed during an outage can be used again")
    func aFailedKey() async throws {
        try await withFailing(policy(OutageTests.allowing)) { _, gate, failing in
            failing.isOutOfReach = true
            let key = try IdempotencyKey("k")
            await #expect(throws: HandlerFailed.self) {
                try await gate.run("generate", for: "ana", key: key) { _ in throw HandlerFailed() }
            }
            let value = try await gate.run("generate", for: "ana", key: key) { _ in "drawn" }
            #expect(value == "drawn")
        }
    }

    @Test("The bound holds for all gates of the process on the ledger together, and a key runs once in all of them")
    func severalGates() async throws {
        try await withFailing(policy(OutageTests.allowing)) { scene, gate, failing in
            failing.isOutOfReach = true
            let other = Gate(ledger: Ledger(failing), policies: gate.policy, clock: scene.clock)
            let key = try IdempotencyKey("k")
            try await gate.run("generate", for: "ana", key: key) { _ in
                let running = try await other.refusal(key: key)
                #expect(running.problem.type == "urn:faregate:problem:key-in-flight")
            }
            let statuses = [try await other.status(), try await gate.status(), try await other.status()]
            #expect(statuses == [200, 200, 503])
        }
    }

    @Test("A key that two gates let through at the same moment runs once")
    func atOnce() async throws {
        try await withScene(policy(OutageTests.allowing)) { scene in
            let charges = Collected<Bool>()
            let failing = FailingLedger(scene.ledger) { _ in
                charges.add(true)
                await charges.wait(for: 2)
            }
            failing.isOutOfReach = true
            let key = try IdempotencyKey("k")
            let (runs, refusals) = (Collected<Bool>(), Collected<String>())
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<2 {
                    let gate = Gate(ledger: Ledger(failing), policies: scene.gate.policy, clock: scene.clock)
                    group.addTask {
                        do {
                            try await gate.run("generate", for: "ana", key: key) { _ in
                                runs.add(true)
                                await refusals.wait(for: 1)
                            }
                        } catch let refusal as Refusal {
                            refusals.add(refusal.problem.type)
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(runs.all.count == 1)
            #expect(refusals.all == ["urn:faregate:problem:key-in-flight"])
        }
    }

    @Test("A closed ledger doesn't count as an outage: no call is let through")
    func closed() async throws {
        try await withFailing(policy(OutageTests.allowing), on: [.sqlite]) { scene, gate, _ in
            await scene.ledger.close()
            for _ in 0..<10 {
                let status = try await gate.status()
                #expect(status == 503)
            }
            #expect(Set(scene.events.all) == ["refused"])
        }
    }

    @Test("A call that can't be charged is reported, and makes room for another", arguments: [true, false])
    func unpaid(isClosed: Bool) async throws {
        // The ledger in memory can't be closed.
        let kinds = isClosed ? [.sqlite] : LedgerKind.chosen
        try await withFailing(policy(OutageTests.allowing), on: kinds) { scene, gate, failing in
            _ = try await scene.balance()
            failing.isOutOfReach = true
            try await gate.run("generate", for: "ana") { _ in
                if isClosed {
                    await scene.ledger.close()
                } else {
                    let note = try Ledger.Note(by: "test", reason: "fraud")
                    _ = try await scene.ledger.suspend("ana", note, at: newYear)
                }
                failing.isOutOfReach = false
            }
            await scene.events.wait(for: 2)
            #expect(scene.events.all.first == "let through")
            let told = try #require(scene.events.all.last)
            #expect(told.hasPrefix("unpaid: "))
            #expect(told.contains(isClosed ? "closed" : "the account is suspended"))
        }
    }

    @Test("A let-through call is charged only if another server's call under its key fails", arguments: [true, false])
    func keyElsewhere(succeeds: Bool) async throws {
        try await withFailing(policy(OutageTests.allowing)) { scene, gate, failing in
            let key = try IdempotencyKey("k")
            let other = try await scene.gate.open("generate", for: "ana", key: key)
            failing.isOutOfReach = true
            try await gate.run("generate", for: "ana", key: key) { _ in failing.isOutOfReach = false }
            // It finds the other call running, and sleeps. If it is reported instead, this task sleeps.
            let reported = Task {
                await scene.events.wait(for: 3)
                try? await scene.clock.sleep(milliseconds: 1)
            }
            defer { reported.cancel() }
            await scene.clock.waitForSleeper()
            #expect(scene.events.all == ["allowed", "let through"])
            if succeeds { _ = try await other.settle() } else { await other.refund() }
            await scene.turnClock(untilThereAre: 4)
            #expect(scene.events.all.contains { $0.hasPrefix("unpaid: another call") } == succeeds)
            #expect(try await scene.balance().used == 10)
        }
    }

    @Test("A metered call is charged for the units that it reported during the outage")
    func metered() async throws {
        let action = #"{ "cost": { "base": 1, "units": { "tokens": "1/10" } }, "outage": { "allow": 1 } }"#
        try await withFailing(policy(action)) { scene, gate, failing in
            failing.isOutOfReach = true
            try await gate.run("generate", for: "ana") { charge in
                let metering = try await charge.report(["tokens": 101])
                #expect(metering.cost == 12 && !metering.isExhausted)
                failing.isOutOfReach = false
            }
            await scene.events.wait(for: 2)
            let balance = try await scene.balance()
            #expect(balance.used == 12)
        }
    }
}

extension Scene {
    /// Advances the clock until this number of calls was settled.
    fileprivate func turnClock(untilSettled count: Int) async {
        let before = events.all.filter { $0 != "settled" }.count
        await turnClock(untilThereAre: before + count)
    }

    /// Advances the clock until this number of events was reported.
    func turnClock(untilThereAre count: Int) async {
        let clock = clock
        let turning = Task {
            while !Task.isCancelled {
                await clock.waitForSleeper()
                clock.advance(milliseconds: 500)
            }
        }
        await events.wait(for: count)
        turning.cancel()
        // The last one that it waits for.
        let sleeper = Task { try? await clock.sleep(milliseconds: 1) }
        await turning.value
        sleeper.cancel()
    }
}
