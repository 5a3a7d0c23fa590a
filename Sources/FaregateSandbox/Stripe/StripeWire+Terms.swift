import Faregate

/// The settings of a session besides its price: customers, discounts, taxes.
///
/// [Stripe: create a Checkout session](https://docs.stripe.com/api/checkout/sessions/create)
extension StripeWire {
    func terms(
        _ fields: FormFields,
        _ product: String,
        _ quantity: Int,
        _ bill: SandboxBill,
        _ state: SandboxState
    ) throws(StripeFault) -> SandboxTerms {
        var terms = SandboxTerms()
        terms.customer = try customer(fields, state)
        terms.locale = fields["locale"]
        terms.automaticTax = fields["automatic_tax[enabled]"] == "true"
        terms.collectsTaxIDs = fields["tax_id_collection[enabled]"] == "true"
        terms.createsInvoice = fields["invoice_creation[enabled]"] == "true"
        terms.allowsCodes = fields["allow_promotion_codes"] == "true"
        terms.codes = shelf.offers.coupons
        terms.hasCrossSells = shelf.has(.crossSells, product)
        terms.hasCustomAmount = shelf.has(.customAmount, product)
        if fields["currency"] == nil {
            terms.otherPrices = (shelf.offers.currencies[product] ?? []).map {
                Money(minorUnits: $0.minorUnits * Int64(quantity), currency: $0.currency)
            }
        }
        return terms
    }

    /// Taxes use a session's address and name only if the session may update the customer's.
    private func customer(_ fields: FormFields, _ state: SandboxState) throws(StripeFault) -> String? {
        let updates = fields.nested("customer_update")
        guard let customer = fields["customer"] else {
            guard updates.isEmpty else {
                throw .invalid("`customer_update` can only be used with `customer`.", param: "customer_update")
            }
            return nil
        }
        guard fields["customer_email"] == nil else {
            throw .invalid("You may only specify one of these parameters: customer, customer_email.", param: nil)
        }
        guard state.customers[customer] != nil else {
            throw .missing("customer", customer, param: "customer", status: 400)
        }
        if fields["automatic_tax[enabled]"] == "true", fields["customer_update[address]"] != "auto" {
            throw .invalid(
                "Automatic tax calculation in Checkout requires a valid address on the Customer. Add a valid address to the "
                    + "Customer or set either `customer_update[address]` to 'auto' or `customer_update[shipping]` to 'auto'.",
                param: nil,
                code: "customer_tax_location_invalid"
            )
        }
        if fields["tax_id_collection[enabled]"] == "true", fields["customer_update[name]"] != "auto" {
            throw .invalid(
                "Tax ID collection requires updating business name on the customer. To enable tax ID collection for an "
                    + "existing customer, please set `customer_update[name]` to `auto`.",
                param: nil
            )
        }
        return customer
    }

    /// [Stripe: discounts](https://docs.stripe.com/payments/checkout/discounts)
    func coupon(_ fields: FormFields) throws(StripeFault) -> SandboxOffers.Coupon? {
        let (coupon, code) = (fields["discounts[0][coupon]"], fields["discounts[0][promotion_code]"])
        guard let id = coupon ?? code else { return nil }
        guard fields["allow_promotion_codes"] == nil else {
            throw .invalid(
                "You may only specify one of these parameters: allow_promotion_codes, discounts.", param: nil)
        }
        let found = shelf.offers.coupons.first { coupon == nil ? $0.promotionCode == id : $0.id == id }
        guard let found else {
            let param = "discounts[0][\(coupon == nil ? "promotion_code" : "coupon")]"
            throw .missing(coupon == nil ? "promotion code" : "coupon", id, param: param, status: 400)
        }
        return found
    }

    // MARK: Customers

    private static let customerFields: Set<String> = ["email", "name", "metadata", "expand"]

    /// [Stripe: create a customer](https://docs.stripe.com/api/customers/create)
    func createCustomer(
        _ fields: FormFields,
        _ state: inout SandboxState,
        at now: Timestamp
    ) throws(StripeFault) -> SandboxJSON {
        for name in fields.names {
            let top = String(name.prefix { $0 != "[" })
            guard StripeWire.customerFields.contains(top) else { throw .unknown(top) }
        }
        var mint = state.mint(provider, at: now)
        let customer = SandboxCustomer(
            id: mint.next(.customer).id,
            email: try StripeWire.email(fields, "email"),
            name: fields["name"],
            metadata: try StripeWire.metadata(fields, "metadata"),
            createdAt: now
        )
        state.customers[customer.id] = customer
        return json(of: customer)
    }

    /// [Stripe: retrieve a customer](https://docs.stripe.com/api/customers/retrieve)
    func customer(_ id: String, _ state: SandboxState) throws(StripeFault) -> SandboxJSON {
        guard let customer = state.customers[id] else { throw .missing("customer", id, param: "id") }
        return json(of: customer)
    }

    /// [The Customer object](https://docs.stripe.com/api/customers/object)
    private func json(of customer: SandboxCustomer) -> SandboxJSON {
        [
            "id": .text(customer.id),
            "object": "customer",
            "created": seconds(customer.createdAt),
            "email": SandboxJSON(customer.email),
            "livemode": false,
            "metadata": .object(customer.metadata),
            "name": SandboxJSON(customer.name),
        ]
    }
}
