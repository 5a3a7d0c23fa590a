import Faregate
import Foundation

extension ProviderObject {
    /// An amount in the currency beside it; nil if the field is missing.
    ///
    /// - Throws: ``Unreadable`` for a value that is not an amount, or an amount without a currency.
    func stripeMoney(_ field: FieldName) throws(Unreadable) -> Money? {
        guard has(field) else { return nil }
        return try stripeMoney(field, in: try needed("currency", currency("currency")))
    }

    /// An amount in the given currency; nil if the field is missing.
    func stripeMoney(_ field: FieldName, in currency: String) throws(Unreadable) -> Money? {
        try amount(field).map { amount throws(Unreadable) in try stripeMoney(field, amount, currency) }
    }

    /// The same for a movement of money. The amount is negative if money leaves the account at Stripe.
    func stripeMovement(_ field: FieldName) throws(Unreadable) -> Money? {
        guard let amount = try signedAmount(field) else { return nil }
        return try stripeMoney(field, amount, try needed("currency", currency("currency")))
    }

    private func stripeMoney(
        _ field: FieldName, _ amount: Int64, _ currency: String
    ) throws(Unreadable) -> Money {
        guard let money = Money(stripe: amount, currency: currency) else {
            throw Unreadable("its \(field.stringValue) is a fraction of the currency's smallest unit")
        }
        return money
    }
}

extension Money {
    /// Stripe counts in ISO 4217's minor units, except for three currencies: at Stripe, amounts in Icelandic króna
    /// and Ugandan shillings have two decimals, which are always zero, and amounts in Malagasy ariary have none.
    ///
    /// [Stripe: special cases](https://docs.stripe.com/currencies#special-cases)
    fileprivate init?(stripe amount: Int64, currency: String) {
        switch currency {
        case "ISK", "UGX":
            guard amount % 100 == 0 else { return nil }
            self.init(minorUnits: amount / 100, currency: currency)
        case "MGA":
            // Can't overflow: at most 2^53 times 100.
            self.init(minorUnits: amount * 100, currency: currency)
        default:
            self.init(minorUnits: amount, currency: currency)
        }
    }
}

extension Purchase.BillingDetails {
    /// [Stripe: customer_details](https://docs.stripe.com/api/checkout/sessions/object)
    init(stripe details: ProviderObject?) {
        let address = details?.object("address")
        let lines: [FieldName] = ["line1", "line2", "city", "postal_code", "state", "country"]
        self.init(
            name: details?.name("name") ?? details?.name("business_name") ?? details?.name("individual_name"),
            email: details?.name("email"),
            address: lines.compactMap { address?.name($0) }
        )
    }

    var isEmpty: Bool { self == Purchase.BillingDetails() }
}
