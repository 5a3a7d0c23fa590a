import Faregate
import Foundation

/// The time zone in which people read times: the policy's, or UTC without a policy. Times in JSON and CSV are always in
/// UTC.
enum LocalTime {
    @TaskLocal static var calendar = WindowCalendar(timeZone: .gmt)
}

extension Policy.Difference {
    var inWords: String { words { $0.toSecond } }
}

extension Timestamp {
    /// To the second, with the offset from UTC: `2026-11-21T10:30:00+01:00`. Options take a time in this form.
    var toSecond: String { LocalTime.calendar.timeText(of: self) }

    /// To the minute, with the offset from UTC: `2026-11-21 10:30+01:00`.
    var toMinute: String {
        let text = toSecond
        return self == .never ? text : String(text.prefix(16)).replacing("T", with: " ") + text.dropFirst(19)
    }

    /// The time of the day to the second: `10:30:00`.
    var timeOfDay: String { String(toSecond.dropFirst(11).prefix(8)) }
}
