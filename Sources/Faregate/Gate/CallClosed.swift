/// A call reported what it used after it had been settled or refunded: that use isn't charged.
public struct CallClosed: Error, Sendable, CustomStringConvertible {
    public let action: String
    public let account: AccountID
    /// Zero for a call that was let through without a charge.
    public let call: ChargeID

    public var description: String {
        "\(action) for \(account) reported a use after the call was closed (charge \(call)); that use isn't charged"
    }
}
