public import Foundation

/// A checkout at the provider that can be paid.
public struct OpenCheckout: Sendable, Hashable {
    public let purchase: PurchaseID
    /// The provider's id of it.
    public let id: String
    /// The page to send the customer to.
    public let url: URL
    /// When the provider closes it; nil when it doesn't tell.
    public let expiresAt: Timestamp?

    public init(purchase: PurchaseID, id: String, url: URL, expiresAt: Timestamp?) {
        self.purchase = purchase
        self.id = id
        self.url = url
        self.expiresAt = expiresAt
    }
}

/// All that is on record of a purchase.
public struct PurchaseRecord: Sendable, Hashable {
    public let purchase: Purchase
    /// The provider's id of the checkout.
    public let checkout: String?
    public let position: PurchasePosition
    public let facts: [PurchaseFact]
    public let billing: BillingDetails?
    public let openedAt: Timestamp
    public let paidAt: Timestamp?

    public init(
        purchase: Purchase,
        checkout: String?,
        position: PurchasePosition,
        facts: [PurchaseFact],
        billing: BillingDetails?,
        openedAt: Timestamp,
        paidAt: Timestamp?
    ) {
        self.purchase = purchase
        self.checkout = checkout
        self.position = position
        self.facts = facts
        self.billing = billing
        self.openedAt = openedAt
        self.paidAt = paidAt
    }
}

/// Which purchases are asked for.
public enum PurchaseQuery: Sendable, Hashable {
    case one(PurchaseID)
    /// The one with this checkout.
    case checkout(String, provider: String)
    /// Those whose order goes by any of the provider's names, or that the names hint at.
    case named(PurchaseNames, provider: String)
    case account(AccountID, count: Int)
    /// Those that a person should look at.
    case flagged(count: Int)
    /// Those whose money is on its way: oldest first.
    case awaited(provider: String, count: Int)
    case latest(count: Int)
}
