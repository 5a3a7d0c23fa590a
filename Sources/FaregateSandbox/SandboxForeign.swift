import Faregate

/// A sale by another business with the same account at the provider.
public enum SandboxForeign: String, Sendable, CaseIterable {
    /// A customer pays in another shop's checkout, with that shop's metadata.
    case sale
    /// A customer pays by a payment link. The customer can type anything into the link's address: a reference at
    /// Stripe, metadata at Dodo.
    case link
    /// A subscription is charged.
    case subscription
    /// A refund without a payment, such as Stripe's refund of a customer's cash balance. Dodo's refunds always have a
    /// payment, so at Dodo the sandbox refunds part of a sale of the other business.
    case strayRefund
}

extension PaymentSandbox {
    /// Makes a sale of 15.00 USD by another business, paid at once. Further acts can be performed on it, as on any
    /// checkout.
    ///
    /// - Parameters:
    ///   - kind: the kind of sale.
    ///   - typed: the text that the customer types into a link's address.
    /// - Returns: the sandbox's id of the sale.
    @discardableResult
    public func addForeign(_ kind: SandboxForeign, typed: String = "") -> String {
        withState { state, now in
            var mint = state.mint(provider, at: now)
            let (id, number) = mint.next(.checkout)
            let bill = SandboxBill(
                price: Money(minorUnits: 1500, currency: "USD"), taxPercent: 0, taxIsWithin: false
            )
            let own = kind == .link ? ("faregate_purchase", typed) : ("order", "A-\(number)")
            let metadata = [SandboxJSON.Member(name: own.0, value: .text(own.1))]
            var checkout = SandboxCheckout(
                id: id,
                product: "price_of_another",
                quantity: 1,
                bill: bill,
                page: "https://another.example/\(id)",
                successURL: "https://another.example/thanks",
                cancelURL: nil,
                customerEmail: nil,
                createdAt: now,
                expiresAt: now.advanced(byMilliseconds: 86_400_000),
                reference: kind == .link ? typed : nil,
                metadata: provider == .stripe && kind == .link ? [] : metadata,
                paymentMetadata: provider == .stripe && kind == .link ? [] : metadata,
                number: number
            )
            checkout.terms.foreign = kind
            state.keep(checkout, mint)
            try? wire.perform(.pay, on: id, &state, at: now)
            if kind == .strayRefund { try? wire.perform(.refund(500), on: id, &state, at: now) }
            return id
        }
    }

    /// Deletes a customer, as if somebody did so at the provider.
    public func deleteCustomer(_ id: String) {
        withState { state, _ in state.customers[id] = nil }
    }
}

/// A customer at the provider.
struct SandboxCustomer: Sendable {
    let id: String
    let email: String?
    let name: String?
    let metadata: [SandboxJSON.Member]
    let createdAt: Timestamp
}

/// The settings of a checkout, besides its product and price.
struct SandboxTerms: Sendable {
    var customer: String?
    var locale: String?
    var automaticTax = false
    var collectsTaxIDs = false
    var createsInvoice = false
    /// Whether the customer can type a code.
    var allowsCodes = false
    /// The codes that exist.
    var codes: [SandboxOffers.Coupon] = []
    /// The prices of the whole cart in other currencies, if Checkout may choose the currency.
    var otherPrices: [Money] = []
    /// The amount in the customer's own currency, by Adaptive Pricing.
    var presentment: Money?
    var hasCrossSells = false
    var hasCustomAmount = false
    var foreign: SandboxForeign?
}
