extension GatedCall {
    /// What a call costs so far.
    public struct Metering: Sendable, Hashable {
        /// The price of what was quoted and reported.
        public let cost: Credits
        /// What the charge holds to pay for it.
        public let held: Credits
        /// The account's last credit is spent: it can't pay for anything more.
        public let isExhausted: Bool
    }
}
