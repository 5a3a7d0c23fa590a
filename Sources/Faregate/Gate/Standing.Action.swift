extension Standing {
    /// What the account may do of one action.
    public struct Action: Sendable, Hashable, Codable {
        public let name: String
        /// What people call it.
        public let title: String
        public let mode: Policy.Mode
        /// The price for the account's plan, in words: `10`, or `1 + 1/250 per output_tokens`. Rules that look at other
        /// attributes may set another.
        public let price: String
        /// Whether the price is the same whatever a call uses.
        public let isFixed: Bool
        /// What a call takes at first: the price of what the policy's `hold` says. 0 where the action isn't enforced.
        public let cost: Credits
        /// What a call is assumed to use until the real use is known.
        public let hold: Units
        public let isKeyRequired: Bool
        /// Why a call would be refused, where its key is new; nil where it would be let through.
        public let refusal: Standing.Refusal?
        public let limits: [Standing.Limit]

        /// Whether a call would be let through.
        public var passes: Bool { refusal == nil }

        private enum CodingKeys: String, CodingKey {
            case name, title, mode, price, isFixed, cost, hold, isKeyRequired, refusal, limits
        }
    }
}
