import Faregate
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// The predictions of a standing and a preview.
@Suite("What an account may do", .endsWhenStuck) struct StandingTests {
    private static let text = """
        {
          "actions": {
            "chat": {
              "cost": { "base": 1, "units": { "tokens": "1/10" } }, "hold": { "tokens": 50 },
              "rules": [{ "when": { "plan": "pro" }, "cost": { "units": { "tokens": "1/20" } } }],
              "limits": [{ "max": 200, "within": "1h", "count": "tokens" }, { "max": 4, "per": "day", "by": "member" }],
            },
            "generate": {
              "cost": 10, "rules": [{ "when": { "size": "large" }, "cost": 25 }], "title": "Paint",
              "limits": [{ "max": 6, "within": "24h" }, { "max": 9, "per": "hour", "by": "action", "mode": "shadow" }],
            },
            "export": { "cost": 5, "key": "required" },
            "trial": { "cost": 1000, "mode": "shadow", "limits": [{ "max": 1, "per": "day" }] },
            "free": { "cost": 3, "mode": "off" },
          },
          "plans": {
            "free": { "grants": [{ "credits": 40, "every": "once" }, { "credits": 30, "every": "month" }] },
            "pro": { "grants": [{ "credits": 100, "every": "month", "rollover": 20 }] },
          },
          "defaultPlan": "free",
          "packs": { "50": { "credits": 50, "price": "1.00 USD", "stripe": "price_1" } },
          "lowBalance": 20,
        }
        """

    @Test("A standing has each action's price, refusal and limits, and the current and coming credits")
    func standing() async throws {
        try await withScene(StandingTests.text) { scene in
            for _ in 0..<5 { #expect(try await scene.gate.status() == 200) }
            let week = newYear.advanced(byMilliseconds: 7 * 24 * hour)
            try await scene.ledger.give(3, reference: "gift", expiresAt: week)
            let standing = try await scene.gate.standing(of: "ana")
            #expect(standing.plan == "free" && standing.suspendedAt == nil && standing.at == newYear)
            #expect(standing.policyVersion == scene.gate.policy.version)
            let credits = standing.credits
            #expect(credits.spendable == 23 && credits.held == 0 && credits.debt == 0 && !credits.isLow)
            #expect(credits.sources == [.plan: 20, .promotion: 3])
            #expect(credits.expiring == Standing.ExpiringCredits(credits: 3, at: week))
            let month = Timestamp(rawValue: 1_769_904_000_000)
            #expect(credits.coming.map(\.grant) == ["month"] && credits.coming.map(\.credits) == [30])
            #expect(credits.coming.map(\.at) == [month])
            #expect(standing.actions.map(\.name) == ["chat", "export", "free", "generate", "trial"])

            let generate = try #require(standing["generate"])
            #expect(generate.title == "Paint" && generate.price == "10" && generate.cost == 10 && generate.passes)
            #expect(generate.limits.map(\.used) == [5, 5] && generate.limits.map(\.left) == [1, 4])
            let day = newYear.advanced(byMilliseconds: 24 * hour)
            #expect(generate.limits.map(\.resetsAt) == [day, newYear.advanced(byMilliseconds: hour)])
            #expect(generate.limits.map(\.mode) == [.enforce, .shadow])
            let chat = try #require(standing["chat"])
            #expect(
                chat.price == "1 + 0.1 per tokens" && !chat.isFixed && chat.cost == 6 && chat.hold == ["tokens": 50])
            #expect(chat.limits.map(\.used) == [0, 0] && chat.limits.first?.resetsAt == nil)
            #expect(standing["export"]?.isKeyRequired == true && standing["export"]?.passes == true)
            #expect(standing["trial"]?.cost == 0 && standing["trial"]?.passes == true)
            #expect(standing["free"]?.mode == .off && standing["free"]?.cost == 0)
        }
    }

