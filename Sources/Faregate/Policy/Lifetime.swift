/// How long something lasts: `"90d"`, or by the calendar `"6mo"` and `"1y"`.
public enum Lifetime: Hashable, Sendable {
    /// Always the same length; a day has 24 hours.
    case fixed(milliseconds: Int64)
    /// To the same day and local time so many months later, or the last day of a month that has no such day.
    case months(Int)

    /// When something that begins at that moment ends.
    ///
    /// - Parameters:
    ///   - moment: the beginning; past the year 9999 nothing ends.
    ///   - calendar: has the policy's time zone.
    public func expiry(from moment: Timestamp, in calendar: WindowCalendar) -> Timestamp {
        switch self {
        case .fixed(let milliseconds): moment.advanced(byMilliseconds: milliseconds)
        case .months(let count):
            moment == moment.withinCalendar ? calendar.advance(moment, months: Int64(count)) : .never
        }
    }
}

extension Lifetime: CustomStringConvertible {
    /// As a policy file writes it.
    public var description: String {
        switch self {
        case .fixed(let milliseconds): durationText(milliseconds: milliseconds)
        case .months(let count): count.isMultiple(of: 12) ? "\(count / 12)y" : "\(count)mo"
        }
    }
}
