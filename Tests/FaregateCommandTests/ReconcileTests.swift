import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// `faregate reconcile` and `faregate inbox retry`, against a stand-in for Stripe.
@Suite(.endsWhenStuck) struct ReconcileTests {
    private static let session = """
        {"id":"cs_1","object":"checkout.session","mode":"payment","status":"complete","payment_status":"paid",
        "payment_intent":"pi_1","amount_total":1000,"currency":"usd","metadata":{"faregate_purchase":"pur_1"}}
        """
    private static let refund = """
        {"id":"re_1","object":"refund","amount":400,"currency":"usd","payment_intent":"pi_1","charge":"ch_1",
        "status":"succeeded"}
        """

    private func withStripe(
        sessions: [String] = [session],
        refunds: [String] = [refund],
        _ body: (Tool, SQLiteLedger, _ environment: [String: String]) async throws -> Void
    ) async throws {
        func list(_ objects: [String]) -> String {
            #"{"object":"list","has_more":false,"data":[\#(objects.joined(separator: ","))]}"#
        }
        let stripe = try StandIn([
            "/v1/checkout/sessions": list(sessions), "/v1/refunds": list(refunds), "/v1/disputes": list([]),
        ])
        defer { stripe.stop() }
        try await Tool.inFolderWithLedger { faregate, ledger in
            let purchase = Purchase(
                id: "pur_1",
                provider: "stripe",
                account: "ana",
                pack: "100",
                product: nil,
                quantity: 1,
                credits: 100,
                price: Money(minorUnits: 1000, currency: "USD"),
                lifetimeMilliseconds: nil,
                policyVersion: "v",
                requestKey: nil,
                allowsDiscounts: false
            )
            let now = SystemClock().now
            try await ledger.record(purchase, under: .empty, at: now)
            let url = try #require(URL(string: "https://checkout.stripe.com/c/pay/cs_1"))
            let checkout = Purchase.Checkout(purchase: "pur_1", id: "cs_1", url: url, expiresAt: nil)
            try await ledger.attach(checkout, to: "pur_1", at: now)
            try await body(
                faregate,
                ledger,
                ["STRIPE_SECRET_KEY": "sk_test_do_not_show", "STRIPE_API_BASE": stripe.baseURL]
            )
        }
    }

