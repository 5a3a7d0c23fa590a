/// A product that is sold: credits for a price.
public struct Pack: Sendable {
    /// More than that nobody buys at once.
    public static let maximumQuantity = 1_000_000

    public let name: String
    /// Of one.
    public let credits: Credits
    /// Of one.
    public let price: Money
    /// How many of it can be bought at once: 1 to ``maximumQuantity``.
    public let quantities: ClosedRange<Int>
    package let lifetimeMilliseconds: Int64?
    /// How long the credits can be spent after they are granted; nil: for good.
    public var lifetime: Duration? { lifetimeMilliseconds.map { .milliseconds($0) } }
    /// What the pack is called at each payment provider that sells it, under the provider's name.
    public let products: [String: String]
    public let location: SourceLocation

    package init(
        name: String,
        credits: Credits,
        price: Money,
        quantities: ClosedRange<Int> = 1...1,
        lifetimeMilliseconds: Int64? = nil,
        products: [String: String] = [:],
        location: SourceLocation
    ) {
        self.name = name
        self.credits = credits
        self.price = price
        self.quantities = quantities
        self.lifetimeMilliseconds = lifetimeMilliseconds
        self.products = products
        self.location = location
    }

    /// - Throws: ``InvalidInput`` when the pack is not sold in that quantity, or so many credits are out of range.
    public func credits(for quantity: Int) throws(InvalidInput) -> Credits {
        try check(quantity)
        let (product, overflow) = credits.rawValue.multipliedReportingOverflow(by: Int64(quantity))
        guard !overflow, let credits = Credits(rawValue: product) else {
            throw InvalidInput("\(quantity) packs \"\(name)\" are more than \(Credits.max) credits")
        }
        return credits
    }

    /// - Throws: ``InvalidInput`` when the pack is not sold in that quantity, or so much money is out of range.
    public func price(for quantity: Int) throws(InvalidInput) -> Money {
        try check(quantity)
        let (product, overflow) = price.minorUnits.multipliedReportingOverflow(by: Int64(quantity))
        guard !overflow, product <= Credits.max.rawValue else {
            throw InvalidInput("\(quantity) packs \"\(name)\" cost more than can be counted")
        }
        return Money(minorUnits: product, currency: price.currency)
    }

    private func check(_ quantity: Int) throws(InvalidInput) {
        guard quantities.contains(quantity) else {
            let range =
                quantities.count == 1
                ? "one by one" : "in quantities of \(quantities.lowerBound) to \(quantities.upperBound)"
            throw InvalidInput("the pack \"\(name)\" is sold \(range), not \(quantity) at once")
        }
    }
}

/// An amount of money in the smallest unit of its currency.
public struct Money: Hashable, Sendable, Codable {
    /// Cents for USD, whole yen for JPY: what payment providers count in.
    public let minorUnits: Int64
    /// The code of ISO 4217 in upper case.
    public let currency: String

    public init(minorUnits: Int64, currency: String) {
        self.minorUnits = minorUnits
        self.currency = currency.uppercased()
    }

    /// Reads an amount as the policy files write it, `10.00 USD`: digits, then the currency's own number of decimals.
    ///
    /// - Throws: ``InvalidInput`` when it reads otherwise, or is not above zero and at most 999,999,999,999.
    public init(parsing text: String) throws(InvalidInput) {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].utf8.count == 3, parts[1].utf8.allSatisfy({ (0x41...0x5A).contains($0) })
        else { throw InvalidInput("write a price as an amount, a space and a currency: \"10.00 USD\"") }

        let currency = String(parts[1])
        let decimals = Money.decimals(of: currency)
        let number = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let example = decimals == 0 ? "10" : "10." + String(repeating: "0", count: decimals)
        guard
            number.count == (decimals == 0 ? 1 : 2),
            number.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            decimals == 0 || number[1].utf8.count == decimals,
            let minorUnits = Int64(number.joined()), minorUnits > 0, minorUnits <= 999_999_999_999
        else { throw InvalidInput("write an amount in \(currency) above zero like this: \"\(example) \(currency)\"") }
        self.init(minorUnits: minorUnits, currency: currency)
    }

    /// How many decimals a currency has (ISO 4217, list one).
    private static func decimals(of currency: String) -> Int {
        switch currency {
        case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF",
            "XOF", "XPF":
            0
        case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND": 3
        default: 2
        }
    }
}

extension Money: CustomStringConvertible {
    /// As the policy files write it: `10.00 USD`.
    public var description: String {
        let decimals = Money.decimals(of: currency)
        let digits = String(minorUnits.magnitude)
        let sign = minorUnits < 0 ? "-" : ""
        guard decimals > 0 else { return "\(sign)\(digits) \(currency)" }
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        return "\(sign)\(padded.dropLast(decimals)).\(padded.suffix(decimals)) \(currency)"
    }
}
