/// An amount of money in the smallest unit of its currency.
public struct Money: Hashable, Sendable, Codable {
    /// Cents for USD, whole yen for JPY, as payment providers count.
    public let minorUnits: Int64
    /// The ISO 4217 code in upper case.
    public let currency: String

    public init(minorUnits: Int64, currency: String) {
        self.minorUnits = minorUnits
        self.currency = currency.uppercased()
    }

    /// Parses an amount in the form of the policy files, `10.00 USD`, with the currency's number of decimals.
    ///
    /// - Throws: ``InvalidInput`` when the text has another form, or the amount in minor units is not 1 to
    ///   999,999,999,999.
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

    /// Returns the number of decimals of a currency (ISO 4217, list one).
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
    /// The form of the policy files: `10.00 USD`.
    public var description: String {
        let decimals = Money.decimals(of: currency)
        let digits = String(minorUnits.magnitude)
        let sign = minorUnits < 0 ? "-" : ""
        guard decimals > 0 else { return "\(sign)\(digits) \(currency)" }
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        return "\(sign)\(padded.dropLast(decimals)).\(padded.suffix(decimals)) \(currency)"
    }
}

extension Money {
    /// The minor units without their sign.
    var size: Int64 { Int64(clamping: minorUnits.magnitude) }
}
