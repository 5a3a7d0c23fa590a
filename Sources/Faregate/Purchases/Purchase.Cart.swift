extension Purchase {
    /// What a payment is for, as its provider tells it.
    ///
    /// It has one form, however it was told: each product once, in the order of their ids, so that the same cart always is
    /// the same bytes. It is short, too: ours hold one product, so of a longer one the first two are enough to know it from
    /// ours. What else is in it is counted: further products, and lines that nobody can read, which are not what was sold
    /// either.
    public struct Cart: Sendable, Hashable {
        /// Two of 255 bytes, each of which JSON may write as two, still fit into a ledger's row.
        public static let maximumCount = 2

        /// At most ``maximumCount``, in the order of their ids.
        public let products: [ProductCount]
        /// How many lines there are besides.
        public let others: Int64

        /// Nil for an empty cart: it says nothing.
        ///
        /// - Parameters:
        ///   - lines: in any order. Those of one product are added up, to `Int64.max` at most; one of no product, or of less
        ///     than one, is counted among the others.
        ///   - others: lines that are known to be there, and nothing more.
        public init?(_ lines: some Sequence<ProductCount>, others: Int64 = 0) {
            // By their bytes: Swift takes two spellings of a letter for one.
            var counts: [[UInt8]: Int64] = [:]
            var others = max(0, others)
            for line in lines {
                if line.isFit {
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

        /// Whether it holds so many of the product, and nothing else.
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
