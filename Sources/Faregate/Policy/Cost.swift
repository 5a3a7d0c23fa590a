/// How much of what a call used: `"output_tokens": 812`.
public typealias Units = [String: Int64]

/// What a call costs: a base and a price per unit, summed exactly and rounded up once.
public struct Cost: Hashable, Sendable, ExpressibleByIntegerLiteral {
    public let base: Credits
    /// Credits per unit, by the unit's name.
    public let units: [String: Ratio]

    public init(base: Credits, units: [String: Ratio] = [:]) {
        self.base = base
        self.units = units
    }

    public init(integerLiteral value: Int64) {
        self.init(base: Credits(integerLiteral: value))
    }

    /// Whether every call costs the same.
    public var isFixed: Bool { units.isEmpty }

    /// The price of a call that used so much.
    ///
    /// - Throws: ``InvalidInput`` for a unit that has no price here, a negative amount, and a sum beyond ``Credits/max``.
    public func credits(for used: Units) throws(InvalidInput) -> Credits {
        if used.isEmpty { return base }
        var sum = ExactSum()
        for (unit, amount) in used {
            guard let price = units[unit] else { throw unknown(unit) }
            guard amount >= 0 else { throw InvalidInput("a call can't use \(amount) \(unit): less than nothing") }
            guard amount <= Credits.max.rawValue, sum.add(amount, times: price) else { throw tooMuch }
        }
        guard let credits = sum.roundedUp().flatMap(Credits.init(rawValue:)) else { throw tooMuch }
        return try base.adding(credits)
    }

    private func unknown(_ unit: String) -> InvalidInput {
        let hint = nearestName(to: unit, among: units.keys).map { "; did you mean \"\($0)\"?" } ?? ""
        return InvalidInput("the policy sets no price for \"\(unit.prefix(64))\"\(hint)")
    }

    private var tooMuch: InvalidInput { InvalidInput("such a call would cost more than \(Credits.max) credits") }
}

extension Cost: CustomStringConvertible {
    /// "10", or "1 + 1/1000 per input_tokens".
    public var description: String {
        let parts = units.sorted { $0.key < $1.key }.map { "\($0.value) per \($0.key)" }
        return ((base > 0 || parts.isEmpty ? ["\(base)"] : []) + parts).joined(separator: " + ")
    }
}

/// An exact number of credits per unit: never a float.
public struct Ratio: Hashable, Sendable {
    /// 0 to 2^53 − 1.
    public let numerator: Int64
    /// 1 to 1,000,000,000.
    public let denominator: Int64

    public static let maximumDenominator: Int64 = 1_000_000_000

    /// - Throws: ``InvalidInput`` when one of them lies outside its range.
    public init(_ numerator: Int64, _ denominator: Int64 = 1) throws(InvalidInput) {
        guard (0...Credits.max.rawValue).contains(numerator), (1...Ratio.maximumDenominator).contains(denominator)
        else {
            throw InvalidInput(
                "a price per unit lies between 0 and \(Credits.max), its denominator between 1 and 1,000,000,000"
            )
        }
        let divisor = max(1, greatestCommonDivisor(numerator, denominator))
        self.numerator = numerator / divisor
        self.denominator = denominator / divisor
    }

    /// Reads `"4/1000"`, `"3"` and `"0.004"`, all exactly.
    ///
    /// - Throws: ``InvalidInput`` when it reads otherwise, has more than 9 decimals, or lies outside the range.
    public init(parsing text: String) throws(InvalidInput) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        if parts.count == 2, let numerator = Ratio.whole(parts[0]), let denominator = Ratio.whole(parts[1]) {
            try self.init(numerator, denominator)
            return
        }
        let decimal = text.split(separator: ".", omittingEmptySubsequences: false)
        let places = decimal.count == 2 ? decimal[1].utf8.count : 0
        guard parts.count == 1, (1...2).contains(decimal.count), decimal.allSatisfy({ !$0.isEmpty }), places <= 9,
            let numerator = Ratio.whole(decimal.joined()[...])
        else { throw InvalidInput("write a price per unit as \"4/1000\", \"0.004\" or a whole number") }
        try self.init(numerator, (0..<places).reduce(1) { power, _ in power * 10 })
    }

    private static func whole(_ text: Substring) -> Int64? {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int64(text) : nil
    }
}

extension Ratio: CustomStringConvertible {
    public var description: String { denominator == 1 ? "\(numerator)" : "\(numerator)/\(denominator)" }
}

/// A sum of products, kept as a whole number and a fraction, so that nothing is rounded before the end.
private struct ExactSum {
    private var whole: Int64 = 0
    private var numerator: Int64 = 0
    private var denominator: Int64 = 1

    /// - Returns: false when the sum is beyond what can be kept.
    mutating func add(_ amount: Int64, times price: Ratio) -> Bool {
        let product = amount.multipliedFullWidth(by: price.numerator)
        guard product.high < price.denominator else { return false }
        let (quotient, remainder) = price.denominator.dividingFullWidth(product)
        let (sum, overflow) = whole.addingReportingOverflow(quotient)
        whole = sum
        return !overflow && sum <= Credits.max.rawValue && add(remainder, over: price.denominator)
    }

    /// Both fractions are below one, so that their sum is below two.
    private mutating func add(_ other: Int64, over otherDenominator: Int64) -> Bool {
        let divisor = greatestCommonDivisor(denominator, otherDenominator)
        let (common, overflow) = denominator.multipliedReportingOverflow(by: otherDenominator / divisor)
        // Two such sums stay in range as long as the denominator does.
        guard !overflow, common <= Int64.max / 4 else { return false }
        numerator = numerator * (common / denominator) + other * (common / otherDenominator)
        denominator = common
        if numerator >= denominator {
            whole += 1
            numerator -= denominator
        }
        let shared = max(1, greatestCommonDivisor(numerator, denominator))
        numerator /= shared
        denominator /= shared
        return true
    }

    func roundedUp() -> Int64? { numerator > 0 ? whole + 1 : whole }
}

private func greatestCommonDivisor(_ left: Int64, _ right: Int64) -> Int64 {
    var (a, b) = (left, right)
    while b != 0 { (a, b) = (b, a % b) }
    return a
}
