import Faregate

extension Context {
    /// The format of options for a time in the past.
    static let momentHelp = "2026-11-14, 2026-11-14T09:30:00Z, or how long ago: 7d, 12h"

    /// The format of options for a time in the future.
    static let endHelp = "how long from now: 14d, 2w, 1y; or the last day, 2026-12-31; or a time, 2026-12-31T12:00:00Z"

    /// The time in the future that an option names. A day ends at midnight UTC.
    ///
    /// - Returns: nil if the option is not given.
    func end(_ option: String) throws -> Timestamp? {
        guard let text = try arguments.value(option) else { return nil }
        let now = clock.now
        let day: Int64 = 86_400_000
        let length = durationMilliseconds(parsing: text, in: durationUnits + [("y", 365 * day)])
        let end =
            length.map { now.advanced(byMilliseconds: $0) }
            ?? Timestamp(day: text).map { $0.advanced(byMilliseconds: day) } ?? Timestamp(text)
        guard let end else { throw Failure.misuse("--\(option) takes \(Context.endHelp); not \"\(text)\"") }
        guard end > now, end < .calendarEnd else {
            throw Failure.misuse("--\(option) takes a time between now and the year 9999, not \"\(text)\"")
        }
        return end
    }

    /// The time in the past that an option names. A day begins at midnight UTC.
    ///
    /// - Returns: nil if the option is not given.
    func moment(_ option: String) throws -> Timestamp? {
        guard let text = try arguments.value(option) else { return nil }
        let now = clock.now
        if let milliseconds = durationMilliseconds(parsing: text, in: durationUnits), milliseconds <= now.rawValue {
            return now.advanced(byMilliseconds: -milliseconds)
        }
        guard let moment = Timestamp(day: text) ?? Timestamp(text), moment <= now else {
            throw Failure.misuse(
                "--\(option) takes a day or a time in the past, 2026-11-14 or 2026-11-14T09:30:00Z, or how long ago: 7d"
            )
        }
        return moment
    }
}
