extension Quote {
    /// The price that a call would have if a rule in shadow mode were enforced.
    public struct ShadowPrice: Hashable, Sendable {
        /// The line of the rule.
        public let rule: Policy.Location
        public let price: Policy.Cost
        /// The price of the quote's units. A price above ``Credits/max`` becomes ``Credits/max``, because shadow mode
        /// must not refuse.
        public let cost: Credits

        init(rule: Policy.Location, price: Policy.Cost, units: Units) {
            self.rule = rule
            self.price = price
            cost = (try? price.hold(for: units.known(to: price))) ?? .max
        }
    }
}
