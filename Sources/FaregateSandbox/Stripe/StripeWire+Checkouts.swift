import Faregate
import Foundation

/// [Stripe: create a Checkout session](https://docs.stripe.com/api/checkout/sessions/create)
extension StripeWire {
    /// The fields that Stripe accepts. The sandbox ignores fields that it doesn't implement.
    private static let knownFields: Set<String> = [
        "mode", "line_items", "metadata", "client_reference_id", "payment_intent_data", "success_url", "cancel_url",
        "customer_email", "expires_at", "expand", "ui_mode", "locale", "submit_type", "payment_method_types",
        "billing_address_collection", "customer_creation", "allow_promotion_codes", "automatic_tax",
        "tax_id_collection", "invoice_creation", "phone_number_collection", "currency", "customer", "customer_update",
        "discounts", "saved_payment_method_options",
    ]

    func createSession(
        _ fields: FormFields,
        _ state: inout SandboxState,
        at now: Timestamp
    ) throws(StripeFault) -> SandboxJSON {
        for name in fields.names {
            let top = String(name.prefix { $0 != "[" })
            guard StripeWire.knownFields.contains(top) else { throw .unknown(top) }
        }
        guard let mode = fields["mode"] else { throw .absent("mode") }
        guard mode == "payment" else {
            throw .invalid("The sandbox's Checkout supports only `payment`.", param: "mode")
        }
        let (product, quantity, bill) = try bill(fields)
        let terms = try terms(fields, product, quantity, bill, state)
        var mint = state.mint(provider, at: now)
        let (id, number) = mint.next(.checkout)
        var checkout = SandboxCheckout(
            id: id,
            product: product,
            quantity: quantity,
            bill: bill,
            page: "\(shelf.pages)/checkout/\(id)",
            successURL: try StripeWire.address(fields, "success_url", isNeeded: true) ?? "",
            cancelURL: try StripeWire.address(fields, "cancel_url"),
            customerEmail: try StripeWire.email(fields, "customer_email"),
            createdAt: now,
            expiresAt: try StripeWire.expiry(fields, now),
            reference: try StripeWire.bounded(fields, "client_reference_id", maxCharacters: 200),
            metadata: try StripeWire.metadata(fields, "metadata"),
            paymentMetadata: try StripeWire.metadata(fields, "payment_intent_data[metadata]"),
            number: number
        )
        checkout.terms = terms
        if let customer = terms.customer { checkout.customerEmail = state.customers[customer]?.email }
        state.keep(checkout, mint)
        return session(checkout)
    }

    func expire(_ id: String, _ state: inout SandboxState, at now: Timestamp) throws(StripeFault) -> SandboxJSON {
        guard state.checkouts[id] != nil else { throw .missing("checkout.session", id, param: "session") }
        do throws(SandboxRefusal) {
            try perform(.expire, on: id, &state, at: now)
        } catch {
            throw .invalid(
                "Only Checkout Sessions with a status in [\"open\"] can be expired.",
                param: nil
            )
        }
        return state.checkouts[id].map { session($0) } ?? .null
    }

    private func bill(
        _ fields: FormFields
    ) throws(StripeFault) -> (product: String, quantity: Int, bill: SandboxBill) {
        guard fields.names.contains(where: { $0.hasPrefix("line_items[") }) else { throw .absent("line_items") }
        guard !fields.names.contains(where: { $0.hasPrefix("line_items[1]") }) else {
            throw .invalid("The sandbox sells one line item at a time.", param: "line_items[1]")
        }
        guard let price = fields["line_items[0][price]"] else { throw .absent("line_items[0][price]") }
        let text = fields["line_items[0][quantity]"] ?? "1"
        guard let quantity = Int(text) else {
            throw .invalid(
                "Invalid integer: \(text)",
                param: "line_items[0][quantity]",
                code: "parameter_invalid_integer"
            )
        }
        guard (1...999_999).contains(quantity) else {
            throw .invalid("This value must be greater than or equal to 1.", param: "line_items[0][quantity]")
        }
        let isTaxed = fields["automatic_tax[enabled]"] == "true"
        guard let own = shelf.bill(price, quantity: quantity, isTaxed: isTaxed) else {
            throw .missing("price", price, param: "line_items[0][price]", status: 400)
        }
        let currency = fields["currency"].map { $0.uppercased() }
        guard var bill = shelf.bill(price, quantity: quantity, in: currency, isTaxed: isTaxed) else {
            throw .invalid(
                "The price specified only supports `\(own.price.currency.lowercased())`. This doesn't match the "
                    + "expected currency: `\(fields["currency"] ?? "")`.",
                param: "line_items[0][price]"
            )
        }
        bill.unit = StripeWire.unit(of: bill.price.currency)
        bill.coupon = try coupon(fields)
        return (price, quantity, bill)
    }
}
