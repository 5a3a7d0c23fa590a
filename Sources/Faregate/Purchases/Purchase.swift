/// One order at a payment provider.
///
/// Its credits and price are fixed and recorded when the checkout is made; nothing that a browser or a provider sends
/// later changes them.
public struct Purchase: Sendable, Hashable {
    /// Faregate's own id. It is made before the request to the provider and sent as metadata, so that a lost answer
    /// doesn't lose the purchase.
    public let id: Purchase.ID
    public let provider: String
    public let account: AccountID
    public let pack: String
    /// The provider's id of the price or product. If it is nil, the products of payments aren't checked.
    public let product: String?
    /// The number of packs: 1 unless the pack is sold in quantities.
    public let quantity: Int
    /// The credits of all packs together.
    public let credits: Credits
    /// The price of all packs together.
    public let price: Money
    package let lifetimeMilliseconds: Int64?
    /// How long the credits can be spent after they are granted; nil for no expiry.
    public var lifetime: Duration? { lifetimeMilliseconds.map { .milliseconds($0) } }
    /// The actions that the credits pay for, by their names at the checkout; nil for all actions.
    public let actions: [String]?
    public let policyVersion: String
    /// Identifies the request that this purchase was made for, so that a retry of the request finds it; nil if there
    /// was none.
    public let requestKey: String?
    /// Whether customers may pay less than the price with a coupon or a code. The credits don't change.
    public let allowsDiscounts: Bool

    /// - Throws: ``InvalidInput`` when the pack is not sold in that quantity, the credits or the price of all of them
    ///   are out of range, or the product id doesn't have 1 to 255 bytes.
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
        actions = pack.actions
        self.policyVersion = policyVersion
        self.requestKey = requestKey
        self.allowsDiscounts = allowsDiscounts
    }

    /// Restores a purchase from its record.
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
        actions: [String]? = nil,
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
        self.actions = actions
        self.policyVersion = policyVersion
        self.requestKey = requestKey
        self.allowsDiscounts = allowsDiscounts
    }
}

extension Purchase {
    /// The product and quantity that a payment should be for; nil if the product isn't recorded.
    public var sold: Purchase.ProductCount? {
        product.map { Purchase.ProductCount(product: $0, quantity: Int64(quantity)) }
    }

    /// Whether this amount matches the price: payment plus discount equals the price, with tax included or on top. If
    /// an allowed discount's amount is unknown, any amount matches that, without its tax, is at most the price.
    package func isPrice(_ amount: Money, tax: Int64, discount: Purchase.Discount = .none) -> Bool {
        guard amount.currency == price.currency, discount == .none || allowsDiscounts else { return false }
        let (net, isOutOfRange) = amount.minorUnits.subtractingReportingOverflow(tax)
        guard let less = discount.minorUnits else { return !isOutOfRange && (0...price.minorUnits).contains(net) }
        let (asked, isNegative) = price.minorUnits.subtractingReportingOverflow(less)
        guard !isNegative, asked >= 0 else { return false }
        return amount.minorUnits == asked || !isOutOfRange && net == asked
    }
}
