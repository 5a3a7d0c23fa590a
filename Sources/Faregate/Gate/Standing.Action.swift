extension Standing {
    /// The account's standing for one action.
    public struct Action: Sendable, Hashable, Codable {
        public let name: String
        /// The name for people.
        public let title: String
        public let mode: Policy.Mode
        /// The price for the account's plan, in words: `10`, or `1 + 0.004 per output_tokens`. Rules that test other
        /// attributes may set another price.
        public let price: String
        /// Whether the price doesn't depend on units.
        public let isFixed: Bool
        /// The attribute that names a call's model, if the price depends on it: then ``cost`` and ``refusal`` are those
        /// of the cheapest model. Nil if the price is the same for all models.
        public let modelAttribute: String?
        /// The credits taken when a call starts: the price of the policy's `hold`; 0 if the action isn't enforced.
        public let cost: Credits
        /// The units that a call is assumed to use until it is settled.
        public let hold: Units
        public let isKeyRequired: Bool
        /// Why a call with a new key would be refused; nil if it would be let through.
        public let refusal: Standing.Refusal?
        public let limits: [Standing.Limit]

        /// Whether a call would be let through.
        public var passes: Bool { refusal == nil }

        private enum CodingKeys: String, CodingKey {
            case name, title, mode, price, isFixed, modelAttribute, cost, hold, isKeyRequired, refusal, limits
        }
    }
}
