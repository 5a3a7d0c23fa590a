import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import Testing

extension PurchaseCommandTests {
    @Test("The inbox dismiss command closes an event that waits for a person")
    func dismiss() async throws {
        try await withPurchases { faregate in
            let unreasoned = try faregate("inbox", "dismiss", "stripe", "evt_4")
            #expect(unreasoned.status == 2 && unreasoned.error.contains("--reason"))
            func dismiss() throws -> Tool.Answer {
                try faregate("inbox", "dismiss", "stripe", "evt_4", "--reason", "their own test", "--by", "eva")
            }
            let dismissed = try dismiss()
            #expect(dismissed.status == 0)
            #expect(dismissed.output == "evt_4 of stripe is done: dismissed by eva: their own test\n")
            #expect(try faregate("inbox", "--state", "flagged").output == "no events\n")
            let shown = try faregate("inbox", "show", "stripe", "evt_4").output
            #expect(shown.contains("  note      dismissed by eva: their own test\n"))
            #expect(shown.hasSuffix("its body was deleted\n"))
            let notes = try faregate.column("SELECT kind || ' ' || by || ' ' || reason FROM notes")
            #expect(notes == ["dismissed event evt_4 of stripe eva their own test"])

            let again = try dismiss()
            #expect(again.status == 1)
            #expect(again.error.contains("evt_4 needs no decision; only flagged events can be dismissed"))
            let foreign = try faregate("inbox", "dismiss", "stripe", "evt_5", "--reason", "x")
            #expect(foreign.status == 1 && foreign.error.contains("evt_5 needs no decision"))
            let unknown = try faregate("inbox", "dismiss", "stripe", "evt_9", "--reason", "x")
            #expect(unknown.status == 1 && unknown.error.contains("no event \"evt_9\" of stripe"))
            #expect(unknown.error.contains("faregate inbox --state flagged"))
        }
    }

    @Test("The forget command lists the customers that the providers still have")
    func forget() async throws {
        try await Tool.inFolderWithLedger { faregate, ledger in
            try await ledger.record(Sale.purchase(), under: .empty, at: Self.moment)
            try await ledger.keep(customer: "cus_1", of: "ana", provider: "stripe", at: Self.moment)
            let forgotten = try faregate("forget", "ana", "--reason", "asked by mail", "--yes")
            #expect(forgotten.status == 0)
            #expect(
                forgotten.output.hasSuffix(
                    "\nalso delete customer cus_1 at stripe; this ledger no longer has that id\n"))
            let again = try faregate("forget", "ana", "--reason", "asked by mail", "--yes", "--json").json()
            #expect((again["customers"] as? [Any])?.isEmpty == true)
        }
    }

    @Test("The grant command refuses a purchase's id as a reference", arguments: ["pur_1", "stripe:pur_1"])
    func grantReference(reference: String) async throws {
        try await withPurchases { faregate in
            let before = try faregate("balance", "ana").output
            let granted = try faregate("grant", "ana", "50", "--reference", reference)
            #expect(granted.status != 0 && granted.error.contains("faregate purchases approve"))
            #expect(try faregate("balance", "ana").output == before)
        }
    }
}
