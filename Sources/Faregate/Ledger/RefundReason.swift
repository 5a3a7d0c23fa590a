/// Why a charge was refunded: an open set, kept with the charge. Never holds text from outside.
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
    /// The server refunded it: ``GatedCall/refund()``.
    public static let requested = RefundReason(rawValue: "requested")
    /// The server kept no reference to it, and had neither settled nor refunded it.
    public static let dropped = RefundReason(rawValue: "dropped")
    /// The server shut down and waited no longer for it.
    public static let shutDown = RefundReason(rawValue: "shut-down")
    /// The process that held it gave no sign of life.
    public static let abandoned = RefundReason(rawValue: "abandoned")
}
