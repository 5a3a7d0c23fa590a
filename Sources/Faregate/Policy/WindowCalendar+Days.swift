/// Days as people write them.
extension WindowCalendar {
    /// The local day of a moment, as in `2026-11-21`.
    package func dayText(of moment: Timestamp) -> String {
        let midnight = Timestamp(rawValue: localTime(of: moment.withinCalendar).day * millisecondsPerDay)
        return String(midnight.description.prefix { $0 != "T" })
    }

    /// The first moment of a local day that is written as `2026-11-21`; nil if there is no such day.
    package func firstMoment(ofDay text: String) -> Timestamp? {
        guard let midnight = Timestamp(day: text)?.withinCalendar.rawValue else { return nil }
        let noon = midnight + millisecondsPerDay / 2
        return window(.day, containing: Timestamp(rawValue: noon - offset(at: noon))).lowerBound
    }
}
