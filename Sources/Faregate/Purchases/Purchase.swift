/// One order at a payment provider.
///
/// What it is worth is settled when the checkout is made and recorded here; nothing that a browser or a provider
/// says later changes it.
public struct Purchase: Sendable, Hashable {
    /// Ours: made before the provider is asked, sent along as metadata, so that an answer that got lost
    /// doesn't lose the purchase.
    public let id: PurchaseID
    public let provider: String
    public let account: AccountID
    public let pack: String
    public let credits: Credits
    public let price: Money
    public let policyVersion: String

    public init(
        id: PurchaseID,
        provider: String,
        account: AccountID,
        pack: Pack,
        policyVersion: String
    ) {
        self.id = id
        self.provider = provider
        self.account = account
        self.pack = pack.name
        self.credits = pack.credits
        self.price = pack.price
        self.policyVersion = policyVersion
    }
}

/// Names a purchase: unguessable, so that it can serve as the idempotency key at the provider.
public struct PurchaseID: Identifier {
    public let rawValue: String

    /// - Throws: ``InvalidInput`` unless it is 1 to 255 bytes of UTF-8 without control characters.
    public init(_ string: String) throws(InvalidInput) {
        rawValue = try checked(string, is: "a purchase id")
    }

    /// A new one: 128 random bits.
    public static func random() -> PurchaseID {
        PurchaseID(unchecked: "pur_" + hexadecimal([UInt8].random(count: 16)))
    }

    private init(unchecked: String) {
        rawValue = unchecked
    }
}
