import Faregate

/// [Stripe: create a refund](https://docs.stripe.com/api/refunds/create)
extension StripeWire {
    private static let knownFields: Set<String> = [
        "payment_intent", "charge", "amount", "reason", "metadata", "expand",
    ]

    func createRefund(
        _ fields: FormFields,
        _ state: inout SandboxState,
        at now: Timestamp
    ) throws(StripeFault) -> SandboxJSON {
        for name in fields.names {
            let top = String(name.prefix { $0 != "[" })
            guard StripeWire.knownFields.contains(top) else { throw .unknown(top) }
        }
        let param = fields["payment_intent"] == nil ? "charge" : "payment_intent"
        guard let payment = fields["payment_intent"] ?? fields["charge"] else {
            throw .invalid("One of the following params should be provided: payment_intent or charge.", param: nil)
        }
        guard let checkout = state[payment] else { throw .missing(param, payment, param: param) }
        var amount: Int64?
        if let text = fields["amount"] {
            amount = Int64(text)
            guard let asked = amount else {
                throw .invalid("Invalid integer: \(text)", param: "amount", code: "parameter_invalid_integer")
            }
            amount = try StripeWire.minorUnits(asked, checkout.total.currency)
        }
        do throws(SandboxRefusal) {
            try perform(.refund(amount), on: checkout.id, &state, at: now)
        } catch {
            throw refusal(checkout, amount)
        }
        guard let after = state[checkout.id], let refund = after.payment?.refunds.last else { return .null }
        return self.refund(refund, after)
    }

    func cancelRefund(_ id: String, _ state: inout SandboxState, at now: Timestamp) throws(StripeFault) -> SandboxJSON {
        guard let checkout = state[id], checkout.id != id else { throw .missing("refund", id, param: "id") }
        do throws(SandboxRefusal) {
            try perform(.cancelRefund(id), on: checkout.id, &state, at: now)
        } catch {
            throw .invalid("Refund \(id) can't be canceled any more.", param: nil)
        }
        guard let after = state[id], let refund = after.payment?.refunds.first(where: { $0.id == id }) else {
            return .null
        }
        return self.refund(refund, after)
    }

    private func refusal(_ checkout: SandboxCheckout, _ amount: Int64?) -> StripeFault {
        guard let payment = checkout.payment, checkout.isPaid else {
            return .invalid("This PaymentIntent does not have a successful charge to refund.", param: nil)
        }
        if payment.disputes.contains(where: \.hasTaken) {
            return .invalid("Charge \(payment.charge) has been charged back.", param: nil, code: "charge_disputed")
        }
        let left = checkout.total.minorUnits - payment.refundedMinorUnits
        if left == 0 {
            return .invalid(
                "Charge \(payment.charge) has already been refunded.",
                param: nil,
                code: "charge_already_refunded"
            )
        }
        return .invalid(
            "Refund amount (\(amount ?? left)) is greater than unrefunded amount on charge (\(left)).",
            param: "amount",
            code: "amount_too_large"
        )
    }
}
