import Faregate
import FaregateTesting
import TestSupport
import Testing

private func metered(_ more: String = "") -> String {
    """
    { "cost": { "base": 1, "units": { "tokens": "1/1000" } }, "hold": { "tokens": 2000 }\(more) }
    """
}

/// Calls whose cost is known only when they have ended.
@Suite("Calls that report units", .endsWhenStuck) struct MeteringTests {

    /// Makes a call that reports this number of tokens.
    @discardableResult
    private func chat(_ scene: Scene, _ tokens: Int64) async throws -> GatedCall {
        try await scene.gate.run("generate", for: "ana") { charge in
            try await charge.report(["tokens": tokens])
            return charge
        }
    }

    @Test(
        "A call costs the reported units, rounded up once",
        arguments: [(0, 1), (1, 2), (1000, 2), (1001, 3), (2000, 3)]
    )
    func belowTheHold(tokens: Int64, cost: Int64) async throws {
        try await withScene(policy(metered())) { scene in
            let charge = try await chat(scene, tokens)
            #expect(charge.cost == 3, "that much is held")
            let balance = try await scene.balance()
            #expect(balance.used.rawValue == cost)
            #expect(balance.remaining.rawValue == 50 - cost)
            #expect(scene.events.all == ["allowed", "settled"])
        }
    }

    @Test("A call that reports nothing costs its quote")
    func nothingReported() async throws {
        try await withScene(policy(metered())) { scene in
            try await scene.gate.run("generate", for: "ana") { _ in }
            try await scene.gate.run("generate", for: "ana", units: ["tokens": 9001]) { _ in }
            let balance = try await scene.balance()
            #expect(balance.used == 14)
        }
    }

    @Test("A report beyond the hold extends the hold while the call runs")
    func aboveTheHold() async throws {
        try await withScene(policy(metered())) { scene in
            try await scene.gate.run("generate", for: "ana") { charge in
                let first = try await charge.report(["tokens": 2000])
                #expect(first.cost == 3 && first.held == 3 && !first.isExhausted)
                let second = try await charge.report(["tokens": 8001])
                #expect(second.cost == 12)
                let during = try await scene.ledger.balance(of: "ana", at: newYear)
                #expect(during?.held == second.held)
                #expect(second.held >= 12)
            }
            let balance = try await scene.balance()
            #expect(balance == AccountBalance(total: 50, used: 12, remaining: 38, sources: [.plan: 38]))
        }
    }

