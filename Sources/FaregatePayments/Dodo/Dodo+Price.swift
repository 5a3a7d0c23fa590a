import Faregate

extension Dodo {
    /// Compares Dodo's price of a product with the purchase's, without tax.
    ///
    /// [Dodo Payments: get product](https://docs.dodopayments.com/api-reference/products/get-products-1)
    func checkPrice(
        of purchase: Purchase,
        product: String,
        _ api: ProviderAPI
    ) async throws(ProviderKit.Failure) {
        guard isProviderID(product) else {
            throw .misconfigured(
                "\(quoted(product)) is no product id of Dodo Payments; copy it from the dashboard"
            )
        }
        // If Dodo doesn't know the product, it also refuses the checkout and reports the reason then.
        guard let answer = try await api.found("products/\(product)") else { return }
        guard let price = ProviderObject(parsing: answer)?.object("price"), let minorUnits = try? price.amount("price"),
            let currency = price.currency("currency")
        else { throw unusable("it lacks the product's price") }
        try price.checkFixed(product)
        try ProviderObject(parsing: answer)?.checkAlone(product)
        let (total, overflow) = minorUnits.multipliedReportingOverflow(by: Int64(purchase.quantity))
        let asked = Money(minorUnits: overflow ? .max : total, currency: currency)
        guard asked == purchase.price else { throw .priceMismatch(policy: purchase.price, provider: asked) }
    }
}

extension ProviderObject {
    /// - Throws: ``ProviderKit/Failure`` unless the price is fixed, the same for everybody and paid once.
    fileprivate func checkFixed(_ product: String) throws(ProviderKit.Failure) {
        guard name("type") == "one_time_price" else {
            throw .misconfigured("the product \(product) has no one-time price at Dodo Payments; a pack is sold once")
        }
        guard flag("pay_what_you_want") != true else {
            throw .misconfigured(
                "the customer chooses the price of the product \(product) at Dodo Payments; give it a fixed price there"
            )
        }
        guard flag("purchasing_power_parity") != true else {
            throw .misconfigured(
                "the product \(product) costs less in some countries at Dodo Payments; "
                    + "switch purchasing power parity off for it"
            )
        }
        guard (integer("discount_bps") ?? integer("discount") ?? 0) == 0 else {
            throw .misconfigured(
                "the product \(product) has a discount at Dodo Payments; "
                    + "remove the discount, and set the product's price to the policy's"
            )
        }
    }

    /// - Throws: ``ProviderKit/Failure`` if the product has localized prices or add-ons.
    fileprivate func checkAlone(_ product: String) throws(ProviderKit.Failure) {
        guard !has("pricing_mode") else {
            throw .misconfigured("the product \(product) has localized prices at Dodo Payments; give it one price")
        }
        guard isEmptyList("addons") else {
            throw .misconfigured("the product \(product) has add-ons at Dodo Payments; a pack is sold by itself")
        }
    }
}
