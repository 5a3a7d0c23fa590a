public import Foundation

extension Purchase {
    /// An open checkout at the provider, where the customer can pay.
    public struct Checkout: Sendable, Hashable {
        public let purchase: ID
        /// The provider's id of the checkout.
        public let id: String
        /// The page to send the customer to.
        public let url: URL
        /// When the provider closes the checkout; nil if the provider doesn't say.
        public let expiresAt: Timestamp?

        public init(purchase: ID, id: String, url: URL, expiresAt: Timestamp?) {
            self.purchase = purchase
            self.id = id
            self.url = url
            self.expiresAt = expiresAt
        }
    }
}
