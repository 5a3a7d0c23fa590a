/// An exact number of credits per unit: never a float.
///
/// It is stored in lowest terms, so that 4/1000 and 1/250 are equal.
package struct Ratio: Hashable, Sendable {
    /// 0 to 2^53 − 1.
    package let numerator: Int64
    /// 1 to 2^53 − 1.
    package let denominator: Int64

    package static let zero = Ratio(reducing: 0, 1)
    package static let one = Ratio(reducing: 1, 1)

    /// - Throws: ``InvalidInput`` unless the numerator is 0 to 2^53 − 1, and the denominator 1 to 2^53 − 1.
    package init(_ numerator: Int64, _ denominator: Int64 = 1) throws(InvalidInput) {
        guard denominator != 0 else { throw InvalidInput("a price per unit can't be divided by 0") }
        guard numerator >= 0, denominator > 0 else { throw InvalidInput("a price per unit can't be negative") }
        guard max(numerator, denominator) <= Credits.max.rawValue else { throw Ratio.tooLarge }
        self.init(reducing: numerator, denominator)
    }

    /// Parses a ratio in the form of the policy files: a fraction `4/1000`, a whole number `3`, or `0.25` with up to
    /// nine decimals, which is exact too.
    ///
    /// - Throws: ``InvalidInput`` when the text has another form, is negative, divides by zero or is out of range.
    package init(parsing text: String) throws(InvalidInput) {
        if text.hasPrefix("-") { throw InvalidInput("a price per unit can't be negative") }
        let fraction = text.split(separator: "/", omittingEmptySubsequences: false)
        switch fraction.count {
        case 1: try self.init(parsingDecimal: text)
        case 2: try self.init(Ratio.whole(fraction[0]), Ratio.whole(fraction[1]))
        default: throw Ratio.misspelled
        }
    }

    /// - Parameter whole: 0 or more.
    init(whole: Credits) { self.init(reducing: whole.rawValue, 1) }

    private init(parsingDecimal text: String) throws(InvalidInput) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            try self.init(Ratio.whole(text[...]))
            return
        }
        guard parts[1].utf8.count <= 9 else { throw InvalidInput("a price per unit can have at most nine decimals") }
        let decimals = try Ratio.whole(parts[1])
        let scale = parts[1].utf8.reduce(into: Int64(1)) { scale, _ in scale *= 10 }
        // Up to 2^53 · 10^9, which is more than 64 bits can hold.
        let scaled = try UInt128(Ratio.whole(parts[0])) * UInt128(scale) + UInt128(decimals)
        let divisor = greatestCommonDivisor(scaled, UInt128(scale))
        guard let numerator = Int64(exactly: scaled / divisor) else { throw Ratio.tooLarge }
        try self.init(numerator, scale / Int64(divisor))
    }

    private init(reducing numerator: Int64, _ denominator: Int64) {
        let divisor = greatestCommonDivisor(numerator, denominator)
        self.numerator = numerator / divisor
        self.denominator = denominator / divisor
    }

    /// Digits only: no sign, no blanks.
    private static func whole(_ digits: Substring) throws(InvalidInput) -> Int64 {
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { throw misspelled }
        guard let number = Int64(digits) else { throw tooLarge }
        return number
    }

    private static var misspelled: InvalidInput {
        InvalidInput("write a price per unit as a fraction or a number: \"4/1000\", \"3\" or \"0.25\"")
    }

    private static var tooLarge: InvalidInput {
        InvalidInput("the numbers of a price per unit can be at most \(Credits.max)")
    }
}

extension Ratio {
    /// Returns the price of an amount.
    ///
    /// - Parameter amount: 0 to 2^53 − 1.
    package func price(of amount: Int64) -> ExactCredits {
        // Two factors below 2^53 make less than 2^106.
        let (whole, remainder) = (UInt128(amount) * UInt128(numerator))
            .quotientAndRemainder(dividingBy: UInt128(denominator))
        return ExactCredits(whole: whole, remainder: Int64(remainder), denominator: denominator)
    }
}

extension Ratio {
    /// - Throws: ``InvalidInput`` if the product, in lowest terms, has a number above 2^53 − 1.
    package func times(_ other: Ratio) throws(InvalidInput) -> Ratio {
        // Both ratios are in lowest terms, so the product can only be reduced by what the numerator of one and the
        // denominator of the other have in common.
        let (left, right) = (
            greatestCommonDivisor(numerator, other.denominator), greatestCommonDivisor(other.numerator, denominator)
        )
        let (above, overflowsAbove) = (numerator / left).multipliedReportingOverflow(by: other.numerator / right)
        let (below, overflowsBelow) = (denominator / right).multipliedReportingOverflow(by: other.denominator / left)
        guard !overflowsAbove, !overflowsBelow else { throw Ratio.tooLarge }
        return try Ratio(above, below)
    }

    /// The least number of whole credits that is not below the ratio.
    var roundedUp: Credits {
        let (whole, remainder) = numerator.quotientAndRemainder(dividingBy: denominator)
        return Credits(rawValue: whole + (remainder > 0 ? 1 : 0)) ?? .max
    }
}

extension Ratio: CustomStringConvertible {
    /// The form of the policy files in lowest terms: `1/250`, or `3`.
    package var description: String { denominator == 1 ? "\(numerator)" : "\(numerator)/\(denominator)" }

    /// For people: `0.004`, or `1/3` if nine decimals aren't enough.
    package var inWords: String { price(of: 1).description }
}

extension Ratio {
    /// The form of price lists, easy to compare: a fraction over 1000 or a larger power of ten, `15/1000`, if there is
    /// one; else as ``description``.
    package var decimalFraction: String {
        var power: Int64 = 1000
        while power % denominator != 0, power < 1_000_000_000_000_000 { power *= 10 }
        let (above, overflow) = numerator.multipliedReportingOverflow(by: power / denominator)
        let usesDescription = denominator == 1 || power % denominator != 0 || overflow || above > Credits.max.rawValue
        return usesDescription ? description : "\(above)/\(power)"
    }
}

extension Ratio: Codable {
    /// Reads what ``description`` writes.
    package init(from decoder: any Decoder) throws {
        try self.init(parsing: decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// Euclid's algorithm. At least one number must be above zero, and neither below.
func greatestCommonDivisor<Number: BinaryInteger>(_ left: Number, _ right: Number) -> Number {
    var (left, right) = (left, right)
    while right != 0 { (left, right) = (right, left % right) }
    return left
}

extension Ratio: Comparable {
    package static func < (one: Ratio, other: Ratio) -> Bool {
        UInt128(one.numerator) * UInt128(other.denominator) < UInt128(other.numerator) * UInt128(one.denominator)
    }
}
