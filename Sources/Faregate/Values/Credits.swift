/// An indivisible number of credits: an integer, never a float.
///
/// Amounts lie within ±9,007,199,254,740,991 (2^53 − 1), so that browsers read each one from JSON exactly. Arithmetic
/// that would leave the range throws instead of wrapping.
public struct Credits: RawRepresentable, Hashable, Sendable {
    /// The largest amount, 2^53 − 1: the largest integer that is exact in every JSON reader (RFC 8259, section 6).
    public static let max = Credits(unchecked: 9_007_199_254_740_991)
    public static let zero = Credits(unchecked: 0)

    public let rawValue: Int64

    /// Nil when the number lies outside ±``max``.
    public init?(rawValue: Int64) {
        guard rawValue.magnitude <= Credits.max.rawValue.magnitude else { return nil }
        self.rawValue = rawValue
    }

    /// - Throws: ``InvalidInput`` when the number lies outside ±``max``.
    public init(_ value: Int64) throws(InvalidInput) {
        guard let credits = Credits(rawValue: value) else {
            throw InvalidInput("\(value) is outside the range of credits, ±\(Credits.max)")
        }
        self = credits
    }

    private init(unchecked rawValue: Int64) {
        self.rawValue = rawValue
    }

    /// - Throws: ``InvalidInput`` when the result lies outside ±``max``.
    public func adding(_ other: Credits) throws(InvalidInput) -> Credits {
        // Two values below 2^53 can't overflow Int64.
        guard let sum = Credits(rawValue: rawValue + other.rawValue) else {
            throw InvalidInput(
                "\(self) and \(other) credits together are outside the range of credits, ±\(Credits.max)")
        }
        return sum
    }
}

extension Credits: ExpressibleByIntegerLiteral {
    /// Stops the program, with a reason, if a literal is outside ±``max``: that is a mistake in the source.
    public init(integerLiteral value: Int64) {
        // Unlike a precondition, `fatalError` prints the reason in release builds too.
        do { self = try Credits(value) } catch { fatalError("\(error)") }
    }
}

extension Credits: Comparable {
    public static func < (left: Credits, right: Credits) -> Bool { left.rawValue < right.rawValue }
}

extension Credits: CustomStringConvertible {
    public var description: String { String(rawValue) }
}

extension Credits: Codable {
    public init(from decoder: any Decoder) throws {
        self = try Credits(decoder.singleValueContainer().decode(Int64.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}
