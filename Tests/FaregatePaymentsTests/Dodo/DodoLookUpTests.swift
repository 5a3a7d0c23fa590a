import Faregate
import FaregatePayments
import FaregateTesting
import Foundation
import Testing

/// Looking up a checkout at Dodo.
@Suite struct DodoLookUpTests {
    /// At 2026-01-01T00:00:00Z.
    private let clock = ImpatientClock()

    private static func session(_ payment: JSON = "pay_1", madeAt: JSON = "2025-12-31T12:00:00.123456Z") -> JSON {
        [
            "id": "cks_1", "created_at": madeAt, "payment_id": payment, "payment_status": "succeeded",
            "customer_email": "ada@example.com", "customer_name": nil,
        ]
    }

    private func dodo(_ session: JSON, _ payment: JSON? = nil) -> FakeDodo {
        FakeDodo([
            "GET /checkouts/cks_1": [.json(session)],
            "GET /payments/pay_1": [payment.map { .json($0) } ?? .notFound],
        ])
    }

    private func look(_ dodo: FakeDodo, up checkout: String = "cks_1") async throws(ProviderKit.Failure) -> [Purchase
        .Event]?
    {
        guard let provider = try? DodoFixture.provider(at: dodo, clock: clock) else { preconditionFailure("it is") }
        return try await provider.look(up: checkout)
    }

