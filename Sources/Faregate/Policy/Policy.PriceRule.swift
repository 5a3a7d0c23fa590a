extension Policy {
    /// Another price for calls whose attributes meet every condition.
    package struct PriceRule: Sendable {
        package let conditions: [Condition]
        package let pricing: Pricing
        /// In shadow mode, a match is recorded and the next rule that matches sets the price.
        package let mode: Mode
        package let location: Location

        package init(conditions: [Condition], cost: Pricing, mode: Mode = .enforce, location: Location) {
            self.conditions = conditions
            self.pricing = cost
            self.mode = mode
            self.location = location
        }

        func accepting(unitsOf other: Cost) -> PriceRule {
            PriceRule(conditions: conditions, cost: pricing.accepting(unitsOf: other), mode: mode, location: location)
        }
    }
}
