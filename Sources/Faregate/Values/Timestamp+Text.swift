extension Timestamp: CustomStringConvertible {
    /// RFC 3339 in UTC: `2026-11-21T09:30:00.000Z`. A year before 0 or after 9999 begins with a sign.
    public var description: String {
        if self == .never { return "never" }
        let (day, time) = divideFloored(rawValue, by: millisecondsPerDay)
        let date = CivilDate(dayNumber: day)
        let sign = date.year < 0 ? "-" : date.year > 9999 ? "+" : ""
        let clock = [time / 3_600_000, time / 60_000 % 60, time / 1000 % 60].map { padded($0, 2) }
        return "\(sign)\(padded(abs(date.year), 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
            + "T\(clock.joined(separator: ":")).\(padded(time % 1000, 3))Z"
    }

    private func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}

extension Timestamp {
    /// Parses a date and time in the form of [RFC 3339](https://www.rfc-editor.org/rfc/rfc3339.html#section-5.6) with
    /// capital letters: with or without fractions of a second, in UTC or with an offset. Digits beyond milliseconds are
    /// cut off. Years before 0 or after 9999 have the form of ``description``.
    ///
    /// - Returns: nil when the text has another form, or contains a day or a time that doesn't exist. Leap seconds
    ///   count as nonexistent.
    public init?(_ text: String) {
        var reader = TimeReader(text.utf8)
        guard let date = reader.date(), reader.skip("T"), let time = reader.time(), let offset = reader.offset(),
            reader.isAtEnd,
            let moment = Timestamp(day: date.dayNumber, milliseconds: time - offset)
        else { return nil }
        self = moment
    }

    /// Parses a day, `2026-11-21`, as its midnight in UTC.
    package init?(day text: String) {
        var reader = TimeReader(text.utf8)
        guard let date = reader.date(), reader.isAtEnd else { return nil }
        self.init(day: date.dayNumber, milliseconds: 0)
    }

    /// Nil if the moment doesn't fit into an `Int64`.
    private init?(day: Int64, milliseconds: Int64) {
        // In 128 bits, because the first moment in range lies within a day whose midnight is out of range.
        let sum = Int128(day) * Int128(millisecondsPerDay) + Int128(milliseconds)
        guard let rawValue = Int64(exactly: sum) else { return nil }
        self.init(rawValue: rawValue)
    }
}

/// Parses a time byte by byte.
private struct TimeReader {
    private var rest: Substring.UTF8View

    init(_ text: String.UTF8View) {
        rest = text[...]
    }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func skip(_ byte: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: byte) else { return false }
        rest.removeFirst()
        return true
    }

    /// Reads year, month and day; nil if there is no such day.
    mutating func date() -> CivilDate? {
        guard let year = year(), skip("-"), let month = digits(2), skip("-"), let day = digits(2),
            (1...12).contains(month), (1...CivilDate.days(inMonth: month, of: year)).contains(day)
        else { return nil }
        return CivilDate(year: year, month: month, day: day)
    }

    private mutating func year() -> Int64? {
        if skip("-") { return digits(4...9).map { -$0 } }
        return skip("+") ? digits(5...9) : digits(4)
    }

    /// Milliseconds since midnight.
    mutating func time() -> Int64? {
        guard let hour = digits(2), skip(":"), let minute = digits(2), skip(":"), let second = digits(2),
            hour < 24, minute < 60, second < 60
        else { return nil }
        guard let fraction = fraction() else { return nil }
        return ((hour * 60 + minute) * 60 + second) * 1000 + fraction
    }

    /// Reads a fraction in milliseconds; 0 if there is none, nil if its digits are missing.
    private mutating func fraction() -> Int64? {
        guard skip(".") else { return 0 }
        let digits = rest.prefix(while: Ascii.isDigit)
        rest = rest.dropFirst(digits.count)
        guard !digits.isEmpty else { return nil }
        return (digits.prefix(3) + [Ascii.zero, Ascii.zero]).prefix(3).reduce(0) { $0 * 10 + Int64($1 - Ascii.zero) }
    }

    /// Milliseconds by which the written time is ahead of UTC; negative if it is behind.
    mutating func offset() -> Int64? {
        if skip("Z") { return 0 }
        let isBehind = skip("-")
        guard isBehind || skip("+"), let hours = digits(2), skip(":"), let minutes = digits(2), hours < 24, minutes < 60
        else { return nil }
        return (hours * 60 + minutes) * (isBehind ? -60_000 : 60_000)
    }

    private mutating func digits(_ count: Int) -> Int64? { digits(count...count) }

    private mutating func digits(_ counts: ClosedRange<Int>) -> Int64? {
        let digits = rest.prefix(while: Ascii.isDigit)
        // All digits in a row must be used: more digits than `counts` allows are a mistake.
        guard counts.contains(digits.count) else { return nil }
        rest = rest.dropFirst(digits.count)
        return digits.reduce(0) { $0 * 10 + Int64($1 - Ascii.zero) }
    }
}

extension Timestamp: Codable {
    /// Reads what ``description`` writes.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let moment = text == Timestamp.never.description ? .never : Timestamp(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "this is not a time in the form of RFC 3339")
        }
        self = moment
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
