import Faregate
import FaregatePayments
import Testing

/// The names of an unreadable event's order, as far as they can be read.
@Suite struct UnreadableNamesTests {
    private func stripe(_ type: String, _ object: JSON) throws -> Purchase.Names? {
        let event = StripeJSON.event(type, object)
        let id = Inbox.Event.ID(provider: "stripe", event: "evt_1")
        let reading = Stripe(key: nil).read(Inbox.Event(id: id, type: type, body: event.data))
        #expect(reading.reason != nil, "\(type)")
        return reading.names
    }

    @Test("Stripe's unreadable events keep the names of their checkout or payment")
    func stripe() throws {
        let session = try stripe("checkout.session.completed", StripeJSON.session(["amount_total": "much"]))
        #expect(session == Purchase.Names(purchase: "pur_1", checkout: "cs_test_1", payments: ["pi_1"]))
        let without = try stripe("checkout.session.completed", StripeJSON.session(["id": nil]))
        #expect(without == Purchase.Names(purchase: "pur_1", payments: ["pi_1"]))
        let payment = Purchase.Names(payments: ["pi_1", "ch_1"])
        #expect(try stripe("refund.created", StripeJSON.refund().with(["status": "odd"])) == payment)
        #expect(try stripe("charge.refunded", StripeJSON.charge().with(["amount_refunded": "some"])) == payment)
        #expect(try stripe("charge.dispute.closed", StripeJSON.dispute("odd")) == payment)
        let cash = StripeJSON.refund().with(["charge": nil, "payment_intent": nil])
        #expect(try stripe("refund.created", cash) == Purchase.Names(), "the refund was read and has no names")
        #expect(try stripe("refund.created", 7) == nil)
    }

    private func dodo(_ type: String, _ data: JSON) throws -> Purchase.Names? {
        let reading = try DodoFixture.read(DodoFixture.event(type, data))
        #expect(reading.reason != nil, "\(type)")
        return reading.names
    }

    @Test("Dodo's unreadable events keep the names of their checkout or payment")
    func dodo() throws {
        let odd = DodoFixture.payment.setting(["total_amount"], to: "much")
        #expect(try dodo("payment.succeeded", odd) == DodoReadingTests.names)
        let without = try dodo("payment.succeeded", odd.setting(["payment_id"], to: nil))
        #expect(without == Purchase.Names(purchase: "pur_1", checkout: "cks_1"))
        let ofPayment = Purchase.Names(payments: ["pay_1"])
        #expect(try dodo("refund.succeeded", DodoFixture.refund.setting(["refund_id"], to: nil)) == ofPayment)
        #expect(try dodo("dispute.lost", DodoFixture.dispute.setting(["dispute_id"], to: nil)) == ofPayment)
        #expect(try dodo("payment.succeeded", 7) == nil)
    }
}
