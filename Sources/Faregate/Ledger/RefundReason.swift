/// Why a charge was refunded; recorded with the charge. Later versions may add reasons. It never contains text
/// from users or other systems.
public struct RefundReason: RawRepresentable, Hashable, Sendable, Codable {
    public let rawValue: String

    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The handler threw.
    public static let threw = RefundReason(rawValue: "threw")
    /// The handler returned a response that counts as a failure.
    public static let failedResponse = RefundReason(rawValue: "failed-response")
    /// The task was cancelled.
    public static let cancelled = RefundReason(rawValue: "cancelled")
    /// The policy's timeout passed.
    public static let timedOut = RefundReason(rawValue: "timed-out")
    /// The server refunded the call: ``GatedCall/refund()``.
    public static let requested = RefundReason(rawValue: "requested")
    /// The server released its last reference to the call without settling or refunding it.
    public static let dropped = RefundReason(rawValue: "dropped")
    /// The server shut down while the call was still open.
    public static let shutDown = RefundReason(rawValue: "shut-down")
    /// The connection to the ledger's database was lost when the call was charged, so the server never learned of the
    /// charge, and refused the call.
    public static let unanswered = RefundReason(rawValue: "unanswered")
    /// The process that held the charge did not renew its lease.
    public static let abandoned = RefundReason(rawValue: "abandoned")
}
