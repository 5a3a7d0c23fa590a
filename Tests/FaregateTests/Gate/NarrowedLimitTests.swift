import Faregate
import FaregateTesting
import TestSupport
import Testing

/// Limits with a `when`.
@Suite("A limit with conditions", .endsWhenStuck) struct NarrowedLimitTests {
    private static func text(_ limits: String, _ action: String = #""cost": 1"#) -> String {
        """
        {
          "actions": { "generate": { \(action), "limits": [\(limits)] } },
          "plans": {
            "free": { "grants": [{ "credits": 50, "every": "once" }] },
            "pro": { "grants": [{ "credits": 500, "every": "once" }] }
          },
          "defaultPlan": "free"
        }
        """
    }

    private static let byPlan = text(
        #"{ "max": 1, "per": "day", "when": { "plan": "free" } }, { "max": 3, "per": "day", "when": { "plan": "pro" } }"#
    )

    private func move(to plan: String, in scene: Scene) async throws {
        try await scene.gate.move("ana", to: plan, reason: "test", by: "eve")
    }

    /// Makes calls one after the other, and expects these statuses; 200 is a call that was let through.
    private func expect(
        _ expected: [Int], of attributes: Attributes = [:], in scene: Scene,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        var statuses: [Int] = []
        for _ in expected {
            do {
                try await scene.gate.run("generate", for: "ana", attributes: attributes) { _ in }
                statuses.append(200)
            } catch let refusal as Refusal {
                statuses.append(refusal.problem.status)
            }
        }
        #expect(statuses == expected, sourceLocation: sourceLocation)
    }

    @Test("Each plan has its own limit, and each limit its own count")
    func plans() async throws {
        try await withScene(NarrowedLimitTests.byPlan) { scene in
            try await expect([200, 429], in: scene)
            try await move(to: "pro", in: scene)
            try await expect([200, 200, 200, 429], in: scene)
            try await move(to: "free", in: scene)
            try await expect([429], in: scene)
        }
    }

    @Test("A gate in another process counts by the account's present plan")
    func anotherProcess() async throws {
        try await withScene(NarrowedLimitTests.byPlan) { scene in
            let other = try scene.gate()
            try await other.run("generate", for: "ana") { _ in }
            try await move(to: "pro", in: scene)
            for _ in 1...3 { try await other.run("generate", for: "ana") { _ in } }
            let refusal = await #expect(throws: Refusal.self) { try await other.run("generate", for: "ana") { _ in } }
            #expect(refusal?.description == "generate is limited to 3 calls per day; 3 used")
        }
    }

    @Test("A limit counts only calls whose attributes match")
    func attributes() async throws {
        let limit = #"{ "max": 1, "within": "1h", "when": { "model": ["xl", "xxl"], "steps": { "above": 9 } } }"#
        try await withScene(NarrowedLimitTests.text(limit)) { scene in
            try await expect([200, 200, 200], of: ["model": "xl", "steps": 9], in: scene)
            try await expect([200, 429], of: ["model": "xl", "steps": 10], in: scene)
            try await expect([429], of: ["model": "xxl", "steps": 30], in: scene)
            try await expect([200], of: ["steps": 10], in: scene)
        }
    }

    @Test("Limits with the same conditions apply together, whatever the rule that sets the price")
    func together() async throws {
        let limits = """
            { "max": 20, "per": "day", "count": "credits", "when": { "model": "xl" } }, { "max": 9, "per": "day" }
            """
        let action = #""cost": 1, "rules": [{ "when": { "size": "large" }, "cost": 8 }]"#
        try await withScene(NarrowedLimitTests.text(limits, action)) { scene in
            try await expect([200, 200], of: ["model": "xl", "size": "large"], in: scene)
            try await expect([200, 200, 200, 200, 429], of: ["model": "xl"], in: scene)
            try await expect([200, 200, 200, 429], of: ["size": "large"], in: scene)
        }
    }

    @Test("An account's standing has the limits of its plan, and a preview those of the call")
    func standing() async throws {
        try await withScene(NarrowedLimitTests.byPlan) { scene in
            let free = try await scene.gate.standing(of: "ana")["generate"]?.limits
            #expect(free?.map(\.name) == [#"calls per day by account when plan is "free""#])
            try await move(to: "pro", in: scene)
            let pro = try await scene.gate.standing(of: "ana")["generate"]?.limits
            #expect(pro?.map(\.max) == [3])
            let preview = try await scene.gate.preview("generate", for: "ana")
            #expect(preview.limits == pro)
        }
    }

    @Test("A limit of 0 switches a feature off for a plan, and its refusal names no time")
    func switchedOff() async throws {
        let limit = #"{ "max": 0, "per": "day", "when": { "plan": "free" } }"#
        try await withScene(NarrowedLimitTests.text(limit)) { scene in
            let refusal = try await scene.gate.refusal()
            #expect(refusal.description == #"generate is switched off when plan is "free"; waiting doesn't help"#)
            #expect(refusal.problem.status == 429)
            #expect(!refusal.problem.headers.contains { $0.name == "Retry-After" })
            guard case .limit(_, used: 0, retryAt: nil) = refusal.reason else { throw TestFailure("\(refusal)") }
            let standing = try await scene.gate.standing(of: "ana")
            #expect(standing["generate"]?.refusal?.detail == refusal.description)
            #expect(standing["generate"]?.refusal?.retryAt == nil)
            #expect(standing["generate"]?.limits.map(\.resetsAt) == [nil])
            try await move(to: "pro", in: scene)
            try await expect([200, 200], in: scene)
            let balance = try await scene.balance()
            #expect(balance.used == 2)
        }
    }

    @Test("A snapshot refuses a call of a feature that is switched off for its plan")
    func snapshot() async throws {
        let text = NarrowedLimitTests.text(#"{ "max": 0, "per": "day", "when": { "plan": "free" } }"#)
        let gate = Gate(
            ledger: Ledger(MemoryLedger()), policies: try Policy(parsing: text), clock: ManualClock(now: newYear))
        let check = try QuickCheck(key: try Secret("0123456789abcdef0123456789abcdef"))
        for (plan, status) in [("free", 429), ("pro", nil)] as [(String, Int?)] {
            let token = check.token(for: AccountBalance(remaining: 9, plan: plan), of: "ana", at: newYear)
            let refusal = gate.refusal(of: "generate", for: "ana", by: check, token: token)
            #expect(refusal?.problem.status == status)
        }
    }

    @Test("A feature that is switched off stays off while the ledger is out of reach")
    func outage() async throws {
        let limit = #"{ "max": 0, "per": "day", "when": { "model": "xl" } }"#
        try await withScene(NarrowedLimitTests.text(limit, #""cost": 1, "outage": { "allow": 9 }"#)) { scene in
            let failing = FailingLedger(scene.ledger)
            let gate = scene.gate(on: failing)
            failing.isOutOfReach = true
            try await gate.run("generate", for: "ana") { _ in }
            let refusal = await #expect(throws: Refusal.self) {
                try await gate.run("generate", for: "ana", attributes: ["model": "xl"]) { _ in }
            }
            #expect(refusal?.problem.status == 503)
            failing.isOutOfReach = false
            await scene.turnClock(untilThereAre: 3)
        }
    }
}
