extension Policy.Limit {
    /// The stretch of time in which a limit counts.
    #if hasAttribute(nonexhaustive)
        @nonexhaustive
    #endif
    public enum Window: Hashable, Sendable, CustomStringConvertible {
        /// Aligned with the calendar of the policy's time zone: `"per": "day"`.
        case per(CalendarUnit)
        /// The time that has just passed: `"within": "24h"`.
        case within(Duration)

        /// As it stands in a policy file: "per day", "within 24h".
        public var description: String {
            switch self {
            case .per(let unit): "per \(unit.rawValue)"
            case .within(let duration): "within \(durationText(milliseconds: duration.milliseconds))"
            }
        }

        /// A refund gives windows of an hour and longer their count back; a shorter one protects against bursts
        /// of failing calls too.
        var givesBack: Bool {
            switch self {
            case .per(let unit): unit != .minute
            case .within(let duration): duration >= .seconds(3600)
            }
        }
    }
}