    @Test("Reading a standing changes nothing, and its JSON can be decoded again")
    func changesNothing() async throws {
        try await withScene(StandingTests.text) { scene in
            let first = try await scene.gate.standing(of: "ana")
            let before = try await scene.ledger.history(of: "ana", after: nil, count: 100)
            #expect(before.entries.count == 2, "the account was opened, with what its plan grants")
            for _ in 0..<3 { _ = try await scene.gate.preview("generate", for: "ana", key: try IdempotencyKey("a")) }
            #expect(try await scene.gate.standing(of: "ana") == first)
            #expect(try await scene.ledger.history(of: "ana", after: nil, count: 100) == before)
            let json = try JSONEncoder().encode(first)
            #expect(try JSONDecoder().decode(Standing.self, from: json) == first)
        }
    }

    @Test("An account without credits is low, also under a policy without a low balance")
    func low() async throws {
        try await withScene(policy(#"{ "cost": 10 }"#)) { scene in
            for _ in 1...4 { #expect(try await scene.gate.status() == 200) }
            var standing = try await scene.gate.standing(of: "ana")
            #expect(standing.credits.spendable == 10 && !standing.credits.isLow)
            #expect(try await scene.gate.status() == 200)
            standing = try await scene.gate.standing(of: "ana")
            #expect(standing.credits.spendable == 0 && standing.credits.isLow)
        }
    }

    @Test(
        "A standing says why a call would be refused: suspension, limits or credits, with the shortfall or the time to retry"
    )
    func refused() async throws {
        try await withScene(StandingTests.text) { scene in
            for _ in 0..<6 { #expect(try await scene.gate.status() == 200) }
            var standing = try await scene.gate.standing(of: "ana")
            #expect(standing["generate"]?.refusal?.kind == "quota-exceeded")
            #expect(standing["generate"]?.refusal?.retryAt == newYear.advanced(byMilliseconds: 24 * hour))
            #expect(standing.credits.isLow)
            let large = try await scene.gate.preview("chat", for: "ana", units: ["tokens": 190])
            #expect(large.cost == 20 && large.refusal?.problem.status == 402)
            #expect(large.refusal.map { "\($0)" } == "you need 20 credits, you have 10")

            let note = try Ledger.Note(by: "eva", reason: "test")
            _ = try await scene.ledger.suspend("ana", note, at: newYear)
            standing = try await scene.gate.standing(of: "ana")
            #expect(standing.suspendedAt == newYear)
            #expect(standing.actions.filter(\.passes).map(\.name) == ["free"])
        }
    }

    @Test("A standing refreshes the account first: it grants a due period, and uses the new name of a renamed plan")
    func seesToTheAccount() async throws {
        try await withScene(StandingTests.text) { scene in
            _ = try await scene.gate.standing(of: "ana")
            scene.clock.advance(milliseconds: 40 * 24 * hour)
            #expect(try await scene.gate.standing(of: "ana").credits.spendable == 70)
            let renamed = StandingTests.text.replacing(
                "\"free\": { \"grants\"", with: "\"basic\": { \"was\": [\"free\"], \"grants\""
            )
            .replacing("\"defaultPlan\": \"free\"", with: "\"defaultPlan\": \"basic\"")
            let gate = try scene.gate(under: renamed)
            #expect(try await gate.standing(of: "ana").plan == "basic")
            #expect(try await gate.preview("chat", for: "ana").passes)
        }
    }

    @Test("A preview refuses invalid input as the call would")
    func input() async throws {
        try await withScene(StandingTests.text) { scene in
            let unit = try await scene.gate.preview("chat", for: "ana", units: ["pages": 1])
            #expect(unit.refusal?.problem.status == 400)
            let plan = try await scene.gate.preview("chat", for: "ana", attributes: ["plan": "pro"])
            #expect(plan.refusal?.problem.status == 400)
            let keyless = try await scene.gate.preview("export", for: "ana")
            #expect(keyless.refusal?.problem.status == 400)
            await #expect(throws: Gate.UnknownAction.self) { try await scene.gate.preview("paint", for: "ana") }
        }
    }

    @Test(
        "A standing predicts the call that follows it, after any history",
        arguments: 1...Depth.of(quick: 1, thorough: 6) as ClosedRange<UInt64>)
    func foretold(seed: UInt64) async throws {
        try await withScene(StandingTests.text) { scene in
            var random = SeededGenerator(seed: seed)
            var outcomes: [String: Int] = [:]
            for step in 1...250 {
                let call = try RandomCall(&random)
                let preview = try await scene.gate.preview(
                    call.action, for: call.account, member: call.member, attributes: call.attributes, units: call.units,
                    key: call.key)
                let outcome = try await call.run(on: scene.gate, fails: Int.random(in: 0..<3, using: &random) == 0)
                let foretold = preview.refusal?.reason.kindText ?? "passes at \(preview.cost)"
                #expect(foretold == outcome, "seed \(seed), step \(step): \(call)")
                if foretold != outcome { return }
                outcomes[preview.refusal?.reason.kindText ?? "passes", default: 0] += 1
                try await change(scene, &random)
            }
            #expect(outcomes["passes", default: 0] > 20 && outcomes.count > 4, "\(outcomes)")
        }
    }

    /// Lets time pass, or changes an account.
    private func change(_ scene: Scene, _ random: inout SeededGenerator) async throws {
        let account = ["ana", "ben"].randomElement(using: &random) ?? "ana"
        let (id, now) = (try AccountID(account), scene.clock.now)
        let note = try Ledger.Note(by: "eva", reason: "test")
        switch Int.random(in: 0..<12, using: &random) {
        case 0..<5:
            let steps: [Int64] = [1, 60_000, hour, 26 * hour, 33 * 24 * hour]
            scene.clock.advance(milliseconds: steps.randomElement(using: &random) ?? 1)
        case 5: _ = try await scene.ledger.suspend(id, note, at: now)
        case 6, 7: _ = try await scene.ledger.resume(id, note, at: now)
        case 8:
            let policy = scene.gate.policy
            let plan = try #require(policy.plans[Bool.random(using: &random) ? "pro" : "free"])
            try await scene.ledger.move(id, to: plan, under: policy.planBook, note, at: now)
        case 9:
            let reference = try GrantReference("gift \(Int64.random(in: 0...(.max), using: &random))")
            try await scene.ledger.give(20, to: id, reference: reference, at: now)
        default: break
        }
    }
}

/// A call of a random history.
private struct RandomCall: CustomStringConvertible {
    let action: String
    let account: AccountID
    let member: MemberID?
    let attributes: Attributes
    let units: Units
    let key: IdempotencyKey?

    init(_ random: inout SeededGenerator) throws {
        action =
            ["chat", "chat", "generate", "generate", "export", "trial", "free"].randomElement(using: &random) ?? ""
        account = Bool.random(using: &random) ? "ana" : "ben"
        member = [nil, "mia", "noa"].randomElement(using: &random) ?? nil
        let isLarge = action == "generate" && Bool.random(using: &random)
        attributes = isLarge ? ["size": "large"] : [:]
        let unit = ["tokens", "tokens", "tokens", "pages"].randomElement(using: &random) ?? "tokens"
        units = action == "chat" ? [unit: Int64.random(in: 0...250, using: &random)] : [:]
        key = try [nil, "a", "b"].randomElement(using: &random)?.map { try IdempotencyKey($0) }
    }

    /// - Returns: the call's outcome in the form of a preview.
    func run(on gate: Gate, fails: Bool) async throws -> String {
        struct Failed: Error {}
        let cost = Collected<Credits>()
        do {
            try await gate.run(
                action, for: account, member: member, attributes: attributes, units: units, key: key
            ) { charge in
                cost.add(charge.cost)
                if fails { throw Failed() }
            }
        } catch let refusal as Refusal {
            return refusal.reason.kindText
        } catch is Failed {}
        return "passes at \(cost.all.first ?? 0)"
    }

    var description: String {
        "\(action) of \(account) by \(member?.rawValue ?? "nobody"), \(units), \(key?.key ?? "")"
    }
}

extension Refusal.Reason {
    /// Including its figures and times.
    fileprivate var kindText: String {
        switch self {
        case .limit(let limit, let used, let retryAt): "limit \(limit.name) \(used) \(retryAt?.description ?? "never")"
        case .insufficientCredits(let required, let available, let debt, _, let packs):
            "credits \(required) \(available) \(debt) \(packs.count)"
        default: "\(self)"
        }
    }
}
