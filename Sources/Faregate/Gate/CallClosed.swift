extension GatedCall {
    /// A call reported units after it had been settled or refunded. The gate doesn't charge for those units.
    public struct Closed: Error, Sendable, CustomStringConvertible {
        public let action: String
        public let account: AccountID
        /// Zero for a call that was let through without a charge.
        public let call: ChargeID

        public var description: String {
            "\(action) for \(account) reported units after the call was closed (charge \(call)); these units are not charged"
        }
    }
}
