import Faregate

extension Context {
    /// The format of options for a time in the past.
    static let momentHelp = "2026-11-14, 2026-11-14T09:30:00Z, or how long ago: 7d, 12h"

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
