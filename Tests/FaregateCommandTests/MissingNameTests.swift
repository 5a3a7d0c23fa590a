import Faregate
import Foundation
import Testing

/// Accounts that have what the policy lacks.
@Suite struct MissingNameTests {
    private static func policy(_ plans: String) -> String {
        #"{ "actions": { "generate": { "cost": 10 } }, "plans": { \#(plans) }, "defaultPlan": "free" }"#
    }

    private func write(_ plans: String, _ faregate: Tool) throws {
        let text = MissingNameTests.policy(plans)
        try Data(text.utf8).write(to: URL(filePath: faregate.path("policy.jsonc")))
    }

    @Test("The check command names the plans that the policy lacks, and the accounts that are on them")
    func named() throws {
        try Tool.inFolder(policy: MissingNameTests.policy(#""free": {}, "lite": {}, "gold": {}"#)) { faregate in
            for account in ["ana", "ben", "cleo", "dora"] {
                _ = try faregate("grant", account, "5")
                _ = try faregate("plan", account, "lite")
            }
            _ = try faregate("grant", "eva", "5")
            _ = try faregate("plan", "eva", "gold")
            _ = try faregate("grant", "finn", "5")
            let database = faregate.path("test.faregate")
            #expect(try faregate("check", "--database", database).status == 0)

            try write(#""free": {}, "basic": {}"#, faregate)
            #expect(try faregate("check").status == 0, "the files alone are right")
            let answer = try faregate("check", "--database", database)
            #expect(answer.status == 1)
            #expect(
                answer.error.contains(
                    "the policy has no plan \"lite\", and 4 accounts are on it: ana, ben, cleo …\n"))
            #expect(answer.error.contains("the policy has no plan \"gold\", and 1 account is on it: eva\n"))
            #expect(answer.error.contains("\"was\": [\"lite\"]"))
            let json = try faregate("check", "--database", database, "--json")
            let plans = try json.json()["missingPlans"] as? [[String: Any]]
            #expect(json.status == 1 && plans?.compactMap { $0["accounts"] as? Int } == [1, 4])

            try write(#""free": {}, "basic": { "was": ["lite", "gold"] }"#, faregate)
            #expect(try faregate("check", "--database", database).status == 0)
            #expect(try faregate("check", "--database", faregate.path("no.faregate")).status == 3)
        }
    }

    @Test("The check command names credits that pay for no action any more, and open calls of such actions")
    func actions() async throws {
        func text(_ action: String) -> String {
            #"{ "actions": { \#(action), "other": { "cost": 1 } }, "plans": { "free": {} }, "defaultPlan": "free" }"#
        }
        try await Tool.inFolderWithLedger(policy: text(#""paint": { "cost": 2 }"#)) { faregate, ledger in
            _ = try faregate("grant", "ana", "5", "--for", "paint")
            _ = try faregate("grant", "ben", "6", "--for", "paint")
            _ = try faregate("grant", "ben", "7", "--for", "paint,other")
            let gate = Gate(
                ledger: Ledger(ledger), policies: try Policy(parsing: text(#""paint": { "cost": 2 }"#)))
            let call = try await gate.open("paint", for: "ana")
            let check = ["check", "--database", faregate.path("test.faregate")]

            try Data(text(#""draw": { "cost": 2 }"#).utf8).write(to: URL(filePath: faregate.path("policy.jsonc")))
            let answer = try faregate.run(check)
            #expect(answer.status == 1)
            #expect(
                answer.error == """
                    1 call of "paint" is open, and the policy has no such action: each ends at the price with which it began
                    the policy has no action "paint", and 9 credits of ana and 1 other account can be spent on nothing else
                    if it was renamed, give the new action "was": ["paint"]

                    """)
            let json = try faregate.run(check + ["--json"]).json()
            #expect((json["strandedCredits"] as? [[String: Any]])?.first?["accounts"] as? Int == 2)
            #expect((json["openCallsWithoutAction"] as? [[String: Any]])?.first?["calls"] as? Int == 1)

            let renamed = text(#""draw": { "cost": 2, "was": ["paint"] }"#)
            try Data(renamed.utf8).write(to: URL(filePath: faregate.path("policy.jsonc")))
            let after = try faregate.run(check)
            #expect(after.status == 0 && after.error.isEmpty)
            await call.refund()
        }
    }
}
