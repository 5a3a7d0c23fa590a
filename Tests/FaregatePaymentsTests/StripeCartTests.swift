import Faregate
import FaregateBooks
import FaregatePayments
import FaregateSQLite
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// A session's cart, in its webhook and in a lookup.
@Suite(.endsWhenStuck) struct StripeCartTests {
    /// How we learn of a session.
    enum Way: CaseIterable {
        case webhook, page, list
    }

    struct Told: Sendable {
        let session: [String: JSON?]
        let facts: [Purchase.Fact]

        /// - Parameter facts: the facts about its cart.
        init(_ metadata: JSON?, reference: JSON? = "pur_1", _ facts: Purchase.Fact...) {
            session = ["metadata": metadata, "client_reference_id": reference]
            self.facts = facts
        }
    }

    private static let unreadable = Purchase.Fact.bought([], others: 1)

    private static func metadata(_ changes: [String: JSON?]) -> JSON { StripeJSON.metadata().with(changes) }

    private static let tellings = [
        Told(metadata([:]), .bought("price_small")),
        Told(metadata([:]), reference: nil, .bought("price_small")),
        Told(StripeJSON.metadata(product: "price_other", quantity: "30"), .bought("price_other", 30)),
        Told(metadata(["faregate_quantity": 2]), .bought("price_small", 2)),
        Told(metadata(["faregate_purchase": nil]), reference: nil, .bought("price_small")),
        // A session that we did not open but that names a purchase.
        Told(["faregate_purchase": "pur_1"], unreadable),
        Told(["faregate_purchase": "pur_1"], reference: nil, unreadable),
        Told([:], unreadable), Told(nil, unreadable), Told(JSON.null, unreadable), Told([1], unreadable),
        Told(metadata(["faregate_product": nil]), unreadable),
        Told(metadata(["faregate_product": ""]), unreadable),
        Told(metadata(["faregate_product": "a\u{7}"]), unreadable),
        Told(metadata(["faregate_product": 7]), unreadable),
        Told(metadata(["faregate_product": .text(String(repeating: "p", count: 256))]), unreadable),
        Told(metadata(["faregate_quantity": nil]), unreadable),
        Told(metadata(["faregate_quantity": "0"]), unreadable),
        Told(metadata(["faregate_quantity": "-1"]), unreadable),
        Told(metadata(["faregate_quantity": "1.5"]), unreadable),
        Told(metadata(["faregate_quantity": "9223372036854775808"]), unreadable),
        Told(metadata(["faregate_quantity": []]), unreadable),
        // A session without a purchase's id.
        Told([:], reference: nil), Told(JSON.null, reference: JSON.null), Told([:], reference: ""),
    ]

    @Test(
        "An event's metadata says what was sold; a session with a purchase's id but no product in it is a mismatch",
        arguments: tellings
    )
    func reading(told: Told) throws {
        for type in ["checkout.session.completed", "checkout.session.async_payment_succeeded"] {
            let body = StripeJSON.event(type, StripeJSON.session(told.session)).data
            let event = Inbox.Event(id: Inbox.Event.ID(provider: "stripe", event: "evt_1"), type: type, body: body)
            guard case .facts(let events) = try Shop().provider().read(event) else {
                Issue.record("it says nothing")
                return
            }
            #expect(events.map(\.fact) == told.facts + [.paid()])
        }
    }

    @Test("An unpaid session reports no cart")
    func unpaid() throws {
        let unpaid = StripeJSON.session(["payment_status": "unpaid"])
        let body = StripeJSON.event("checkout.session.completed", unpaid).data
        let event = Inbox.Event(id: Inbox.Event.ID(provider: "stripe", event: "evt_1"), type: "", body: body)
        guard case .facts(let events) = try Shop().provider().read(event) else {
            Issue.record("it says nothing")
            return
        }
        #expect(events.map(\.fact) == [.pending()])
    }

