import Faregate

/// What another business does that has the same account at the provider.
public enum SandboxForeign: String, Sendable, CaseIterable {
    /// Somebody pays in a checkout of another shop's, whose metadata is that shop's.
    case sale
    /// Somebody pays by a payment link, in whose address a customer can type anything: a reference at Stripe, metadata at
    /// Dodo.
    case link
    /// A subscription is charged.
    case subscription
    /// A refund names no payment: Stripe's of a customer's cash balance. Dodo's always do, so it is one of a sale there.
    case strayRefund
}

extension PaymentSandbox {
    /// Lets another business at the same account earn 15.00 USD, paid at once. More can be done at it like at any checkout.
    ///
    /// - Parameters:
    ///   - kind: what it sells, and how.
    ///   - typed: what the customer types in the address of a link.
    /// - Returns: the id by which the sandbox knows it.
    @discardableResult
    public func addForeign(_ kind: SandboxForeign, typed: String = "") -> String {
        withBooks { books, now in
            var mint = books.mint(provider, at: now)
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
            books.keep(checkout, mint)
            try? wire.perform(.pay, on: id, &books, at: now)
            if kind == .strayRefund { try? wire.perform(.refund(500), on: id, &books, at: now) }
            return id
        }
    }

    /// As when somebody deletes a customer at the provider.
    public func deleteCustomer(_ id: String) {
        withBooks { books, _ in books.customers[id] = nil }
    }
}

/// A customer of the provider's own.
struct SandboxCustomer: Sendable {
    let id: String
    let email: String?
    let name: String?
    let metadata: [SandboxJSON.Member]
    let createdAt: Timestamp
}

/// What a checkout was opened with besides.
struct SandboxTerms: Sendable {
    var customer: String?
    var locale: String?
    var automaticTax = false
    var collectsTaxIDs = false
    var createsInvoice = false
    /// Whether the customer can type a code.
    var allowsCodes = false
    /// The codes that there are.
    var codes: [SandboxOffers.Coupon] = []
    /// What all of it costs in further currencies, where Checkout may choose.
    var otherPrices: [Money] = []
    /// What the customer paid in another currency, by Adaptive Pricing.
    var presentment: Money?
    var hasCrossSells = false
    var hasCustomAmount = false
    var foreign: SandboxForeign?
}
