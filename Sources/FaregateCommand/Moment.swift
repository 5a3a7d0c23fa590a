import Faregate
import Foundation

extension Context {
    /// The format of options for a time in the past.
    static let momentHelp = "2026-11-14, 2026-11-14T09:30:00Z, or how long ago: 7d, 12h"

    /// The format of options for a time in the future.
    static let endHelp = "how long from now: 14d, 2w, 1y; or the last day, 2026-12-31; or a time, 2026-12-31T12:00:00Z"

    /// The time in the future that an option names. A day ends at midnight in the policy's time zone.
    ///
    /// - Returns: nil if the option is not given.
    func end(_ option: String) throws -> Timestamp? {
        guard let text = try arguments.value(option) else { return nil }
        let now = clock.now
        let day: Int64 = 86_400_000
        let length = durationMilliseconds(parsing: text, in: durationUnits + [("y", 365 * day)])
        let end =
            try length.map { now.advanced(byMilliseconds: $0) }
            ?? Timestamp(text) ?? endOfDay(text)
        guard let end else { throw Failure.misuse("--\(option) takes \(Context.endHelp); not \"\(text)\"") }
        guard end > now, end < .calendarEnd else {
            throw Failure.misuse("--\(option) takes a time between now and the year 9999, not \"\(text)\"")
        }
        return end
    }

    private func endOfDay(_ text: String) throws -> Timestamp? {
        let calendar = try reportCalendar()
        return calendar.firstMoment(ofDay: text).map { calendar.window(.day, containing: $0).upperBound }
    }

    /// The time in the past that an option names. Days are those of ``reportCalendar()``.
    ///
    /// - Returns: nil if the option is not given.
    func moment(_ option: String) throws -> Timestamp? {
        guard let text = try arguments.value(option) else { return nil }
        let now = clock.now
        if let milliseconds = durationMilliseconds(parsing: text, in: durationUnits), milliseconds <= now.rawValue {
            return now.advanced(byMilliseconds: -milliseconds)
        }
        guard let moment = try Timestamp(text) ?? reportCalendar().firstMoment(ofDay: text), moment <= now else {
            throw Failure.misuse(
                "--\(option) takes a day or a time in the past, 2026-11-14 or 2026-11-14T09:30:00Z, or how long ago: 7d"
            )
        }
        return moment
    }

    /// The time at which the period of a report begins or ends. Days and months are those of ``reportCalendar()``.
    ///
    /// - Returns: nil if the option is not given.
    func reportMoment(_ option: Option) throws -> Timestamp? {
        guard let text = try arguments.value(option.name) else { return nil }
        let now = clock.now
        if let milliseconds = durationMilliseconds(parsing: text, in: durationUnits), milliseconds <= now.rawValue {
            return now.advanced(byMilliseconds: -milliseconds)
        }
        if text == "month" { return try reportCalendar().window(.month, containing: now).lowerBound }
        if text == "last-month" {
            let calendar = try reportCalendar()
            let start = calendar.window(.month, containing: now).lowerBound
            return calendar.window(.month, containing: start.advanced(byMilliseconds: -1)).lowerBound
        }
        if text.hasSuffix("mo"), let months = Int64(text.dropLast(2)), (1...1200).contains(months) {
            return try reportCalendar().advance(now, months: -months)
        }
        if let moment = Timestamp(text) { return moment }
        if let day = try reportCalendar().firstMoment(ofDay: text) { return day }
        try refuseWithoutZone(text, option)
        throw Failure.misuse(
            "--\(option.name) takes a day (2026-11-14), a time (2026-11-14T09:30:00Z), how long ago (7d, 4w, 1mo), "
                + "or month or last-month for the beginning of this or the last month; not \"\(text.printable)\""
        )
    }

    /// The time that `--at` names, to find the policy that is in force then; now without that option.
    func momentOfPolicy() throws -> Timestamp {
        guard let text = try arguments.value(Option.at.name) else { return clock.now }
        if let moment = Timestamp(text) { return moment }
        // The files say in which time zone the day begins.
        if let moment = try policy().calendar.firstMoment(ofDay: text) { return moment }
        try refuseWithoutZone(text, .at)
        throw Failure.misuse("--at takes a day, such as 2027-01-01, or a date and time, not \"\(text)\"")
    }

    private func refuseWithoutZone(_ text: String, _ option: Option) throws {
        guard Timestamp(text + "Z") != nil else { return }
        throw Failure.misuse("--\(option.name) needs the time zone too: \(text)Z for UTC, or \(text)+01:00")
    }

    /// The calendar of the policy's time zone, or of UTC if there is no policy.
    func reportCalendar() throws -> WindowCalendar {
        try policyIfAny()?.calendar ?? WindowCalendar(timeZone: .gmt)
    }

    /// The period that `--since` and `--until` name.
    func reportPeriod() throws -> Range<Timestamp> {
        let since = try reportMoment(.since) ?? Timestamp(rawValue: .min)
        let until = try reportMoment(.until) ?? .never
        guard since < until else { throw Failure.misuse("--until must be later than --since") }
        return since..<until
    }
}

extension Option {
    static let at = Option(
        name: "at", value: "DATE",
        help: "the policy of this day, or of this time, with the announced changes of the files"
    )
    static let since = Option(
        name: "since", value: "WHEN",
        help: "from this day or time on: 2026-11-14, 7d, 4w, 1mo, month or last-month (calendar months)"
    )
    static let until = Option(
        name: "until", value: "WHEN", help: "up to the beginning of this day, this time, or month")
}

extension Range<Timestamp> {
    /// ` since 2026-11-01T00:00:00Z until …`; empty for all time.
    var words: String {
        let since = lowerBound.rawValue == .min ? "" : " since \(lowerBound.toSecond)"
        return since + (upperBound == .never ? "" : " until \(upperBound.toSecond)")
    }
}