    /// Stripe with one session.
    ///
    /// - Parameter product: the product in the session's line items.
    private func stripe(_ session: JSON, selling product: String) -> FakeStripe {
        let item: JSON = ["id": "li_1", "object": "item", "price": ["id": .text(product)], "quantity": 1]
        let shown = session.with(["line_items": StripeJSON.list([item])])
        return FakeStripe(
            .reply { request in
                switch request.url.path() {
                case "/v1/checkout/sessions/cs_test_1": .json(shown)
                case "/v1/checkout/sessions": .json(StripeJSON.list([shown]))
                case "/v1/refunds", "/v1/disputes": .json(StripeJSON.list([]))
                default: .error(404)
                }
            }
        )
    }

    /// - Returns: the purchase afterwards.
    private func hear(of session: JSON, by way: Way, _ store: Store) async throws -> Purchase.Record {
        let payments = try store.payments()
        switch way {
        case .webhook:
            let status = try await store.deliver(StripeJSON.event("checkout.session.completed", session))
            #expect(status == 200)
        case .page: _ = try await payments.confirm(Shop.purchase, of: Shop.account)
        case .list:
            let start = store.clock.now.advanced(byMilliseconds: -1000)
            _ = try await payments.reconcile(provider: "stripe", since: start, isRehearsal: false)
        }
        return try #require(try await store.ledger.purchases(.one(Shop.purchase)).first)
    }

    @Test("A checkout of ours is granted with the first report of its payment, and every source reports the same facts")
    func honest() async throws {
        let session = StripeJSON.session()
        for first in Way.allCases {
            for second in Way.allCases {
                try await withStore(stripe(session, selling: "price_small")) { store in
                    let granted = try await hear(of: session, by: first, store)
                    #expect(granted.position.credits == 100 && granted.position.flags.isEmpty, "\(first)")
                    #expect(Set(granted.facts) == [.bought("price_small"), .paid()])
                    let again = try await hear(of: session, by: second, store)
                    #expect(again.facts == granted.facts && again.position == granted.position, "\(first), \(second)")
                    let balance = try await store.balance()
                    #expect(balance?.sources[.purchase] == 100)
                }
            }
        }
    }

    @Test("A checkout of ours whose metadata was emptied is recognised by its id and granted")
    func emptied() async throws {
        let session = StripeJSON.session(["metadata": [:], "client_reference_id": nil])
        for ways in [[Way.webhook, .list], [.page, .webhook], [.list, .webhook]] {
            try await withStore(stripe(session, selling: "price_small")) { store in
                for way in ways {
                    let record = try await hear(of: session, by: way, store)
                    #expect(record.position.credits == 100 && record.position.flags.isEmpty, "\(ways)")
                }
            }
        }
    }

    /// Sessions that we did not open, for the same price.
    private static let others: [[String: JSON?]] = [
        // Opened by somebody with a key to the same account.
        ["metadata": ["faregate_purchase": "pur_1"], "client_reference_id": nil],
        ["metadata": StripeJSON.metadata(product: "price_other")],
        ["metadata": StripeJSON.metadata(product: "price_other"), "client_reference_id": nil],
        // From a payment link, with a reference that the customer typed.
        ["metadata": [:]], ["metadata": ["campaign": "spring"]],
    ]

    @Test("A payment for another product at the same price grants nothing until a person approves", arguments: others)
    func another(changes: [String: JSON?]) async throws {
        let session = StripeJSON.session(changes)
        let note = try Ledger.Note(by: "kim", reason: "agreed by phone")
        for ways in [[Way.webhook], [.webhook, .page, .list], [.list, .webhook], [.list]] {
            try await withStore(attaching: nil, stripe(session, selling: "price_other")) { store in
                for way in ways {
                    let record = try await hear(of: session, by: way, store)
                    #expect(record.position.status == .held && record.position.flags == [.packMismatch], "\(ways)")
                    let balance = try await store.balance()
                    #expect(balance?.sources == [.plan: 50])
                }
                let flagged = try await store.ledger.purchases(.flagged(count: 10))
                #expect(flagged.map(\.purchase.id) == [Shop.purchase])
                let change = try await store.ledger.approve(Shop.purchase, note, at: store.clock.now)
                #expect(change?.after?.credits == 100)
                let balance = try await store.balance()
                #expect(balance?.sources == [.plan: 50, .purchase: 100])
                let audit = try await store.ledger.audit()
                #expect(audit.isClean)
            }
        }
    }
}
