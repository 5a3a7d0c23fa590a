extension AccountReading {
    /// The predicted outcome of a call.
    package struct Call: Sendable, Hashable {
        /// Why the call would be refused; nil if it would be let through.
        package var refusal: ChargeRefusal?
        /// In the order of the call's limits.
        package var limits: [LimitUse]

        package init(refusal: ChargeRefusal?, limits: [LimitUse]) {
            self.refusal = refusal
            self.limits = limits
        }
    }
}
