import Faregate
import Foundation

extension Context {
    /// The format of options for a time in the past.
    static let momentHelp = "2026-11-14, 2026-11-14T09:30:00Z, or how long ago: 12h, 7d, 1mo"

    /// The format of options for a time in the future.
    static let endHelp = "how long from now: 14d, 1mo, 1y; or the last day, 2026-12-31; or a time, 2026-12-31T12:00:00Z"

    /// The time in the future that an option names. A day ends at midnight in the policy's time zone.
    ///
    /// - Returns: nil if the option is not given.
    func end(_ option: String) throws -> Timestamp? {
        guard let text = try arguments.value(option) else { return nil }
        let now = clock.now
        let end = try later(by: text, of: option, than: now) ?? Timestamp(text) ?? endOfDay(text)
        guard let end else { throw Failure.misuse("--\(option) takes \(Context.endHelp); not \"\(text)\"") }
        guard end > now, end < .calendarEnd else {
            throw Failure.misuse("--\(option) takes a time between now and the year 9999, not \"\(text)\"")
        }
        return end
    }

    private func later(by text: String, of option: String, than now: Timestamp) throws -> Timestamp? {
        if let milliseconds = milliseconds(text, of: option) { return now.advanced(byMilliseconds: milliseconds) }
        return try months(text).map { try reportCalendar().advance(now, months: $0) }
    }

    /// A fixed length of time, `7d`. For minutes (`m`), it prints a note, because months may have been meant.
    private func milliseconds(_ text: String, of option: String) -> Int64? {
        guard let milliseconds = durationMilliseconds(parsing: text, in: durationUnits) else { return nil }
        if text.hasSuffix("m") {
            let number = milliseconds / 60_000
            Output.error("--\(option) \(text) means \(count(number, "minute")); for months, write \(number)mo")
        }
        return milliseconds
    }

    /// `6mo` or `1y`.
    private func months(_ text: String) -> Int64? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int64(digits), (1...1200).contains(number) else { return nil }
        return ["mo": number, "y": 12 * number][text.dropFirst(digits.count)]
    }

    private func endOfDay(_ text: String) throws -> Timestamp? {
        let calendar = try reportCalendar()
        return calendar.firstMoment(ofDay: text).map { calendar.window(.day, containing: $0).upperBound }
    }

    /// The time in the past that an option names. Days and months are those of ``reportCalendar()``.
    ///
    /// - Returns: nil if the option is not given.
    func moment(_ option: String) throws -> Timestamp? {
        guard let moment = try moment(option, in: reportCalendar()) else { return nil }
        guard moment <= clock.now else {
            throw Failure.misuse("--\(option) takes a time in the past, not \(moment.toSecond)")
        }
        return moment
    }

    /// The time at which the period of a report begins or ends. Days and months are those of ``reportCalendar()``.
    ///
    /// - Returns: nil if the option is not given.
    func reportMoment(_ option: Option) throws -> Timestamp? { try moment(option.name, in: reportCalendar()) }

    /// - Parameter calendar: loads the policy only for a text that needs its time zone.
    private func moment(_ option: String, in calendar: @autoclosure () throws -> WindowCalendar) throws -> Timestamp? {
        guard let text = try arguments.value(option) else { return nil }
        let now = clock.now
        if let milliseconds = milliseconds(text, of: option), milliseconds <= now.rawValue {
            return now.advanced(byMilliseconds: -milliseconds)
        }
        if let months = months(text) { return try calendar().advance(now, months: -months) }
        if text == "month" { return try calendar().window(.month, containing: now).lowerBound }
        if text == "last-month" {
            let calendar = try calendar()
            let start = calendar.window(.month, containing: now).lowerBound
            return calendar.window(.month, containing: start.advanced(byMilliseconds: -1)).lowerBound
        }
        if let moment = try Timestamp(text) ?? calendar().firstMoment(ofDay: text) { return moment }
        try refuseWithoutZone(text, option)
        throw Failure.misuse(
            "--\(option) takes a day (2026-11-14), a time (2026-11-14T09:30:00Z), how long ago (7d, 4w, 1mo, 1y), "
                + "or month or last-month for the beginning of this or the last month; not \"\(text.printable)\""
        )
    }

    /// The time that `--at` names, to find the policy that is in force then; now without that option.
    func momentOfPolicy() throws -> Timestamp {
        guard let text = try arguments.value(Option.at.name) else { return clock.now }
        if let moment = Timestamp(text) { return moment }
        // The files say in which time zone the day begins.
        if let moment = try policy().calendar.firstMoment(ofDay: text) { return moment }
        try refuseWithoutZone(text, Option.at.name)
        throw Failure.misuse("--at takes a day, such as 2027-01-01, or a date and time, not \"\(text)\"")
    }

    private func refuseWithoutZone(_ text: String, _ option: String) throws {
        guard Timestamp(text + "Z") != nil else { return }
        throw Failure.misuse("--\(option) needs the time zone too: \(text)Z for UTC, or \(text)+01:00")
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
        help: "use the policy in force on this day or at this time, with changes that the files announce"
    )
    static let since = Option(
        name: "since", value: "WHEN",
        help: "from this day or time on: 2026-11-14, 7d, 4w, 1mo, month or last-month (calendar months)"
    )
    static let until = Option(
        name: "until", value: "WHEN", help: "up to this time, or up to the beginning of this day or month")
}

extension Range<Timestamp> {
    /// ` since 2026-11-01T00:00:00Z until …`; empty for all time.
    var words: String {
        let since = lowerBound.rawValue == .min ? "" : " since \(lowerBound.toSecond)"
        return since + (upperBound == .never ? "" : " until \(upperBound.toSecond)")
    }
}
