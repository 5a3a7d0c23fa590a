import Foundation

/// Days as people write them.
extension WindowCalendar {
    /// The local day of a moment, as in `2026-11-21`.
    package func dayText(of moment: Timestamp) -> String {
        let midnight = Timestamp(rawValue: localTime(of: moment.withinCalendar).day * millisecondsPerDay)
        return String(midnight.description.prefix { $0 != "T" })
    }

    /// The local time to the second, with its offset from UTC: `2026-11-21T10:30:00+01:00`, or `2026-11-21T09:30:00Z`
    /// in UTC. A time that ``Timestamp/init(_:)`` can't read back in this form is written in UTC: one outside the years
    /// 1 to 9999, or with an offset that isn't whole minutes, as clocks had long ago.
    package func timeText(of moment: Timestamp) -> String {
        guard moment != .never else { return moment.description }
        let minutes = offset(at: moment.rawValue) / 60_000
        guard moment == moment.withinCalendar, minutes * 60_000 == offset(at: moment.rawValue) else {
            return moment.description.prefix { $0 != "." } + "Z"
        }
        let local = moment.advanced(byMilliseconds: minutes * 60_000).description.prefix { $0 != "." }
        guard minutes != 0 else { return local + "Z" }
        let parts = [abs(minutes) / 60, abs(minutes) % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
        return local + (minutes < 0 ? "-" : "+") + parts.joined(separator: ":")
    }

    /// The time zone's name: `Europe/Oslo`. Foundation calls UTC "GMT".
    package var zoneName: String { timeZone.identifier == "GMT" ? "UTC" : timeZone.identifier }

    /// The first moment of a local day that is written as `2026-11-21`; nil if there is no such day.
    package func firstMoment(ofDay text: String) -> Timestamp? {
        guard let midnight = Timestamp(day: text)?.withinCalendar.rawValue else { return nil }
        let noon = midnight + millisecondsPerDay / 2
        return window(.day, containing: Timestamp(rawValue: noon - offset(at: noon))).lowerBound
    }
}
