extension Purchase {
    /// So many of a product, by what its provider calls it: the id of a price or a product there.
    public struct ProductCount: Sendable, Hashable, Codable {
        public let product: String
        /// At least 1.
        public let quantity: Int64

        public init(product: String, quantity: Int64) {
            self.product = product
            self.quantity = quantity
        }

        /// A product goes by 1 to 255 bytes without control characters.
        var isFit: Bool {
            quantity >= 1 && (try? checked(product, is: "a product")) != nil
        }
    }
}

extension Purchase.ProductCount: CustomStringConvertible {
    /// `2 × price_1`
    public var description: String { "\(quantity) × \(product)" }
}
