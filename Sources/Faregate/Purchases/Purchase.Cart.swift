extension Purchase {
    /// The products that a payment is for, as reported by its provider.
    ///
    /// A cart has one canonical form: each product once, sorted by id, so that equal carts have equal bytes. Only the
    /// first two products are stored: a purchase has one product, so two are enough to recognise a mismatch. Further
    /// products, and lines that can't be read, are only counted; they are a mismatch too.
    public struct Cart: Sendable, Hashable {
        /// The largest number of stored products. Two ids of 255 bytes fit into a ledger's row even if JSON doubles
        /// each byte.
        public static let maximumCount = 2

        /// At most ``maximumCount``, in the order of their ids.
        public let products: [ProductCount]
        /// The number of further products, and of lines that are invalid or can't be read.
        public let others: Int64

        /// Returns nil for an empty cart.
        ///
        /// - Parameters:
        ///   - lines: in any order. Lines with the same product are added up, to at most `Int64.max`. A line without a
        ///     valid product id, or with a quantity below 1, is counted in ``others``.
        ///   - others: the number of lines that can't be read.
        public init?(_ lines: some Sequence<ProductCount>, others: Int64 = 0) {
            // Compare bytes: Swift treats two spellings of a letter as equal.
            var counts: [[UInt8]: Int64] = [:]
            var others = max(0, others)
            for line in lines {
                if line.isValid {
                    counts[Array(line.product.utf8), default: 0].addUpToMaximum(line.quantity)
                } else {
                    others.addUpToMaximum(1)
                }
            }
            guard !counts.isEmpty || others > 0 else { return nil }
            let sorted = counts.sorted { $0.key.lexicographicallyPrecedes($1.key) }
            products = sorted.prefix(Cart.maximumCount).map { name, quantity in
                ProductCount(product: String(decoding: name, as: UTF8.self), quantity: quantity)
            }
            others.addUpToMaximum(Int64(sorted.count - products.count))
            self.others = others
        }

        /// Whether the cart holds exactly this product in this quantity, and nothing else.
        public func isExactly(_ sold: ProductCount) -> Bool { others == 0 && products == [sold] }
    }
}

extension Purchase.Cart: CustomStringConvertible {
    /// `1 × price_1, 2 × price_2 and 3 more`
    public var description: String {
        let told = products.map(\.description).joined(separator: ", ")
        if others == 0 { return told }
        return told.isEmpty ? "\(others) that can't be read" : "\(told) and \(others) more"
    }
}

extension Int64 {
    mutating func addUpToMaximum(_ other: Int64) {
        let (sum, overflow) = addingReportingOverflow(other)
        self = overflow ? .max : sum
    }
}
