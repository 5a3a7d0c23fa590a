import Faregate
import FaregateTesting
import TestSupport
import Testing

/// Accounts whose plan has been removed from the policy.
@Suite("A plan that is missing from the policy") struct MissingPlanTests {
    private static func text(_ plans: String) -> String {
        """
        {
          "actions": { "generate": { "cost": 1 }, "chat": { "cost": 2, "rules": [{ "when": { "plan": "free" }, "cost": 1 }] } },
          "plans": { \(plans) }, "defaultPlan": "free"
        }
        """
    }

    private static let before = text(
        #""free": { "grants": [{ "credits": 50, "every": "once" }] }, "lite": { "grants": [{ "credits": 9, "every": "day" }] }"#
    )
    private static let after = text(#""free": {}"#)

    @Test(
        "A missing plan is reported once, whichever of its accounts is used",
        arguments: ["run", "balance", "adjust", "giveBack"]
    )
    func reported(verb: String) async throws {
        try await withScene(MissingPlanTests.before) { scene in
            let policy = scene.gate.policy
            let lite = try #require(policy.plans["lite"])
            let note = try Ledger.Note(by: "eva", reason: "test")
            var charges: [AccountID: ChargeID] = [:]
            for account: AccountID in ["ana", "ben"] {
                _ = try await scene.gate.balance(of: account)
                try await scene.ledger.move(account, to: lite, under: policy.planBook, note, at: newYear)
                charges[account] = try await scene.gate.run("generate", for: account) { $0.id }
            }
            #expect(!scene.events.all.contains("missing plan: lite"))

            scene.clock.advance(milliseconds: 25 * hour)
            let edited = try scene.gate(under: MissingPlanTests.after)
            for account: AccountID in ["ana", "ben", "ana"] {
                switch verb {
                case "run": #expect(try await edited.status(for: account) == 200)
                case "balance": _ = try await edited.balance(of: account)
                case "giveBack":
                    let charge = try #require(charges[account])
                    try await edited.giveBack(charge, reason: "a test", by: "eva")
                default: try await edited.adjust(account, by: -1, reference: "one", reason: "a test", by: "eva")
                }
            }
            #expect(scene.events.all.filter { $0 == "missing plan: lite" }.count == 1)
            // A new account is on an existing plan.
            #expect(try await edited.balance(of: "cleo").plan == "free")
            #expect(scene.events.all.filter { $0.hasPrefix("missing plan") }.count == 1)
        }
    }

    @Test("A missing plan is reported when a call turns out to be priced by it")
    func priced() async throws {
        try await withScene(MissingPlanTests.before) { scene in
            let lite = try #require(scene.gate.policy.plans["lite"])
            let note = try Ledger.Note(by: "eva", reason: "test")
            _ = try await scene.gate.balance(of: "ana")
            try await scene.ledger.move("ana", to: lite, under: scene.gate.policy.planBook, note, at: newYear)
            let edited = try scene.gate(under: MissingPlanTests.after)
            #expect(try await edited.status(of: "chat") == 200)
            #expect(scene.events.all.filter { $0 == "missing plan: lite" }.count == 1)
        }
    }
}
