public import Faregate
public import Foundation

/// A checkout that is open at the provider: send the customer to its page.
public struct CheckoutSession: Sendable, Hashable {
    /// The provider's id of it.
    public let id: String
    /// The provider's page where the customer pays.
    public let url: URL
    /// Ours.
    public let purchase: PurchaseID
    /// Whether real money moves.
    public let livemode: Bool

    public init(id: String, url: URL, purchase: PurchaseID, livemode: Bool) {
        self.id = id
        self.url = url
        self.purchase = purchase
        self.livemode = livemode
    }
}
