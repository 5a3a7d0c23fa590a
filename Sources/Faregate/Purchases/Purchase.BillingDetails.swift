public import Foundation

extension Purchase {
    /// Who paid and where the receipt is, as the provider gave it: personal data. Fields that are not told are nil.
    public struct BillingDetails: Sendable, Hashable, Codable {
        public var name: String?
        public var email: String?
        /// In the order of an envelope: lines, city, postal code, state, country.
        public var address: [String]
        /// The provider's receipt or invoice for the customer.
        public var receipt: URL?

        public init(name: String? = nil, email: String? = nil, address: [String] = [], receipt: URL? = nil) {
            self.name = name
            self.email = email
            self.address = address
            self.receipt = receipt
        }
    }
}

/// It doesn't print itself: a purchase or an event that is logged tells nobody who paid.
extension Purchase.BillingDetails: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "•••" }
    public var debugDescription: String { description }
    /// Without children, so that `dump` shows nothing either.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
