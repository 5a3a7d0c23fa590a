package import Foundation

/// Finds the calendar window that contains a moment, in the policy's time zone, including daylight saving time.
///
/// The last window of each unit is cached: nearly every call lies in the same window as the previous call.
package final class WindowCalendar: Sendable {
    package let timeZone: TimeZone
    private let latest = Mutex<[Policy.Limit.CalendarUnit: Range<Timestamp>]>([:])

    package init(timeZone: TimeZone) {
        self.timeZone = timeZone
    }

    /// Returns the window of the unit that contains the moment: from its first millisecond up to the next window's
    /// first.
    ///
    /// Windows follow each other without gaps or overlaps, whatever the clocks of the time zone do. All time before the
    /// year 1 is one window, and so is all time after the year 9999.
    package func window(_ unit: Policy.Limit.CalendarUnit, containing moment: Timestamp) -> Range<Timestamp> {
        latest.withLock { latest in
            if let window = latest[unit], window.contains(moment) { return window }
            let window = compute(unit, containing: moment)
            latest[unit] = window
            return window
        }
    }

    private func compute(_ unit: Policy.Limit.CalendarUnit, containing moment: Timestamp) -> Range<Timestamp> {
        let (first, last) = (Timestamp.calendarStart, Timestamp.calendarEnd)
        guard moment >= first else { return Timestamp(rawValue: .min)..<first }
        guard moment < last else { return last..<Timestamp.never }
        let window: Range<Timestamp> =
            switch unit {
            case .minute: clockWindow(of: 60_000, containing: moment)
            case .hour: clockWindow(of: 3_600_000, containing: moment)
            case .day, .week, .month, .year: dateWindow(unit, containing: moment)
            }
        return window.clamped(to: first..<last)
    }
}
