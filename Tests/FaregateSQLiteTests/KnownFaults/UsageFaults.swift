import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import TestSupport
import Testing

/// What was seen to go wrong with figures from outside, and with policies that change.
@Suite(.endsWhenStuck) struct UsageFaults {
    private static let metered =
        #"{ "cost": { "base": 1, "units": { "tokens": "1/1000" } }, "hold": { "tokens": 2000 } }"#

    @Test(
        "A report of negative, unknown or too many units is refused and changes nothing",
        arguments: [
            ["tokens": -1], ["tokens": -5_000_000], ["tokens": .min], ["tokens": .max],
            ["tokens": Credits.max.rawValue + 1], ["token": 1], ["": 1],
            ["tokens": 10, "images": 1], ["tokens": 10, "images": -1],
        ] as [Units]
    )
    func negativeUsage(units: Units) async throws {
        try await withScene(policy(UsageFaults.metered)) { scene in
            try await scene.gate.run("generate", for: "ana") { charge in
                try await charge.report(["tokens": 1500])
                await #expect(throws: InvalidInput.self) { try await charge.report(units) }
                #expect(charge.reported == ["tokens": 1500])
                let during = try await scene.ledger.balance(of: "ana", at: newYear).sums
                #expect(during == AccountBalance(total: 50, held: 3, remaining: 47, sources: [.plan: 47]))
            }
            let balance = try await scene.balance()
            #expect(balance == AccountBalance(total: 50, used: 3, remaining: 47, sources: [.plan: 47]))
        }
    }

    @Test("Reports whose sum overflows are refused")
    func reportsThatOverflowTogether() async throws {
        let free = #"{ "cost": { "base": 1, "units": { "tokens": "0" } } }"#
        try await withScene(policy(free)) { scene in
            try await scene.gate.run("generate", for: "ana") { charge in
                try await charge.report(["tokens": Credits.max.rawValue])
                await #expect(throws: InvalidInput.self) { try await charge.report(["tokens": 1]) }
                await #expect(throws: InvalidInput.self) { try await charge.report(["tokens": .max]) }
                #expect(charge.reported == ["tokens": Credits.max.rawValue])
            }
            let balance = try await scene.balance()
            #expect(balance.used == 1)
        }
    }

    @Test(
        "A request with negative units gets the status 400, and no credits are taken",
        arguments: [-1, .min, .max] as [Int64])
    func negativeUnitsInTheRequest(tokens: Int64) async throws {
        try await withScene(policy(UsageFaults.metered)) { scene in
            let refusal = await #expect(throws: Refusal.self) {
                try await scene.gate.run("generate", for: "ana", units: ["tokens": tokens]) { _ in }
            }
            #expect(refusal?.problem.status == 400)
            let balance = try await scene.balance()
            #expect(balance == AccountBalance(total: 50, remaining: 50, sources: [.plan: 50]))
        }
    }

    @Test("A price edit changes no balance, no counter and no open charge")
    func aPriceEdit() async throws {
        let limits = #""limits": [{ "max": 3, "per": "day" }]"#
        try await withScene(policy(#"{ "cost": 10, \#(limits) }"#)) { scene in
            let edited = try scene.gate(
                under: policy(#"{ "cost": 40, \#(limits) }"#, grants: #"{ "credits": 1, "every": "once" }"#)
            )
            try await scene.gate.run("generate", for: "ana") { _ in }
            let charge = try await scene.gate.run("generate", for: "ana") { charge in
                let open = try await edited.balance(of: "ana").sums
                #expect(open == AccountBalance(total: 50, used: 10, held: 10, remaining: 30, sources: [.plan: 30]))
                return charge
            }
            // The open charge was settled at its own price, under the policy that made it.
            let explanation = try await scene.ledger.explain(charge.id)
            #expect(explanation?.cost == 10)
            #expect(explanation?.policyVersion == scene.gate.policy.version)
            let balance = try await edited.balance(of: "ana").sums
            #expect(balance == AccountBalance(total: 50, used: 20, remaining: 30, sources: [.plan: 30]))
            let tooDear = try await edited.status()
            #expect(tooDear == 402)
            let third = try await scene.gate.status()
            #expect(third == 200)
            let fourth = try await edited.refusal()
            #expect(fourth.problem.status == 429, "3 of 3 are used, whoever counted them")
        }
    }

    @Test("A refund after a price edit gives back what was taken, not what it would cost now")
    func aRefundAfterAPriceEdit() async throws {
        try await withFolder { folder in
            let disk = MemoryPolicy(policy(#"{ "cost": 10 }"#))
            let ledger = try await SQLiteLedger.open(folder + "/test.faregate", trace: nil)
            let gate = Gate(
                ledger: Ledger(ledger), policies: disk, clock: ManualClock(now: newYear), settlement: .durable)
            try? await gate.run("generate", for: "ana") { _ in
                disk.edit(policy(#"{ "cost": 3 }"#))
                throw HandlerFailed()
            }
            let balance = try await gate.balance(of: "ana").sums
            #expect(balance == AccountBalance(total: 50, remaining: 50, sources: [.plan: 50]))
            await ledger.close()
        }
    }

    @Test("A limit raised in mid-window keeps its count: 3 of 3 used, raised to 5, exactly 2 more pass")
    func aLimitRaisedInMidWindow() async throws {
        for window in [#""per": "day""#, #""within": "24h""#] {
            try await withScene(policy(#"{ "cost": 1, "limits": [{ "max": 3, \#(window) }] }"#)) { scene in
                let before = try await scene.statuses(of: 10)
                #expect(before == [200: 3, 429: 7])
                let raised = try scene.gate(under: policy(#"{ "cost": 1, "limits": [{ "max": 5, \#(window) }] }"#))
                var passed = 0
                for _ in 0..<10 where try await raised.status() == 200 { passed += 1 }
                #expect(passed == 2)
                let lowered = try await scene.gate.refusal()
                #expect(lowered.problem.members["used"] == 5)
            }
        }
    }
}

/// A policy that a test edits while calls run.
private final class MemoryPolicy: Policy.Source {
    private let current: Mutex<Policy>

    init(_ text: String) {
        current = Mutex(MemoryPolicy.parsed(text))
    }

    var policy: Policy { current.withLock { $0 } }

    func edit(_ text: String) {
        let edited = MemoryPolicy.parsed(text)
        current.withLock { $0 = edited }
    }

    private static func parsed(_ text: String) -> Policy {
        do { return try Policy(parsing: text) } catch { preconditionFailure(error.description) }
    }
}