    @Test("A balance that becomes low during a call is reported once, at that moment")
    func lowWhileItRuns() async throws {
        try await withScene(policy(metered(), #""lowBalance": 20"#)) { scene in
            try await scene.gate.run("generate", for: "ana") { charge in
                try await charge.report(["tokens": 20_000])
                #expect(scene.events.all == ["allowed"], "29 are left")
                try await charge.report(["tokens": 15_000])
                #expect(scene.events.all == ["allowed", "low balance: 14"])
                try await charge.report(["tokens": 5_000])
            }
            #expect(scene.events.all == ["allowed", "low balance: 14", "settled"])
        }
    }

    @Test("A settlement beyond the hold reports the account's remaining balance")
    func drawdown() async throws {
        try await withScene(policy(metered())) { scene in
            try await scene.ledger.give(50, reference: "gift")
            let charge = try await scene.ledger.hold(.generate(cost: 3))
            let result = try await scene.ledger.settle(charge, Settlement(cost: 45), at: newYear)
            #expect(result == .settled(Settled(paid: 45, drawdown: Drawdown(before: 47, after: 5))))
        }
    }

    @Test("The overrun rule \"cap\" takes what the account has, and reports the credits written off")
    func cap() async throws {
        try await withScene(policy(metered(), #""debtLimit": 100"#)) { scene in
            let charge = try await chat(scene, 70_000)
            let balance = try await scene.balance()
            #expect(balance == AccountBalance(total: 50, used: 50))
            #expect(scene.events.all == ["allowed", "settled", "short: 21"])
            let explanation = try await scene.ledger.explain(charge.id)
            #expect(explanation?.cost == 50 && explanation?.short == 21 && explanation?.debt == 0)
        }
    }

    @Test("The overrun rule \"debt\" makes the account owe up to the policy's limit, and a new grant pays it first")
    func debt() async throws {
        try await withScene(policy(metered(#", "overrun": "debt""#), #""debtLimit": 15"#)) { scene in
            let charge = try await chat(scene, 70_000)
            let owing = try await scene.balance()
            #expect(owing == AccountBalance(total: 50, used: 50, debt: 15))
            #expect(scene.events.all == ["allowed", "settled", "owed: 15", "short: 6"])
            let explanation = try await scene.ledger.explain(charge.id)
            #expect(explanation?.cost == 50 && explanation?.debt == 15 && explanation?.short == 6)
            let refused = try await scene.gate.status()
            #expect(refused == 402)

            try await scene.ledger.give(10, reference: "first")
            let still = try await scene.balance()
            #expect(still == AccountBalance(total: 60, used: 60, debt: 5))
            try await scene.ledger.give(10, reference: "second")
            let paid = try await scene.balance()
            #expect(paid == AccountBalance(total: 70, used: 65, remaining: 5, sources: [.promotion: 5]))
        }
    }

    @Test("A debt never exceeds the limit, however many calls overrun at once")
    func manyOverruns() async throws {
        try await withScene(policy(metered(#", "overrun": "debt""#), #""debtLimit": 15"#)) { scene in
            let (started, charges) = (Collected<Bool>(), Collected<ChargeID>())
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<10 {
                    group.addTask {
                        try await scene.gate.run("generate", for: "ana") { charge in
                            charges.add(charge.id)
                            started.add(true)
                            await started.wait(for: 10)
                            try await charge.report(["tokens": 9000])
                        }
                    }
                }
                try await group.waitForAll()
            }
            let balance = try await scene.balance()
            #expect(balance == AccountBalance(total: 50, used: 50, debt: 15))
            var sum: Int64 = 0
            for charge in charges.all {
                let explanation = try #require(try await scene.ledger.explain(charge))
                sum += explanation.cost.rawValue + explanation.debt.rawValue + explanation.short.rawValue
            }
            #expect(sum == 100)
        }
    }

    @Test("The report that spends the account's last credit returns isExhausted")
    func aStreamUntilExhaustion() async throws {
        try await withScene(policy(metered())) { scene in
            let written = try await scene.gate.run("generate", for: "ana") { charge in
                for number in 1...1000 where try await charge.report(["tokens": 500]).isExhausted { return number }
                return 0
            }
            // 49 credits after the base buy 49,000 tokens; the last of them is spent, rounded up, by token 48,001.
            #expect(written == 97)
            let balance = try await scene.balance()
            #expect(balance == AccountBalance(total: 50, used: 50))
            #expect(scene.events.all == ["allowed", "settled"])
        }
    }

    @Test("Simultaneous reports from many tasks add up")
    func reportsAtOnce() async throws {
        try await withScene(policy(metered())) { scene in
            try await scene.gate.run("generate", for: "ana") { charge in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<40 { group.addTask { try await charge.report(["tokens": 1000]) } }
                    try await group.waitForAll()
                }
            }
            let balance = try await scene.balance()
            #expect(balance == AccountBalance(total: 50, used: 41, remaining: 9, sources: [.plan: 9]))
        }
    }

    @Test(
        "A stream that fails part-way is charged for its reported units, or refunded if there are none",
        arguments: [0, 3]
    )
    func aStreamThatFailsPartWay(reports: Int) async throws {
        try await withScene(policy(metered())) { scene in
            await #expect(throws: HandlerFailed.self) {
                try await scene.gate.run("generate", for: "ana", onFailure: .chargeReported) { charge in
                    for _ in 0..<reports { try await charge.report(["tokens": 200]) }
                    throw HandlerFailed()
                }
            }
            let balance = try await scene.balance()
            let cost: Credits = reports == 0 ? 0 : 2
            #expect(balance.used == cost)
            #expect(balance.held == 0)
            #expect(scene.events.all == ["allowed", reports == 0 ? "refunded: threw" : "settled"])
        }
    }

    @Test("A price that depends only on units lets no account without credits start a call")
    func usageWithoutHold() async throws {
        let action = #"{ "cost": { "units": { "tokens": "4/10" } } }"#
        try await withScene(policy(action, grants: "")) { scene in
            let status = try await scene.gate.status()
            #expect(status == 402)
            try await scene.ledger.give(1, reference: "gift")
            try await scene.gate.run("generate", for: "ana") { charge in
                #expect(charge.cost == 1)
                let metering = try await charge.report(["tokens": 9])
                #expect(metering.isExhausted)
            }
            let after = try await scene.gate.status()
            #expect(after == 402)
            #expect(scene.events.all == ["refused", "allowed", "settled", "short: 3", "refused"])
        }
    }

    @Test("Reports of zero units don't count as metered")
    func reportsOfNothing() async throws {
        try await withScene(policy(metered())) { scene in
            await #expect(throws: HandlerFailed.self) {
                try await scene.gate.run("generate", for: "ana", onFailure: .chargeReported) { charge in
                    try await charge.report(["tokens": 0])
                    throw HandlerFailed()
                }
            }
            let balance = try await scene.balance()
            #expect(balance.used == 0)
            #expect(scene.events.all == ["allowed", "refunded: threw"])
        }
    }

    @Test("Under the refund rule a failure part-way costs nothing, even if units were reported")
    func aFailurePartWay() async throws {
        try await withScene(policy(metered())) { scene in
            await #expect(throws: HandlerFailed.self) {
                try await scene.gate.run("generate", for: "ana") { charge in
                    try await charge.report(["tokens": 20_000])
                    throw HandlerFailed()
                }
            }
            let balance = try await scene.balance()
            #expect(balance == AccountBalance(total: 50, remaining: 50, sources: [.plan: 50]))
        }
    }

    @Test(
        "A client that disconnects part-way pays a fixed price, or the reported units",
        arguments: [(#"{ "cost": 10 }"#, 0, 10), (metered(), 0, 0), (metered(), 1500, 3)] as [(String, Int64, Credits)]
    )
    func aClientThatGoesAway(action: String, tokens: Int64, cost: Credits) async throws {
        try await withScene(policy(action)) { scene in
            let call = Task {
                try await scene.gate.run("generate", for: "ana", onFailure: .chargeReported) { charge in
                    if tokens > 0 { try await charge.report(["tokens": tokens]) }
                    withUnsafeCurrentTask { $0?.cancel() }
                    try Task.checkCancellation()
                }
            }
            await #expect(throws: CancellationError.self) { try await call.value }
            let balance = try await scene.balance()
            #expect(balance.used == cost)
            #expect(balance.held == 0)
            #expect(scene.events.all == ["allowed", cost == 0 ? "refunded: cancelled" : "settled"])
        }
    }
}