    private func expectUnusable(_ dodo: FakeDodo, sourceLocation: Testing.SourceLocation = #_sourceLocation) async {
        let error = await #expect(throws: ProviderKit.Failure.self, sourceLocation: sourceLocation) {
            try await look(dodo)
        }
        guard case .unusableAnswer("Dodo Payments", _) = error else {
            Issue.record("\(String(describing: error))", sourceLocation: sourceLocation)
            return
        }
    }

    @Test("The lookup of a paid checkout reports its payment, refunds and disputes under all their names")
    func paid() async throws {
        let payment = DodoFixture.payment
            .setting(["checkout_session_id"], to: nil)
            .setting(
                ["refunds"],
                to: [
                    DodoFixture.refund, DodoFixture.fullRefund.setting(["refund_id"], to: "ref_2"),
                    DodoFixture.refund.setting(["refund_id"], to: "ref_3").setting(["status"], to: "pending"),
                    DodoFixture.refund.setting(["refund_id"], to: "ref_4").setting(["status"], to: "failed"),
                    DodoFixture.refund.setting(["refund_id"], to: "ref_5").setting(["status"], to: "review"),
                    DodoFixture.refund.setting(["refund_id"], to: "ref_6").setting(["status"], to: "from_the_future"),
                ]
            )
            .setting(["disputes"], to: [DodoFixture.disputed("won"), DodoFixture.disputed("from_the_future")])
        let dodo = dodo(Self.session(), payment)
        let events = try #require(try await look(dodo))
        let usd = Money(minorUnits: 300, currency: "USD")
        let all = Money(minorUnits: 1200, currency: "USD")
        #expect(
            events.map(\.fact) == [
                .bought("pdt_small", 1, "pay_1"),
                .paid(payment: "pay_1", amount: all, tax: 200),
                .refund(id: "ref_1", payment: "pay_1", amount: usd, .succeeded),
                .refund(id: "ref_2", payment: "pay_1", amount: nil, .succeeded),
                .refund(id: "ref_3", payment: "pay_1", amount: usd, .pending),
                .refund(id: "ref_4", payment: "pay_1", amount: nil, .failed),
                .dispute(id: "dp_1", payment: "pay_1", amount: all, .won),
            ]
        )
        #expect(events.allSatisfy { $0.names == DodoReadingTests.names })
        #expect(events[1].billing == DodoReadingTests.billing)
        #expect(dodo.lines == ["GET /checkouts/cks_1", "GET /payments/pay_1"])
    }

    @Test(
        "A payment is reported as its status says",
        arguments: [
            ("processing", Purchase.Fact.pending(payment: "pay_1")), ("failed", .paymentFailed(payment: "pay_1")),
            ("cancelled", .paymentFailed(payment: "pay_1")), ("requires_customer_action", .opened),
            ("requires_payment_method", .opened), ("partially_captured", .opened), ("from_the_future", .opened),
        ]
    )
    func statuses(status: String, fact: Purchase.Fact) async throws {
        let events = try await look(dodo(Self.session(), DodoFixture.paid(status)))
        #expect(events?.map(\.fact) == [fact])
        #expect(events?.first?.names.checkout == "cks_1")
    }

    @Test("A checkout without a payment is open for a day and expired after it")
    func unpaid() async throws {
        let ages: [(JSON, Purchase.Fact)] = [
            ("2025-12-31T00:00:00Z", .opened), ("2025-12-30T23:59:59.999Z", .expired),
            ("2020-01-01T00:00:00Z", .expired),
            ("2026-02-01T00:00:00Z", .opened), ("2025-12-30T00:00:00.123456Z", .expired), (nil, .opened), (7, .opened),
            ("yesterday", .opened),
        ]
        for (madeAt, fact) in ages {
            let events = try await look(dodo(Self.session(nil, madeAt: madeAt)))
            #expect(events == [Purchase.Event(names: Purchase.Names(checkout: "cks_1"), fact: fact)], "\(madeAt.text)")
        }
    }

    @Test("A checkout that Dodo doesn't know gives nil")
    func unknown() async throws {
        let events = try await look(FakeDodo())
        #expect(events == nil)
    }

    @Test(
        "A text that can't be a provider's id is not sent to Dodo",
        arguments: ["", "..", "cks_1/..", "cks_1?x=1", "cks 1", "cks_é"])
    func noIDs(checkout: String) async throws {
        let dodo = FakeDodo()
        let events = try await look(dodo, up: checkout)
        #expect(events == nil)
        #expect(dodo.requests.isEmpty)
    }

    @Test("An answer about another checkout is refused")
    func otherAnswers() async throws {
        for session: JSON in [nil, [], [:], ["id": "cks_2", "payment_id": nil], ["payment_id": nil]] {
            await expectUnusable(dodo(session))
        }
        for payment: JSON in [7, "", "../x", [], [:], "pay 1", "pay_1/refund"] {
            await expectUnusable(dodo(Self.session(payment), DodoFixture.payment))
        }
        for payment: JSON in [nil, [], [:], DodoFixture.renewal] {
            await expectUnusable(dodo(Self.session(), payment))
        }
    }

    @Test("A payment, refund or dispute that can't be read is an error")
    func unreadable() async throws {
        let payments: [JSON] = [
            DodoFixture.payment.setting(["total_amount"], to: nil), DodoFixture.payment.setting(["currency"], to: 7),
            DodoFixture.payment.setting(["refunds"], to: [DodoFixture.refund.setting(["amount"], to: nil)]),
            DodoFixture.payment.setting(["refunds"], to: [DodoFixture.refund.setting(["refund_id"], to: nil)]),
            DodoFixture.payment.setting(["disputes"], to: [DodoFixture.dispute.setting(["dispute_id"], to: 7)]),
        ]
        for payment in payments { await expectUnusable(dodo(Self.session(), payment)) }
    }

    @Test("A failed lookup is repeated, three requests in all")
    func repeats() async throws {
        let dodo = FakeDodo(["GET /checkouts/cks_1": [.error(500), .failure(URLError(.timedOut)), .notFound]])
        let events = try await look(dodo)
        #expect(events == nil)
        #expect(dodo.requests.count == 3)
        let never = FakeDodo(["GET /checkouts/cks_1": [.error(502)]])
        await #expect(throws: ProviderKit.Failure.self) { try await look(never) }
        #expect(never.requests.count == 3)
    }

    @Test("A known checkout whose payment Dodo doesn't know is an error")
    func lostPayments() async throws {
        await #expect(throws: ProviderKit.Failure.self) { try await look(dodo(Self.session())) }
    }
}
