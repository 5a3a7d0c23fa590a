/// The metadata that is sent with an order to its provider, so that a ledger restored from an old backup can recover
/// the purchase. The provider returns it with its orders; a person decides whether to trust it.
extension Purchase {
    /// Names of at most 40 bytes and values of at most 255, which providers store with an order.
    ///
    /// [Stripe: metadata](https://docs.stripe.com/metadata)
    public var metadata: [(name: String, value: String)] {
        var metadata = [
            (Field.purchase, id.rawValue), (Field.account, account.rawValue), (Field.pack, pack),
            (Field.quantity, "\(quantity)"), (Field.credits, "\(credits.rawValue)"),
            (Field.price, "\(price.minorUnits) \(price.currency)"), (Field.policy, policyVersion),
        ]
        if let product { metadata.append((Field.product, product)) }
        if let lifetimeMilliseconds { metadata.append((Field.lifetime, "\(lifetimeMilliseconds)")) }
        if let actions { metadata.append((Field.actions, actions.joined(separator: " "))) }
        if allowsDiscounts { metadata.append((Field.discounts, "allowed")) }
        return metadata.map { (name: $0.rawValue, value: $1) }
    }

    /// The metadata name of the purchase's id.
    public static let metadataName = Field.purchase.rawValue

    /// Reads the purchase that the metadata of an order describes.
    ///
    /// - Parameters:
    ///   - provider: the provider of the order.
    ///   - value: returns the metadata value for a name; nil if there is none.
    /// - Returns: nil unless the metadata describes a complete purchase within all bounds. The id can have at most 160
    ///   bytes, because ledgers use it in references of grants.
    public init?(provider: String, metadata value: (_ name: String) -> String?) {
        func text(_ field: Field) -> String? { value(field.rawValue) }
        func number(_ field: Field) -> Int64? { text(field).flatMap { Int64($0) } }
        let price = text(.price)?.split(separator: " ").map(String.init) ?? []
        guard
            let id = text(.purchase).flatMap({ try? Purchase.ID($0) }), id.rawValue.utf8.count <= 160,
            let account = text(.account).flatMap({ try? AccountID($0) }),
            let pack = text(.pack).flatMap({ try? checked($0, is: "a pack") }),
            let quantity = number(.quantity), (1...1_000_000).contains(quantity),
            let credits = number(.credits).flatMap({ Credits(rawValue: $0) }), credits > .zero,
            price.count == 2, let minorUnits = Int64(price[0]), (1...999_999_999_999).contains(minorUnits),
            price[1].utf8.count == 3, price[1].utf8.allSatisfy(Ascii.isLetter),
            let policyVersion = text(.policy).flatMap({ try? checked($0, is: "a policy's version") })
        else { return nil }
        let lifetime = number(.lifetime)
        guard text(.lifetime) == nil || lifetime.map({ $0 > 0 }) == true else { return nil }
        let actions = text(.actions).map { Set($0.split(separator: " ").map(String.init)).sorted() }
        guard actions?.isEmpty != true, text(.actions)?.utf8.count ?? 0 <= Policy.maximumPurposeLength else {
            return nil
        }
        self.init(
            id: id,
            provider: provider,
            account: account,
            pack: pack,
            product: text(.product).flatMap { try? checked($0, is: "a product") },
            quantity: Int(quantity),
            credits: credits,
            price: Money(minorUnits: minorUnits, currency: price[1]),
            lifetimeMilliseconds: lifetime,
            actions: actions,
            policyVersion: policyVersion,
            requestKey: nil,
            allowsDiscounts: text(.discounts) == "allowed"
        )
    }

    private enum Field: String {
        case purchase = "faregate_purchase"
        case account = "faregate_account"
        case pack = "faregate_pack"
        case product = "faregate_product"
        case quantity = "faregate_quantity"
        case credits = "faregate_credits"
        case price = "faregate_price"
        case lifetime = "faregate_lifetime_ms"
        case actions = "faregate_for"
        case policy = "faregate_policy"
        case discounts = "faregate_discounts"
    }
}
