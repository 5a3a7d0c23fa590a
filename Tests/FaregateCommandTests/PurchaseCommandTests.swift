import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import Foundation
import Testing

/// A person's decisions about purchases that need one.
@Suite struct PurchaseCommandTests {
    static let moment = Timestamp(rawValue: 1_767_225_600_000)

    /// Ana has paid for one purchase and too little for another, and an unknown event arrived.
    func withPurchases(_ body: (Tool) async throws -> Void) async throws {
        try await Tool.inFolderWithLedger { faregate, ledger in
            for number in 1...2 {
                let id = try Purchase.ID("pur_\(number)")
                try await ledger.record(Sale.purchase(id), under: .empty, at: Self.moment)
                let url = try #require(URL(string: "https://pay.example/\(number)"))
                let checkout = Purchase.Checkout(purchase: id, id: "cs_\(number)", url: url, expiresAt: nil)
                try await ledger.attach(checkout, to: id, at: Self.moment)
            }
            let ana = Purchase.BillingDetails(name: "Ana", email: "ana@example.com", address: ["1 Road", "Oslo"])
            try await receive(1, .paid(1250, tax: 250), "cs_1", ana, ledger)
            try await receive(2, .refund(500), "cs_1", nil, ledger)
            try await receive(3, .paid(7), "cs_2", nil, ledger)
            try await receive(4, .paid(-1), "cs_1", nil, ledger)
            try await receive(5, .paid(), "cs_9", ana, ledger)
            try await body(faregate)
        }
    }

    private func receive(
        _ number: Int,
        _ fact: Purchase.Fact,
        _ checkout: String,
        _ billing: Purchase.BillingDetails?,
        _ ledger: SQLiteLedger
    ) async throws {
        let body = """
            {"id":"evt_\(number)","type":"charge.\u{7}refunded","data":{"object":{"amount":1250,"email":"ana@example.com",
            "currency":"usd","nested":[{"status":"succeeded","name":"Ana"},"Oslo"],"id":"ana@example.com","paid":true}}}
            """
        let event = Inbox.Event(
            id: Inbox.Event.ID(provider: "stripe", event: "evt_\(number)"),
            type: "test",
            body: Data(body.replacing("\u{7}", with: "").utf8)
        )
        let names = Purchase.Names(checkout: checkout)
        let read = Purchase.Event(names: names, fact: fact, billing: billing)
        _ = try await ledger.receive(event, reading: .facts([read]), at: Self.moment)
    }

