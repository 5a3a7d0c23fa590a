extension Policy {
    /// Another price for calls whose attributes meet every condition.
    public struct PriceRule: Sendable {
        public let conditions: [Condition]
        public let cost: Cost
        /// In shadow, a match is recorded and the next rule that matches sets the price.
        public let mode: Mode
        public let location: Location

        package init(conditions: [Condition], cost: Cost, mode: Mode = .enforce, location: Location) {
            self.conditions = conditions
            self.cost = cost
            self.mode = mode
            self.location = location
        }

        func matches(_ attributes: Attributes) -> Bool {
            conditions.allSatisfy { $0.holds(for: attributes) }
        }

        func knowing(unitsOf other: Cost) -> PriceRule {
            PriceRule(conditions: conditions, cost: cost.knowing(unitsOf: other), mode: mode, location: location)
        }
    }
}
