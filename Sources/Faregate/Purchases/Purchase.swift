/// One order at a payment provider.
///
/// What it is worth is settled when the checkout is made and recorded here; nothing that a browser or a provider
/// says later changes it.
public struct Purchase: Sendable, Hashable {
    /// Ours: made before the provider is asked, sent along as metadata, so that an answer that got lost
    /// doesn't lose the purchase.
    public let id: Purchase.ID
    public let provider: String
    public let account: AccountID
    public let pack: String
    /// What the provider calls the pack: the id of a price or a product there. Nil where that isn't on record: then nothing
    /// that a payment is said to be for is held against it.
    public let product: String?
    /// How many of the pack: 1 unless the pack is sold by quantity.
    public let quantity: Int
    /// Of all of them together.
    public let credits: Credits
    /// Of all of them together.
    public let price: Money
    package let lifetimeMilliseconds: Int64?
    /// How long the credits can be spent after they are granted; nil: for good.
    public var lifetime: Duration? { lifetimeMilliseconds.map { .milliseconds($0) } }
    public let policyVersion: String
    /// Names the request that this purchase was made for, so that the request's repeat finds it; nil where none does.
    public let requestKey: String?
    /// Whether the shop lets customers pay less than the price, by a coupon or a code. The credits are the pack's all the
    /// same.
    public let allowsDiscounts: Bool

    /// - Throws: ``InvalidInput`` when the pack is not sold in that quantity, the credits or the price of all of them are
    ///   out of range, or what the provider calls it is no name of 1 to 255 bytes.
    public init(
        id: Purchase.ID,
        provider: String,
        account: AccountID,
        pack: Policy.Pack,
        quantity: Int = 1,
        policyVersion: String,
        requestKey: String? = nil,
        allowsDiscounts: Bool = false
    ) throws(InvalidInput) {
        self.id = id
        self.provider = provider
        self.account = account
        self.pack = pack.name
        product = try pack.products[provider].map { text throws(InvalidInput) in
            try checked(text, is: "the pack's product at \(provider)")
        }
        self.quantity = quantity
        credits = try pack.credits(for: quantity)
        price = try pack.price(for: quantity)
        lifetimeMilliseconds = pack.lifetimeMilliseconds
        self.policyVersion = policyVersion
        self.requestKey = requestKey
        self.allowsDiscounts = allowsDiscounts
    }

    /// As it is on record.
    package init(
        id: Purchase.ID,
        provider: String,
        account: AccountID,
        pack: String,
        product: String?,
        quantity: Int,
        credits: Credits,
        price: Money,
        lifetimeMilliseconds: Int64?,
        policyVersion: String,
        requestKey: String?,
        allowsDiscounts: Bool
    ) {
        self.id = id
        self.provider = provider
        self.account = account
        self.pack = pack
        self.product = product
        self.quantity = quantity
        self.credits = credits
        self.price = price
        self.lifetimeMilliseconds = lifetimeMilliseconds
        self.policyVersion = policyVersion
        self.requestKey = requestKey
        self.allowsDiscounts = allowsDiscounts
    }
}

extension Purchase {
    /// What a payment of it is for; nil where the product isn't on record.
    public var sold: Purchase.ProductCount? {
        product.map { Purchase.ProductCount(product: $0, quantity: Int64(quantity)) }
    }

    /// Whether it was sold for this amount: what was paid and the discount are the price, with the tax within it or on top.
    /// Where a discount is allowed and nobody says how large it was, the price is the most that can be paid before tax.
    package func isPrice(_ amount: Money, tax: Int64, discount: Purchase.Discount = .none) -> Bool {
        guard amount.currency == price.currency, discount == .none || allowsDiscounts else { return false }
        let (net, isOutOfRange) = amount.minorUnits.subtractingReportingOverflow(tax)
        guard let less = discount.minorUnits else { return !isOutOfRange && (0...price.minorUnits).contains(net) }
        let (asked, isNegative) = price.minorUnits.subtractingReportingOverflow(less)
        guard !isNegative, asked >= 0 else { return false }
        return amount.minorUnits == asked || !isOutOfRange && net == asked
    }
}
