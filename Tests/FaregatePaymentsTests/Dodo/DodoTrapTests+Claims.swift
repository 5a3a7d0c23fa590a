import Faregate
import FaregatePayments
import Foundation
import Testing

/// Refunds and disputes.
extension DodoTrapTests {
    private func refunded(_ changes: [String: JSON?]) throws -> Purchase.Event? {
        let data = changes.reduce(DodoFixture.refund) { $0.setting([$1.key], to: $1.value) }
        return try events("refund.succeeded", data)?.first
    }

    @Test("A full refund needs no amount")
    func refundsOfAll() throws {
        let all = Purchase.Fact.refund(id: "ref_1", payment: "pay_1", amount: nil, .succeeded)
        for partial: JSON? in [nil, .null, false] {
            for amount: JSON? in [nil, .null] {
                let event = try refunded(["is_partial": partial, "amount": amount])
                #expect(event?.fact == all)
            }
            let event = try refunded(["is_partial": partial, "currency": nil])
            #expect(event?.fact == all)
        }
    }

    @Test("A partial refund without an amount is unreadable")
    func refundsOfAPart() throws {
        for change: [String: JSON?] in [
            ["amount": .some(nil)], ["amount": .some(.null)], ["currency": .some(nil)], ["currency": "?"],
            ["amount": "3.00"], ["amount": -300], ["amount": []], ["amount": .null, "is_partial": "yes"],
        ] {
            let event = try refunded(change)
            #expect(event == nil, "\(change)")
        }
        let text = try refunded(["amount": "300"])
        let usd = Money(minorUnits: 300, currency: "USD")
        #expect(text?.fact == .refund(id: "ref_1", payment: "pay_1", amount: usd, .succeeded))
    }

    @Test("A failed refund needs no amount, and its metadata names no purchase")
    func refundsThatFailed() throws {
        let data = DodoFixture.refund.setting(["amount"], to: [])
        let events = try events("refund.failed", data)
        #expect(events?.map(\.fact) == [.refund(id: "ref_1", payment: "pay_1", amount: nil, .failed)])
        #expect(events?.first?.names == Purchase.Names(payments: ["pay_1"]))
    }

    private func disputedAmount(_ amount: JSON?, currency: JSON? = "USD") throws -> Money?? {
        let data = DodoFixture.dispute.setting(["amount"], to: amount).setting(["currency"], to: currency)
        guard case .dispute(_, _, let amount, _) = try events("dispute.lost", data)?.first?.fact else { return nil }
        return .some(amount)
    }

    @Test("A disputed amount may be a text or a number of minor units")
    func disputedAmounts() throws {
        let usd = Money(minorUnits: 400, currency: "USD")
        for amount: JSON in ["400", 400] {
            let told = try disputedAmount(amount)
            #expect(told == .some(usd))
        }
        let foreign = try disputedAmount("400", currency: "eur")
        #expect(foreign == .some(Money(minorUnits: 400, currency: "EUR")))
    }

    @Test("A dispute with an unreadable amount is over the whole payment")
    func unclearDisputedAmounts() throws {
        for amount: JSON? in [
            nil, .null, "12.50", "400.00", "4,00", "", "all", .raw("12.5"), 0, "0", -400, [], [:], true, .raw("1e300"),
        ] {
            let told = try disputedAmount(amount)
            #expect(told == .some(nil), "\(amount?.text ?? "left out")")
        }
        for currency: JSON? in [nil, .null, "dollars", 840] {
            let told = try disputedAmount("400", currency: currency)
            #expect(told == .some(nil))
        }
    }

    @Test("A dispute stage that is later than the event is not taken for the event's stage")
    func laterStages() throws {
        // Won in the first round, and delivered when the second one was already open.
        let data = DodoFixture.disputed("opened", stage: "pre_arbitration")
        let late = try events("dispute.won", data)
        #expect(late?.map(\.fact.disputeID) == ["dp_1"])
        #expect(late?.map(\.fact.step) == [.won])
        for stage: JSON? in [nil, .null, "dispute", "pre_dispute", "arbitration", 7] {
            let events = try events("dispute.opened", DodoFixture.dispute.setting(["dispute_stage"], to: stage))
            #expect(events?.map(\.fact.disputeID) == ["dp_1"])
        }
    }
}

extension Purchase.Fact {
    var disputeID: String? {
        if case .dispute(let id, _, _, _) = self { id } else { nil }
    }

    var step: Purchase.DisputeStep? {
        if case .dispute(_, _, _, let step) = self { step } else { nil }
    }
}
