import Faregate
import FaregatePayments
import FaregateTesting
import Foundation
import Testing

/// Lookups at Stripe: of one checkout, and of the whole history.
@Suite struct StripeAskingTests {
    private let expanded: JSON = ["id": "pi_1", "latest_charge": StripeJSON.charge(), "status": "succeeded"]
    private let usd1000 = Money(minorUnits: 1000, currency: "USD")

    /// The events of a session that we opened and somebody paid.
    private let sale: [Purchase.Fact] = [.bought("price_small"), .paid()]

    /// Answers by the path.
    private func stripe(_ answers: [String: FakeStripe.Answer]) -> FakeStripe {
        FakeStripe(.reply { request in answers[request.url.path()] ?? .error(404) })
    }

    private func lookUp(_ session: JSON, _ more: [String: FakeStripe.Answer] = [:]) async throws -> (
        [Purchase.Fact], FakeStripe
    ) {
        let stripe = stripe(more.merging(["/v1/checkout/sessions/cs_test_1": .json(session)]) { $1 })
        let events = try #require(try await Shop(stripe).provider().look(up: "cs_test_1"))
        return (events.map(\.fact), stripe)
    }

    @Test("A paid checkout is looked up in one request, with its payment and its receipt")
    func paid() async throws {
        let stripe = stripe(["/v1/checkout/sessions/cs_test_1": .json(StripeJSON.session(["payment_intent": expanded]))]
        )
        let events = try #require(try await Shop(stripe).provider().look(up: "cs_test_1"))
        #expect(events.map(\.fact) == sale)
        let names = Purchase.Names(purchase: "pur_1", checkout: "cs_test_1", payments: ["pi_1", "ch_1"])
        #expect(Set(events.map(\.names)) == [names])
        #expect(events.last?.billing?.receipt?.absoluteString == "https://pay.stripe.com/receipts/ch_1")
        let request = try #require(stripe.requests.first)
        #expect(stripe.requests.count == 1)
        #expect(request.method == .get)
        #expect(request.query == ["expand[]": "payment_intent.latest_charge line_items"])
        #expect(request.header("Stripe-Version") == "2026-10-28.endive")
    }

    /// The line items of a session, as Stripe shows them on request.
    private func items(_ items: JSON, hasMore: JSON = false) -> [String: JSON?] {
        [
            "line_items": [
                "object": "list", "data": items, "has_more": hasMore, "url": "/v1/checkout/sessions/x/line_items",
            ]
        ]
    }

    private func item(_ price: JSON = "price_small", _ quantity: JSON = 1) -> JSON {
        ["id": "li_1", "object": "item", "amount_total": 1000, "price": price, "quantity": quantity]
    }

    @Test("A payment's cart is reported before the payment, by the price's id, in a lookup and in a list")
    func carts() async throws {
        let none = FakeStripe.Answer.json(StripeJSON.list([]))
        for price: JSON in ["price_small", ["id": "price_small", "object": "price", "unit_amount": 1000]] {
            let session = StripeJSON.session(items([item(price, 3)]))
            let (facts, _) = try await lookUp(session, ["/v1/refunds": none, "/v1/disputes": none])
            let paid = Purchase.Fact.paid(payment: "pi_1", amount: usd1000, tax: 0)
            #expect(facts == [.bought("price_small", 3), paid])
            let stripe = stripe([
                "/v1/checkout/sessions": .json(StripeJSON.list([session])), "/v1/refunds": none, "/v1/disputes": none,
            ])
            let events = try await Shop(stripe).provider().history(since: .init(rawValue: 0)) { _ in }.events
            #expect(events.map(\.fact) == [.bought("price_small", 3), paid])
            #expect(Set(events.map(\.names)).count == 1)
        }
        let open = StripeJSON.session(items([item()])).with(["status": "open", "payment_status": "unpaid"])
        let (facts, _) = try await lookUp(open)
        #expect(facts == [.opened])
    }

