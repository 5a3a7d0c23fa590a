extension GatedCall {
    /// The cost of a call so far.
    public struct Metering: Sendable, Hashable {
        /// The price of the reported units, and of quoted units that were not reported.
        public let cost: Credits
        /// The credits that the charge holds.
        public let held: Credits
        /// Whether the account has spent its last credit and can't pay for more.
        public let isExhausted: Bool
    }
}
