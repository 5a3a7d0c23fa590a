extension Quote {
    /// Why a price in shadow mode would refuse the call if it were enforced: it can't price the call.
    public struct ShadowRefusal: Hashable, Sendable {
        /// The line of the price.
        public let rule: Policy.Location
        /// For the log: names the model or unit that has no price.
        public let reason: String
    }
}