    @Test(
        "Line items with any other item, readable or not, differ from what was sold, and metadata counts only without line items"
    )
    func otherCarts() async throws {
        let none = FakeStripe.Answer.json(StripeJSON.list([]))
        let others: [[String: JSON?]] = [
            items([item("price_large")]), items([item("price_small", 2)]), items([item(), item("price_large")]),
            items([item()], hasMore: true), items([item(nil)]), items([item(7)]), items([item([:])]),
            items([item("price_small", nil)]), items([item("price_small", 0)]), items([item("price_small", "x")]),
            items([7]), items([item(), nil]), items(7), items([:]), items([], hasMore: true), ["line_items": 7],
            ["line_items": ["li_1"]],
        ]
        for changes in others {
            let (facts, _) = try await lookUp(StripeJSON.session(changes), ["/v1/refunds": none, "/v1/disputes": none])
            guard case .bought("pi_1", let cart) = facts.first else {
                Issue.record("\(changes)")
                continue
            }
            #expect(
                facts.count == 2 && !cart.isExactly(Purchase.ProductCount(product: "price_small", quantity: 1)),
                "\(changes)"
            )
        }
        for changes in [items([]), items(nil), [:], ["line_items": JSON.null]] {
            let (facts, _) = try await lookUp(StripeJSON.session(changes), ["/v1/refunds": none, "/v1/disputes": none])
            #expect(facts == sale, "\(changes)")
        }
    }

    @Test(
        "A lookup reports the checkout's present state",
        arguments: [
            (["status": "open", "payment_status": "unpaid"], Purchase.Fact.opened),
            (["status": "expired", "payment_status": "unpaid"], .expired),
            (
                ["payment_status": "unpaid", "payment_intent": ["id": "pi_1", "status": "processing"]],
                .pending(payment: "pi_1")
            ),
            (["payment_status": "unpaid"], .pending(payment: "pi_1")),
            (
                ["payment_status": "unpaid", "payment_intent": ["id": "pi_1", "status": "requires_payment_method"]],
                .paymentFailed(payment: "pi_1")
            ),
            (
                ["payment_status": "unpaid", "payment_intent": ["id": "pi_1", "status": "canceled"]],
                .paymentFailed(payment: "pi_1")
            ),
        ] as [([String: JSON?], Purchase.Fact)]
    )
    func standing(changes: [String: JSON?], fact: Purchase.Fact) async throws {
        let (facts, stripe) = try await lookUp(StripeJSON.session(changes))
        #expect(facts == [fact])
        #expect(stripe.requests.count == 1)
    }

    @Test("A lookup asks for the refunds and disputes of a payment that has some")
    func sequel() async throws {
        let charge = StripeJSON.charge(refunded: 400).with(["disputed": true])
        let (facts, stripe) = try await lookUp(
            StripeJSON.session(["payment_intent": expanded.with(["latest_charge": charge])]),
            [
                "/v1/refunds": .json(StripeJSON.list([StripeJSON.refund()])),
                "/v1/disputes": .json(StripeJSON.list([StripeJSON.dispute("lost", moved: [-1000])])),
            ]
        )
        #expect(
            facts == sale + [
                .refund(id: "re_1", payment: "pi_1", amount: Money(minorUnits: 400, currency: "USD"), .succeeded),
                .dispute(id: "dp_1", payment: "pi_1", amount: usd1000, .lost), .moved(-1000),
            ]
        )
        #expect(
            stripe.requests.dropFirst().map(\.query) == [
                ["payment_intent": "pi_1", "limit": "100"], ["payment_intent": "pi_1", "limit": "100"],
            ]
        )
    }

    @Test("A lookup asks for refunds and disputes when Stripe does not show the charge")
    func unexpanded() async throws {
        let none = FakeStripe.Answer.json(StripeJSON.list([]))
        let (facts, stripe) = try await lookUp(StripeJSON.session(), ["/v1/refunds": none, "/v1/disputes": none])
        #expect(facts == sale)
        #expect(stripe.requests.count == 3)
    }

    @Test(
        "A checkout that Stripe doesn't know, or that has an impossible id, gives nil",
        arguments: [
            ("cs_other", 1), ("cs/../x", 0), ("", 0), ("cs?x", 0), (String(repeating: "c", count: 300), 0),
        ]
    )
    func unknown(checkout: String, requests: Int) async throws {
        let stripe = stripe([:])
        let events = try await Shop(stripe).provider().look(up: checkout)
        #expect(events == nil)
        #expect(stripe.requests.count == requests)
    }

    @Test("A session that can't be read is an error that names it")
    func unreadable() async throws {
        let error = await #expect(throws: ProviderKit.Failure.self) {
            try await lookUp(StripeJSON.session(["amount_total": "much"]))
        }
        #expect(
            error?.description
                == "Stripe's answer is unusable: the session cs_test_1: its amount_total is not an amount"
        )
    }

    @Test("Lists are read page by page, from earlier than asked, with their progress")
    func paging() async throws {
        let pages: @Sendable (ProviderKit.Request) async -> FakeStripe.Answer = { request in
            guard request.url.path() == "/v1/checkout/sessions" else { return .json(StripeJSON.list([])) }
            let first = request.query["starting_after"].flatMap { Int($0.dropFirst(3)) }.map { $0 + 1 } ?? 0
            let sessions = (first..<min(first + 100, 250)).map { number in
                StripeJSON.session(["id": .text("cs_\(number)"), "payment_intent": .text("pi_\(number)")])
            }
            return .json(StripeJSON.list(sessions, hasMore: first + 100 < 250))
        }
        let stripe = FakeStripe(.reply(pages))
        let seen = Seen()
        let since = Timestamp(rawValue: 1_767_225_600_000)
        let events = try await Shop(stripe).provider().history(since: since) { seen.add($0) }.events
        #expect(events.map(\.names.checkout) == (0..<250).flatMap { ["cs_\($0)", "cs_\($0)"] })
        #expect(seen.all == [100, 200, 250, 250, 250])
        let day: Int64 = 86_400
        #expect(
            stripe.requests.map(\.query) == [
                [
                    "created[gte]": "\(1_767_225_600 - day)", "limit": "100",
                    "expand[]": "data.payment_intent.latest_charge data.line_items",
                ],
                [
                    "created[gte]": "\(1_767_225_600 - day)", "limit": "100", "starting_after": "cs_99",
                    "expand[]": "data.payment_intent.latest_charge data.line_items",
                ],
                [
                    "created[gte]": "\(1_767_225_600 - day)", "limit": "100", "starting_after": "cs_199",
                    "expand[]": "data.payment_intent.latest_charge data.line_items",
                ],
                ["created[gte]": "\(1_767_225_600 - 30 * day)", "limit": "100"],
                ["created[gte]": "\(1_767_225_600 - 200 * day)", "limit": "100"],
            ]
        )
    }

    @Test(
        "A list that doesn't end is an error",
        arguments: [[], [StripeJSON.session()], [["object": "session"]]] as [[JSON]]
    )
    func endless(objects: [JSON]) async throws {
        let stripe = FakeStripe(.json(StripeJSON.list(objects, hasMore: true)))
        await #expect(throws: ProviderKit.Failure.self) {
            try await Shop(stripe).provider().history(since: .init(rawValue: 0)) { _ in }.events
        }
        #expect(stripe.requests.count <= 2)
    }

    @Test("A list yields only sessions that sell something, and foreign ones only if they were paid")
    func others() async throws {
        let foreign: [String: JSON?] = ["metadata": .object([:]), "client_reference_id": nil]
        let sessions = [
            StripeJSON.session(["mode": "subscription"]),
            StripeJSON.session(["id": "cs_2", "status": "open", "payment_status": "unpaid"]).with(foreign),
            StripeJSON.session(["id": "cs_3"]).with(foreign),
            StripeJSON.session(["id": "cs_4", "status": "open", "payment_status": "unpaid"]),
        ]
        let stripe = stripe([
            "/v1/checkout/sessions": .json(StripeJSON.list(sessions)), "/v1/refunds": .json(StripeJSON.list([])),
            "/v1/disputes": .json(StripeJSON.list([])),
        ])
        let events = try await Shop(stripe).provider().history(since: .init(rawValue: 0)) { _ in }.events
        #expect(events.map(\.names.checkout) == ["cs_3", "cs_4"])
    }
}

private final class Seen: Sendable {
    private let counts = Mutex<[Int]>([])

    var all: [Int] { counts.withLock { $0 } }

    func add(_ count: Int) { counts.withLock { $0.append(count) } }
}
