extension Policy {
    /// A product that is sold: credits for a price.
    public struct Pack: Sendable {
        /// The largest quantity in one purchase.
        public static let maximumQuantity = 1_000_000

        public let name: String
        /// The credits of one pack.
        public let credits: Credits
        /// The price of one pack.
        public let price: Money
        /// The quantities that can be bought at once, within 1 to ``maximumQuantity``.
        public let quantities: ClosedRange<Int>
        package let lifetimeMilliseconds: Int64?
        /// How long the credits can be spent after they are granted; nil for no expiry.
        public var lifetime: Duration? { lifetimeMilliseconds.map { .milliseconds($0) } }
        /// The actions that the credits pay for; nil for all actions.
        public let actions: [String]?
        /// The pack's product id at each payment provider that sells it, by the provider's name.
        public let products: [String: String]
        public let location: Location

        package init(
            name: String,
            credits: Credits,
            price: Money,
            quantities: ClosedRange<Int> = 1...1,
            lifetimeMilliseconds: Int64? = nil,
            actions: [String]? = nil,
            products: [String: String] = [:],
            location: Location
        ) {
            self.name = name
            self.credits = credits
            self.price = price
            self.quantities = quantities
            self.lifetimeMilliseconds = lifetimeMilliseconds
            self.actions = actions
            self.products = products
            self.location = location
        }

        /// - Throws: ``InvalidInput`` when the pack is not sold in that quantity, or the credits are out of range.
        public func credits(for quantity: Int) throws(InvalidInput) -> Credits {
            try check(quantity)
            let (product, overflow) = credits.rawValue.multipliedReportingOverflow(by: Int64(quantity))
            guard !overflow, let credits = Credits(rawValue: product) else {
                throw InvalidInput("\(quantity) \"\(name)\" packs are more than \(Credits.max) credits")
            }
            return credits
        }

        /// - Throws: ``InvalidInput`` when the pack is not sold in that quantity, or the price is out of range.
        public func price(for quantity: Int) throws(InvalidInput) -> Money {
            try check(quantity)
            let (product, overflow) = price.minorUnits.multipliedReportingOverflow(by: Int64(quantity))
            guard !overflow, product <= Credits.max.rawValue else {
                throw InvalidInput("\(quantity) \"\(name)\" packs cost more than \(Credits.max) minor units")
            }
            return Money(minorUnits: product, currency: price.currency)
        }

        private func check(_ quantity: Int) throws(InvalidInput) {
            guard quantities.contains(quantity) else {
                let (least, most) = (quantities.lowerBound, quantities.upperBound)
                let several = "in quantities of \(least)" + (least == most ? "" : " to \(most)")
                let range = most == 1 ? "one by one" : several
                throw InvalidInput("the pack \"\(name)\" is sold \(range), not \(quantity) at once")
            }
        }
    }
}