    @Test("The purchases command lists the purchases")
    func list() async throws {
        try await withPurchases { faregate in
            let all = try faregate("purchases")
            #expect(all.status == 0)
            let lines = all.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
            #expect(lines[0].first == "opened")
            #expect(lines[1].dropFirst(2).joined(separator: " ") == "pur_2 held")
            #expect(
                lines[2].joined(separator: " ")
                    == "ana, pack 100 for 10.00 USD at stripe, 0 credits; review: amount mismatch")
            #expect(lines[3].dropFirst(2).joined(separator: " ") == "pur_1 partly refunded")
            #expect(lines[4].joined(separator: " ") == "ana, pack 100 for 10.00 USD at stripe, 60 credits")
            let flagged = try faregate("purchases", "ana", "--flagged").output
            #expect(flagged.contains("pur_2") && !flagged.contains("pur_1"))
            let one = try faregate("purchases", "ana", "--count", "1").output
            #expect(one.contains("pur_2") && !one.contains("pur_1"))
            let nobody = try faregate("purchases", "ben")
            #expect(nobody.status == 1 && nobody.error.contains("no account \"ben\""))
        }
    }

    @Test("The purchases command finds a purchase by an id or an e-mail address, and says what to do next")
    func found() async throws {
        try await withPurchases { faregate in
            for word in ["cs_1", "pi_1", "re_1", "evt_2", "ANA@example.com"] {
                let found = try faregate("purchases", "--find", word)
                #expect(found.status == 0 && found.output.contains("pur_1\n  ana, pack 100 for 10.00 USD at stripe"))
                #expect(!found.output.contains("example.com") && !found.output.contains("Road"))
            }
            let waiting = try faregate("purchases", "--find", "cs_2").output
            #expect(waiting.contains("to grant the credits: faregate purchases"))
            #expect(waiting.split(separator: "\n").allSatisfy { $0.count <= 80 })
            let json = try faregate("purchases", "--find", "cs_1", "--json").json()
            let purchases = try #require(json["purchases"] as? [[String: Any]])
            #expect(purchases.count == 1 && purchases.first?["billing"] == nil)
            let none = try faregate("purchases", "--find", "cs_7")
            #expect(none.status == 1 && none.error.contains("no purchase has \"cs_7\""))
            #expect(try faregate("purchases", "ana", "--find", "cs_1").status == 2)
        }
    }

    @Test("An unpaid purchase says how to ask the provider")
    func unpaid() async throws {
        try await Tool.inFolderWithLedger { faregate, ledger in
            try await ledger.record(Sale.purchase(), under: .empty, at: SystemClock().now)
            let found = try faregate("purchases", "--find", "pur_1").output
            #expect(found.contains("  isn't paid yet; to ask the provider: faregate reconcile --provider stripe\n"))
            #expect(found.contains("    --since 7d\n"))
            #expect(try faregate("purchases", "show", "pur_1").output.contains("  next      isn't paid yet"))
        }
    }

    @Test("The purchases show command prints everything on record")
    func show() async throws {
        try await withPurchases { faregate in
            let shown = try faregate("purchases", "show", "pur_1")
            #expect(shown.status == 0)
            #expect(shown.output.hasPrefix("purchase pur_1\n\n  account   ana\n"))
            #expect(shown.output.contains("  sold      pack 100: 100 credits for 10.00 USD\n"))
            #expect(shown.output.contains("  granted   60 credits, after refunds\n"))
            #expect(shown.output.contains("  paid by   Ana, ana@example.com\n  address   1 Road, Oslo\n"))
            #expect(shown.output.contains("  pi_1 paid 12.50 USD, including 2.50 USD tax\n"))
            #expect(shown.output.contains("  refund re_1 of 5.00 USD of pi_1: succeeded\n"))
            let json = try faregate("purchases", "show", "pur_1", "--json").json()
            #expect(json["granted"] as? Int == 60 && json["status"] as? String == "partly refunded")
            let unknown = try faregate("purchases", "show", "pur_3")
            #expect(unknown.status == 1 && unknown.error.contains("no purchase \"pur_3\""))
        }
    }

    @Test("The purchases approve command grants only a waiting purchase, and only after a yes")
    func approve() async throws {
        try await withPurchases { faregate in
            let asked = try faregate("purchases", "approve", "pur_2", "--reason", "agreed")
            #expect(asked.status == 1 && asked.error == "nothing was changed; add --yes to agree\n")
            let approved = try faregate("purchases", "approve", "pur_2", "--reason", "agreed", "--by", "eva", "--yes")
            #expect(approved.status == 0)
            #expect(approved.output == "pur_2 is approved: ana has 100 credits from this purchase\n")
            let notes = try faregate.column("SELECT kind || ' ' || by || ' ' || reason FROM notes")
            #expect(notes == ["approved purchase pur_2 eva agreed"])
            let again = try faregate("purchases", "approve", "pur_2", "--reason", "agreed", "--yes")
            #expect(again.status == 1 && again.error.contains("pur_2 doesn't wait for approval: its status is paid"))
            let paid = try faregate("purchases", "approve", "pur_1", "--reason", "agreed", "--yes")
            #expect(paid.status == 1)
            let balance = try faregate("balance", "ana", "--json").json()
            #expect(balance["remaining"] as? Int == 160)
        }
    }

    @Test("The purchases resolve command counts a refund in another currency")
    func resolve() async throws {
        try await Tool.inFolderWithLedger { faregate, ledger in
            try await ledger.record(Sale.purchase(), under: .empty, at: Self.moment)
            let refund = Purchase.Fact.refund(id: "re_1", payment: "pi_1", amount: Sale.eur(250), .succeeded)
            let events = [Purchase.Fact.paid(), refund].map {
                Purchase.Event(names: Purchase.Names(purchase: "pur_1", checkout: "cs_1", payments: ["pi_1"]), fact: $0)
            }
            _ = try await ledger.record(events, of: "stripe", isRehearsal: false, at: Self.moment)
            let shown = try faregate("purchases", "show", "pur_1").output
            #expect(shown.contains("  resolve   refund re_1 of 2.50 EUR (the payment was 10.00 USD)\n"))

            func resolve(_ claim: String, _ amount: String) throws -> Tool.Answer {
                try faregate(
                    "purchases", "resolve", "pur_1", "--claim", claim, "--amount", amount, "--reason", "told by mail",
                    "--yes"
                )
            }
            let unknown = try resolve("re_2", "3.00 USD")
            #expect(unknown.status == 1 && unknown.error.contains("these do: refund re_1 of 2.50 EUR"))
            #expect(try resolve("re_1", "2.50 EUR").error.contains("the payment was 10.00 USD"))
            #expect(try resolve("re_1", "10.01 USD").status == 1)
            let resolved = try resolve("re_1", "3.00 USD")
            #expect(resolved.output == "pur_1 is resolved: ana has 70 credits from this purchase\n")
            #expect(try resolve("re_1", "3.00 USD").error.contains("no refund or dispute of pur_1 needs one"))
            let notes = try faregate.column("SELECT kind || ': ' || reason FROM notes")
            #expect(notes == ["counted re_1 of purchase pur_1 as 3.00 USD: told by mail"])
            #expect(try faregate("audit").status == 0)
        }
    }

    @Test("The purchases approve command says what differs from the sale")
    func approveDifferences() async throws {
        try await Tool.inFolderWithLedger { faregate, ledger in
            try await ledger.record(Sale.purchase(product: "price_1"), under: .empty, at: Self.moment)
            let lines = [
                Purchase.ProductCount(product: "price_2\u{1B}[2J", quantity: 1),
                Purchase.ProductCount(product: "price_2", quantity: 3),
            ]
            for (number, fact) in [Purchase.Fact.bought(lines), .paid(999)].enumerated() {
                let names = Purchase.Names(purchase: "pur_1", payments: ["pi_1"])
                let id = Inbox.Event.ID(provider: "stripe", event: "evt_\(number)")
                let event = Inbox.Event(id: id, type: "test", body: Data())
                let read = Purchase.Event(names: names, fact: fact)
                _ = try await ledger.receive(event, reading: .facts([read]), at: Self.moment)
            }
            let listed = try faregate("purchases", "--flagged").output
            #expect(listed.replacing("\n    ", with: " ").contains("review: amount mismatch, pack mismatch"))
            let shown = try faregate("purchases", "show", "pur_1").output
            #expect(shown.contains("  review    amount mismatch, pack mismatch\n"))
            #expect(shown.contains("  product   price_1 at stripe\n"))
            #expect(
                shown.contains(
                    "  differs   pi_1 paid 9.99 USD, not 10.00 USD; pi_1 is for 3 × price_2 and 1 more, not 1 × price_1\n"
                )
            )
            #expect(shown.contains("  pi_1 is for 3 × price_2 and 1 more\n"))
            let json = try faregate("purchases", "show", "pur_1", "--json").json()
            #expect(json["product"] as? String == "price_1" && (json["differences"] as? [String])?.count == 2)
            #expect(json["flags"] as? [String] == ["amount mismatch", "pack mismatch"])
            let approved = try faregate("purchases", "approve", "pur_1", "--reason", "agreed", "--yes", "--json").json()
            let purchase = try #require(approved["purchase"] as? [String: Any])
            #expect(purchase["granted"] as? Int == 100 && (purchase["differences"] as? [String])?.count == 2)
            let looked = try faregate("audit")
            #expect(looked.status == 0 && !looked.output.contains("to review"))
        }
    }

    @Test("The inbox commands print nothing about the payer")
    func inbox() async throws {
        try await withPurchases { faregate in
            let all = try faregate("inbox")
            #expect(all.status == 0 && all.output.split(separator: "\n").count { !$0.hasPrefix(" ") } == 6)
            let flagged = try faregate("inbox", "--state", "flagged").output
            #expect(flagged.contains("evt_4") && flagged.contains("negative") && !flagged.contains("evt_1"))
            let foreign = try faregate("inbox", "--state", "not-ours").output
            #expect(foreign.contains("evt_5") && !foreign.contains("evt_4"))
            let unkept = try faregate("inbox", "show", "stripe", "evt_5").output
            #expect(unkept.hasSuffix("it matches no purchase, so its body was not kept\n"))
            let none = try faregate("inbox", "--state", "pending")
            #expect(none.output == "no events\n")

            let shown = try faregate("inbox", "show", "stripe", "evt_1")
            #expect(shown.status == 0)
            #expect(shown.output.hasPrefix("event evt_1 of stripe\n\n  type      test\n  state     done\n"))
            for plain in ["\"charge.refunded\"", "1250", "\"usd\"", "\"succeeded\"", "\"evt_1\"", "true"] {
                #expect(shown.output.contains(plain), "\(plain)")
            }
            let json = try faregate("inbox", "show", "stripe", "evt_1", "--json").output
            for answer in [shown.output, json, all.output] {
                #expect(!answer.contains("ana@example") && !answer.contains("Ana") && !answer.contains("Oslo"))
            }
            let unknown = try faregate("inbox", "show", "dodo", "evt_1")
            #expect(unknown.status == 1 && unknown.error.contains("no event \"evt_1\" of dodo"))
        }
    }

    @Test("The inbox show command masks a body of any content")
    func inboxBodies() async throws {
        try await Tool.inFolderWithLedger { faregate, ledger in
            try await ledger.record(Sale.purchase(), under: .empty, at: Self.moment)
            let bodies = [
                "not json", "", "\"ana\"", "[[[\"ana\"]]]", String(repeating: "[", count: 100_000), "\u{FFFD}\u{1B}[2J",
                #"{"ana b":{"id":"ana b"},"ana b c":1}"#,
            ]
            for (number, body) in bodies.enumerated() {
                let id = Inbox.Event.ID(provider: "stripe", event: "evt_\(number)")
                let event = Inbox.Event(id: id, type: "test\u{1B}[2J", body: Data(body.utf8))
                let reading = Inbox.Reading.unreadable("odd", Purchase.Names(purchase: "pur_1"))
                _ = try await ledger.receive(event, reading: reading, at: Self.moment)
                let shown = try faregate("inbox", "show", "stripe", "evt_\(number)")
                #expect(shown.status == 0)
                #expect(!shown.output.contains("\u{1B}") && !shown.output.contains("\"ana\""), "\(body.prefix(20))")
                #expect(!shown.output.contains("ana b"))
            }
        }
    }

    @Test("The forget command deletes who paid, after a yes")
    func forgetPayer() async throws {
        try await withPurchases { faregate in
            let asked = try faregate("forget", "ana", "--reason", "asked by mail")
            #expect(asked.status == 1 && asked.error == "nothing was changed; add --yes to delete\n")
            let forgotten = try faregate("forget", "ana", "--reason", "asked by mail", "--by", "eva", "--yes")
            #expect(forgotten.status == 0)
            #expect(forgotten.output.hasPrefix("deleted the payer details of ana (1 purchase)"))
            let shown = try faregate("purchases", "show", "pur_1").output
            #expect(!shown.contains("Ana") && shown.contains("60 credits, after refunds"))
            let event = try faregate("inbox", "show", "stripe", "evt_1").output
            #expect(event.hasSuffix("its body was deleted\n"))
            let nobody = try faregate("forget", "ben", "--reason", "asked", "--yes")
            #expect(nobody.status == 1)
        }
    }

    @Test("The audit command lists what waits for a person")
    func auditWaiting() async throws {
        try await withPurchases { faregate in
            let answer = try faregate("audit")
            #expect(answer.status == 0)
            #expect(answer.output.contains(", 2 purchases\n"))
            #expect(answer.output.contains("to review: 1 purchase (faregate purchases --flagged)\n"))
            #expect(!answer.output.contains("no purchase on record"), "a foreign event needs no decision")
        }
    }
}
