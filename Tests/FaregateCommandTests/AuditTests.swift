import Faregate
import FaregateBooks
import FaregateSQLite
import Foundation
import Testing

@Suite struct AuditTests {
    @Test("The audit command confirms a correct ledger and names the error in a wrong one")
    func audit() throws {
        try Tool.inFolder { faregate in
            _ = try faregate("run", "generate", "--account", "ana", "--", "true")
            let clean = try faregate("audit")
            #expect(clean.status == 0)
            #expect(clean.output == "all balances are right: 1 account, 1 grant, 1 charge, 3 lines of the journal\n")
            #expect(clean.error == "")

            try faregate.tamper("UPDATE grants SET remaining = remaining + 5, taken = taken - 5")
            let wrong = try faregate("audit")
            #expect(wrong.status == 1)
            let lines = wrong.output.split(separator: "\n").map { $0.split(separator: " ") }
            #expect(lines[1].suffix(4) == ["remaining", "40", "45", "yes"])
            #expect(lines[2].suffix(4) == ["taken", "10", "5", "yes"])
            #expect(wrong.output.contains("\n\n2 differences found: 1 account"))
            let json = try faregate("audit", "--json")
            #expect(json.status == 1)
            #expect((try json.json()["audit"] as? [String: Any])?["differenceCount"] as? Int == 2)
        }
    }

    @Test("The audit command repairs figures only with --repair")
    func repair() throws {
        try Tool.inFolder { faregate in
            _ = try faregate("run", "generate", "--account", "ana", "--", "true")
            try faregate.tamper("UPDATE grants SET remaining = remaining + 5, taken = taken - 5")
            let asked = try faregate("audit", "--repair")
            #expect(asked.status == 1)
            #expect(asked.error == "nothing was changed; add --yes to repair\n")
            #expect(try faregate("balance", "ana", "--json").json()["remaining"] as? Int == 45)

            let repaired = try faregate("audit", "--repair", "--yes")
            #expect(repaired.status == 0)
            #expect(repaired.output.hasPrefix("repaired: 2 of 2 differences\nall balances are right: "))
            #expect(try faregate("balance", "ana", "--json").json()["remaining"] as? Int == 40)
            #expect(try faregate("audit", "--repair").status == 0)
        }
    }

    @Test("The audit command does not repair a figure whose right value is not recorded")
    func unrepairable() throws {
        try Tool.inFolder { faregate in
            _ = try faregate("run", "generate", "--account", "ana", "--", "true")
            try faregate.tamper("UPDATE charges SET cost = 11")
            let answer = try faregate("audit", "--repair", "--yes")
            #expect(answer.status == 1)
            #expect(answer.error == "none of these can be repaired\n")
        }
    }

    @Test("The backup command writes a file that is a ledger")
    func backup() throws {
        try Tool.inFolder { faregate in
            _ = try faregate("grant", "ana", "5")
            let backup = try faregate("backup", "copy.faregate")
            #expect(backup.status == 0)
            #expect(backup.output.hasPrefix("copied the ledger to copy.faregate ("))
            #expect(try faregate("audit", "--database", "copy.faregate").status == 0)
            let balance = try faregate("balance", "ana", "--database", "copy.faregate", "--json").json()
            #expect(balance["remaining"] as? Int == 55)

            let again = try faregate("backup", "copy.faregate")
            #expect(again.status == 3)
            #expect(again.error.contains("copy.faregate exists already"))
        }
    }

    @Test("Credits held by a dead process are shown by holds and refunded only by recover")
    func recover() async throws {
        try await Tool.inFolderWithLedger { faregate, ledger in
            _ = try faregate("grant", "ana", "5")
            let long = Timestamp(rawValue: 1_767_225_600_000)
            let terms = ChargeTerms(
                action: "generate",
                policyVersion: "v",
                rule: Policy.Location(file: "policy.jsonc", line: 1, column: 1)
            )
            let request = ChargeRequest(account: "ana", cost: 10, under: terms)
            // Made after its lease has expired.
            _ = try await ledger.charge(request, at: long)

            #expect(try faregate("history", "ana").status == 0)
            let holds = try faregate("holds")
            #expect(holds.status == 0)
            #expect(holds.output.contains("ana      generate       10  2026-01-01 00:00"))
            #expect(holds.output.hasSuffix("abandoned\n"))
            #expect(holds.error == "1 abandoned call; to refund their credits: faregate recover\n")

            let recovered = try faregate("recover")
            #expect(recovered.status == 0)
            #expect(recovered.output.contains("ana      generate       10  2026-01-01 00:00"))
            #expect(recovered.output.hasSuffix("\n\nrefunded 1 charge\n"))
            #expect(
                try faregate("recover").output
                    == "no call can be refunded yet; to see the open calls and their deadlines: faregate holds\n")
            #expect(try faregate("holds").output == "no call is open\n")
            #expect(try faregate("balance", "ana", "--json").json()["remaining"] as? Int == 55)
        }
    }
}
