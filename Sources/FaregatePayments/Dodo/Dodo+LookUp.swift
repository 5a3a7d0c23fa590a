public import Faregate
import Foundation

extension Dodo {
    /// Returns the present state of a checkout: its payment, with the payment's refunds and disputes.
    ///
    /// [Dodo Payments: get checkout
    /// session](https://docs.dodopayments.com/api-reference/checkout-sessions/get-checkouts)
    public func look(
        up checkout: String, within patience: Duration? = nil
    ) async throws(ProviderKit.Failure) -> [Purchase.Event]? {
        guard isProviderID(checkout) else { return nil }
        let api = try checkedAPI().within(patience)
        guard let answer = try await api.found("checkouts/\(checkout)") else { return nil }
        guard let session = ProviderObject(parsing: answer), session.name("id") == checkout else {
            throw unusable("it is not the checkout session that was asked for")
        }
        guard session.has("payment_id") else { return [unpaid(checkout, session)] }
        guard let payment = session.name("payment_id") else { throw unusable("its payment_id can't be read") }
        let events = try await events(ofPayment: payment, checkout: checkout, api)
        return events.isEmpty ? [unpaid(checkout, session)] : events
    }

    /// Returns all events that follow from a payment.
    ///
    /// [Dodo Payments: get payment](https://docs.dodopayments.com/api-reference/payments/get-payments-1)
    func events(
        ofPayment id: String,
        checkout: String? = nil,
        _ api: ProviderAPI
    ) async throws(ProviderKit.Failure) -> [Purchase.Event] {
        guard isProviderID(id) else { throw unusable("its payment_id can't be read") }
        guard let object = ProviderObject(parsing: try await api.get("payments/\(id)")), object.name("payment_id") == id
        else { throw unusable("it is not the payment that was asked for") }
        return try readable("the payment \(id)") { () throws(Unreadable) in
            let payment = try DodoPayment(object, checkout: checkout)
            var events = try payment.events
            for refund in object.list("refunds") {
                events += try DodoRefund(refund).event(names: payment.names).map { [$0] } ?? []
            }
            for dispute in object.list("disputes") { events += try DodoDispute(dispute).events(names: payment.names) }
            return events
        }
    }

    /// - Throws: `ProviderKit.Failure` instead of `Unreadable`.
    func readable<Value>(
        _ what: String,
        _ read: () throws(Unreadable) -> Value
    ) throws(ProviderKit.Failure) -> Value {
        do throws(Unreadable) {
            return try read()
        } catch {
            throw unusable("\(what) can't be read: \(error.reason)")
        }
    }

    /// Dodo does not report that a checkout expired, so its age decides.
    private func unpaid(_ checkout: String, _ session: ProviderObject) -> Purchase.Event {
        let age = session.moment("created_at").map { clock.now.milliseconds(since: $0) } ?? 0
        return Purchase.Event(
            names: Purchase.Names(checkout: checkout),
            fact: age > Dodo.checkoutLifetimeMilliseconds ? .expired : .opened
        )
    }
}

extension ProviderAPI {
    /// - Returns: nil if the provider answers 404.
    func found(_ path: String) async throws(ProviderKit.Failure) -> Data? {
        do throws(ProviderKit.Failure) {
            return try await get(path)
        } catch .declined(let failure) where failure.status == 404 {
            return nil
        }
    }
}

extension DodoPayment {
    /// The events that follow from the payment's status; none if the customer is not done yet or the status is unknown.
    ///
    /// [Dodo Payments: list payments, status](https://docs.dodopayments.com/api-reference/payments/get-payments)
    var events: [Purchase.Event] {
        get throws(Unreadable) {
            switch status {
            case "succeeded": try paid
            case "processing": [pending]
            case "failed", "cancelled": [failed]
            default: []
            }
        }
    }
}

extension ProviderObject {
    /// A time in RFC 3339, with or without fractions of a second.
    func moment(_ field: FieldName) -> Timestamp? {
        name(field).flatMap { Timestamp($0) }
    }
}
