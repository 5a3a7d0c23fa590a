extension Purchase {
    /// A quantity of a product, by the provider's id of the price or product.
    public struct ProductCount: Sendable, Hashable, Codable {
        public let product: String
        /// 1 or more; a ``Cart`` counts a line with less in ``Cart/others``.
        public let quantity: Int64

        public init(product: String, quantity: Int64) {
            self.product = product
            self.quantity = quantity
        }

        /// Whether the quantity is at least 1, and the product has 1 to 255 bytes without control characters.
        var isValid: Bool {
            quantity >= 1 && (try? checked(product, is: "a product")) != nil
        }
    }
}

extension Purchase.ProductCount: CustomStringConvertible {
    /// `2 × price_1`
    public var description: String { "\(quantity) × \(product)" }
}
