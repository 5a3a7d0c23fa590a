public import Foundation

/// Finds the calendar window that a moment lies in, in the policy's time zone, daylight saving included.
///
/// The window found last is remembered per unit: nearly every call lies in the same one as the call before.
public final class WindowCalendar: Sendable {
    public let timeZone: TimeZone
    private let calendar: Calendar
    private let latest = Mutex<[CalendarUnit: Range<Timestamp>]>([:])

    public init(timeZone: TimeZone) {
        self.timeZone = timeZone
        var calendar = Calendar(identifier: .iso8601)
        calendar.timeZone = timeZone
        self.calendar = calendar
    }

    /// The window of that unit which contains the moment: from its first millisecond up to the next one's first.
    public func window(_ unit: CalendarUnit, containing moment: Timestamp) -> Range<Timestamp> {
        latest.withLock { latest in
            if let window = latest[unit], window.contains(moment) { return window }
            let window = compute(unit, containing: moment)
            latest[unit] = window
            return window
        }
    }

    private func compute(_ unit: CalendarUnit, containing moment: Timestamp) -> Range<Timestamp> {
        guard let interval = calendar.dateInterval(of: unit.component, for: moment.date) else {
            // Only a date outside the calendar's range gets here; a window of that one moment admits nothing twice.
            return moment..<moment.advanced(byMilliseconds: 1)
        }
        return Timestamp(interval.start)..<Timestamp(interval.end)
    }
}

extension CalendarUnit {
    fileprivate var component: Calendar.Component {
        switch self {
        case .minute: .minute
        case .hour: .hour
        case .day: .day
        case .week: .weekOfYear
        case .month: .month
        case .year: .year
        }
    }
}
