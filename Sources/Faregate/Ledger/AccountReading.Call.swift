extension AccountReading {
    /// What would become of a call.
    public struct Call: Sendable, Hashable {
        /// Nil where it would be let through.
        public var refusal: ChargeRefusal?
        /// In the order of the call's limits.
        public var limits: [LimitUse]

        public init(refusal: ChargeRefusal?, limits: [LimitUse]) {
            self.refusal = refusal
            self.limits = limits
        }
    }
}