    @Test("The reconcile command shows what is missing, records it after a yes, and then finds nothing more")
    func missed() async throws {
        try await withStripe { faregate, _, environment in
            let words = ["reconcile", "--provider", "stripe", "--since", "7d"]
            let shown = try faregate.run(words, environment: environment)
            #expect(shown.status == 1)
            let lines = shown.output.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
            #expect(
                lines.prefix(2) == [
                    "purchase account status before now credits before credits now",
                    "pur_1 ana opened partly refunded 0 60",
                ]
            )
            #expect(shown.output.contains("1 change in 1 order at stripe since "))
            #expect(shown.error == "nothing was changed; add --yes to record the changes\n")
            let untouched = try faregate("balance", "ana", "--json").json()
            #expect(untouched["remaining"] as? Int == 0)

            let learned = try faregate.run(words + ["--yes", "--json"], environment: environment)
            #expect(learned.status == 0)
            let json = try learned.json()
            #expect(json["isRecorded"] as? Bool == true)
            #expect((json["differences"] as? [[String: Any]])?.first?["creditsAfter"] as? Int == 60)
            let balance = try faregate("balance", "ana", "--json").json()
            #expect(balance["remaining"] as? Int == 60)

            let again = try faregate.run(words, environment: environment)
            #expect(again.status == 0)
            #expect(again.output.hasPrefix("nothing is missing: 1 order at stripe since "))
        }
    }

    @Test("Purchases made after a backup are recovered once the backup was restored and a person agrees")
    func restored() async throws {
        let bought = Sale.purchase("pur_2", of: "ben", product: "price_1")
        let metadata = bought.metadata.map { "\"\($0.name)\":\"\($0.value)\"" }.joined(separator: ",")
        let session = """
            {"id":"cs_2","object":"checkout.session","mode":"payment","status":"complete","payment_status":"paid",
            "payment_intent":"pi_2","amount_total":1000,"currency":"usd","metadata":{\(metadata)}}
            """
        try await withStripe(sessions: [Self.session, session]) { faregate, ledger, environment in
            #expect(try faregate("backup", "monday.faregate").status == 0)
            let now = SystemClock().now
            try await ledger.record(bought, under: .empty, at: now)
            let names = Purchase.Names(purchase: "pur_2", checkout: "cs_2", payments: ["pi_2"])
            let paid = [Purchase.Event(names: names, fact: .paid(1000, "pi_2"))]
            _ = try await ledger.record(paid, of: "stripe", isRehearsal: false, at: now)
            await ledger.close()
            let restored = try faregate("restore", "monday.faregate")
            #expect(restored.status == 0, "\(restored.error)")
            #expect(try faregate("balance", "ben").status == 1)

            let words = ["reconcile", "--provider", "stripe", "--since", "7d", "--yes"]
            let shown = try faregate.run(words, environment: environment)
            #expect(shown.status == 1)
            #expect(shown.output.contains("add --adopt --reason TEXT:") && shown.output.contains("pur_2"))
            #expect(try faregate("balance", "ben").status == 1)
            let silent = try faregate.run(words + ["--adopt"], environment: environment)
            #expect(silent.status == 2 && silent.error.contains("--reason"))

            let adopt = words + ["--adopt", "--reason", "restored monday's backup"]
            let adopted = try faregate.run(adopt, environment: environment)
            #expect(adopted.status == 0 && adopted.output.hasSuffix("adopted: 1 purchase\n"))
            #expect(try faregate("balance", "ben", "--json").json()["remaining"] as? Int == 100)
            let notes = try faregate.column("SELECT kind || ': ' || reason FROM notes")
            #expect(notes == ["adopted purchase pur_2: restored monday's backup"])
            #expect(try faregate.run(words, environment: environment).status == 0)
            #expect(try faregate("audit").status == 0)
        }
    }

    @Test("A purchase that the ledger has lost is shown, and adopted with a reason and a person's yes")
    func adopted() async throws {
        let lost = Purchase(
            id: "pur_7",
            provider: "stripe",
            account: "cy",
            pack: "100",
            product: nil,
            quantity: 1,
            credits: 100,
            price: Money(minorUnits: 1000, currency: "USD"),
            lifetimeMilliseconds: nil,
            policyVersion: "v",
            requestKey: nil,
            allowsDiscounts: false
        )
        let metadata = Dictionary(uniqueKeysWithValues: lost.metadata.map { ($0.name, $0.value) })
        let told = String(decoding: try JSONEncoder().encode(metadata), as: UTF8.self)
        let session = Self.session.replacingOccurrences(of: "_1\"", with: "_7\"")
            .replacingOccurrences(of: #"{"faregate_purchase":"pur_7"}"#, with: told)
        try await withStripe(sessions: [session], refunds: []) { faregate, _, environment in
            let words = ["reconcile", "--provider", "stripe", "--since", "7d"]
            let shown = try faregate.run(words, environment: environment)
            #expect(shown.status == 1)
            #expect(shown.output.contains("add --adopt --reason TEXT:\n"))
            #expect(shown.output.contains("0 changes and 1 purchase not in this ledger in 1 order at stripe since "))
            #expect(try faregate.run(words + ["--adopt", "--yes"], environment: environment).status == 2)
            let reason = ["--adopt", "--reason", "restored"]
            let unsure = try faregate.run(words + reason, environment: environment)
            #expect(unsure.status == 1 && unsure.error == "nothing was adopted; add --yes to adopt the purchases\n")
            let adopted = try faregate.run(words + reason + ["--yes"], environment: environment)
            #expect(adopted.status == 0 && adopted.output.hasSuffix("adopted: 1 purchase\n"))
            #expect(try faregate("balance", "cy", "--json").json()["remaining"] as? Int == 100)
            let again = try faregate.run(words + reason + ["--yes"], environment: environment)
            #expect(again.status == 0 && again.output.hasPrefix("nothing is missing: 1 order"))
        }
    }

    @Test("Another shop's order at the same account is counted and needs no decision")
    func foreign() async throws {
        let stranger = Self.session.replacingOccurrences(of: "_1\"", with: "_9\"")
        try await withStripe(sessions: [stranger], refunds: []) { faregate, _, environment in
            let words = ["reconcile", "--provider", "stripe", "--since", "2026-01-01", "--yes"]
            let answer = try faregate.run(words, environment: environment)
            #expect(answer.status == 0)
            #expect(answer.output.contains("1 order of other shops ignored\n"))
        }
    }

    @Test("A lost purchase is shown with everything that a person needs to decide, and adopted after a yes")
    func lost() async throws {
        let described = Sale.purchase("pur_9", of: "eva").metadata.map { "\"\($0.name)\":\"\($0.value)\"" }
        let session = Self.session.replacingOccurrences(of: "_1\"", with: "_9\"")
            .replacingOccurrences(of: #""faregate_purchase":"pur_9""#, with: described.joined(separator: ","))
        let refund = Self.refund.replacingOccurrences(of: "_1\"", with: "_9\"")
        try await withStripe(sessions: [session], refunds: [refund]) { faregate, ledger, environment in
            let words = ["reconcile", "--provider", "stripe", "--since", "2026-01-01"]
            let shown = try faregate.run(words, environment: environment)
            #expect(shown.status == 1)
            let row = shown.output.split(separator: "\n").first { $0.contains("pur_9") }?.split(separator: " ") ?? []
            #expect(row == ["pur_9", "eva", "cs_9", "100", "1", "10.00", "USD", "100", "partly", "refunded", "60"])

            let adopt = words + ["--adopt", "--reason", "restored", "--by", "kim", "--yes"]
            #expect(try faregate.run(adopt, environment: environment).status == 0)
            #expect(try await ledger.purchases(.one("pur_9")).first?.position.credits == 60)
        }
    }

    @Test(
        "A wrong command line ends with 2, a missing key with 3, and neither error shows a key",
        arguments: [
            (["--since", "7d"], 2, "say which provider"), (["--provider", "stripe"], 2, "say since when"),
            (["--provider", "strip", "--since", "7d"], 2, "did you mean \"stripe\"?"),
            (["--provider", "stripe", "--since", "last week"], 2, "--since takes"),
            (["--provider", "stripe", "--since", "2999-01-01"], 2, "--since takes"),
            (["--provider", "stripe", "--since", "2026-01-01x"], 2, "--since takes"),
            (["--provider", "dodo", "--since", "7d"], 3, "key"),
        ]
    )
    func misuse(words: [String], status: Int32, message: String) async throws {
        try await withStripe { faregate, _, environment in
            let answer = try faregate.run(["reconcile"] + words, environment: environment)
            #expect(answer.status == status)
            #expect(answer.error.contains(message))
            #expect(!answer.error.contains("do_not_show"))
        }
    }

    @Test(
        "A mistake in the environment names the variable and does not repeat its value",
        arguments: [
            (["STRIPE_SECRET_KEY": "sk_test do_not_show"], "STRIPE_SECRET_KEY: "),
            (["STRIPE_SECRET_KEY_FILE": "/do_not_show"], "STRIPE_SECRET_KEY and STRIPE_SECRET_KEY_FILE are both set"),
            (["STRIPE_API_BASE": "do_not_show"], "STRIPE_API_BASE must be an address"),
        ]
    )
    func environment(changes: [String: String], message: String) async throws {
        try await withStripe { faregate, _, environment in
            let words = ["reconcile", "--provider", "stripe", "--since", "7d"]
            let answer = try faregate.run(words, environment: environment.merging(changes) { $1 })
            #expect(answer.status == 2)
            #expect(answer.error.contains(message))
            #expect(!answer.error.contains("do_not_show"))
        }
    }

    @Test("The inbox retry command retries one waiting event or all of them, and prints the outcome of each")
    func retry() async throws {
        try await withStripe { faregate, ledger, _ in
            func event(_ id: String, _ object: String) -> Inbox.Event {
                let body =
                    #"{"id":"\#(id)","object":"event","type":"checkout.session.completed","data":{"object":\#(object)}}"#
                return Inbox.Event(
                    id: Inbox.Event.ID(provider: "stripe", event: id),
                    type: "checkout.session.completed",
                    body: Data(body.utf8)
                )
            }
            let none = try faregate("inbox", "retry")
            #expect(none.status == 0)
            #expect(none.output == "no events\n")

            // Flagged, as by a server that could not read the event.
            let now = SystemClock().now
            let reading = Inbox.Reading.unreadable("too new", Purchase.Names(checkout: "cs_1"))
            _ = try await ledger.receive(event("evt_1", Self.session), reading: reading, at: now)
            _ = try await ledger.receive(event("evt_2", "{}"), reading: reading, at: now)
            let waiting = try faregate("inbox", "retry")
            #expect(waiting.output == "no events\n")
            let one = try faregate("inbox", "retry", "stripe", "evt_1")
            #expect(one.status == 0)
            #expect(one.output.contains("stripe    evt_1  checkout.session.completed  done"))
            let balance = try faregate("balance", "ana", "--json").json()
            #expect(balance["remaining"] as? Int == 100)

            let other = try faregate("inbox", "retry", "stripe", "evt_2")
            #expect(other.status == 1)
            #expect(other.output.contains("flagged  its id is missing, or can't be read"))
            let missing = try faregate("inbox", "retry", "stripe", "evt_3")
            #expect(missing.status == 1)
            #expect(missing.error == "faregate inbox: the inbox has no event \"evt_3\" of stripe\n")
            #expect(try faregate("inbox", "again").status == 2)
            #expect(try faregate("inbox", "retry", "stripe").status == 2)
        }
    }
}
