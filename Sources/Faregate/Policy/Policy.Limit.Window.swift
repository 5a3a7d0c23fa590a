extension Policy.Limit {
    /// The time window in which a limit counts.
    #if hasAttribute(nonexhaustive)
    @nonexhaustive
    #endif
    public enum Window: Hashable, Sendable, CustomStringConvertible {
        /// Aligned with the calendar of the policy's time zone: `"per": "day"`.
        case per(CalendarUnit)
        /// Rolling, up to now: `"within": "24h"`.
        case within(Duration)

        /// In the words of a policy file: "per day", "within 24h".
        public var description: String {
            switch self {
            case .per(let unit): "per \(unit.rawValue)"
            case .within(let duration): "within \(durationText(milliseconds: duration.milliseconds))"
            }
        }

        /// Whether a refund subtracts the call from the count: for windows of an hour or longer. Shorter windows also
        /// protect against bursts of failing calls.
        var givesBack: Bool {
            switch self {
            case .per(let unit): unit != .minute
            case .within(let duration): duration >= .seconds(3600)
            }
        }
    }
}
