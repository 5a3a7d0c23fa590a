public import Foundation

extension Purchase {
    /// The payer and the receipt, as reported by the provider: personal data. Missing fields are nil.
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

/// Printing hides the content, so that a logged purchase or event doesn't reveal who paid.
extension Purchase.BillingDetails: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "•••" }
    public var debugDescription: String { description }
    /// Without children, so that `dump` shows nothing either.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
