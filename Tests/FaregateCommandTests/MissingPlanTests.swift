import Foundation
import Testing

/// Accounts on plans that the policy lacks.
@Suite struct MissingPlanTests {
    private static func policy(_ plans: String) -> String {
        #"{ "actions": { "generate": { "cost": 10 } }, "plans": { \#(plans) }, "defaultPlan": "free" }"#
    }

    private func write(_ plans: String, _ faregate: Tool) throws {
        let text = MissingPlanTests.policy(plans)
        try Data(text.utf8).write(to: URL(filePath: faregate.path("policy.jsonc")))
    }

    @Test("The check command names the plans that the policy lacks, and the accounts that are on them")
    func named() throws {
        try Tool.inFolder(policy: MissingPlanTests.policy(#""free": {}, "lite": {}, "gold": {}"#)) { faregate in
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
}
