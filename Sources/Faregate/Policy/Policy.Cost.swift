extension Policy {
    /// What calls cost: a base and a price per unit, summed exactly and rounded up once.
    public struct Cost: Hashable, Sendable {
        /// What a call takes whatever it uses; 0 or more.
        public let base: Credits
        /// Credits per unit, by the unit's name.
        package let units: [String: Ratio]
        /// Of the unit prices, so that what remains of them adds up exactly. At most 2^53 − 1.
        private let commonDenominator: Int64

        /// - Throws: ``InvalidInput`` for a negative base, more than 32 units, a unit without a proper name or called
        ///   "calls" or "credits", and unit prices whose common denominator is above 2^53 − 1.
        package init(base: Credits = 0, units: [String: Ratio] = [:]) throws(InvalidInput) {
            guard base >= 0 else { throw InvalidInput("a cost is 0 or more") }
            guard units.count <= Units.limit else {
                throw InvalidInput("a cost has at most \(Units.limit) units; this one has \(units.count)")
            }
            for name in units.keys {
                guard !Cost.reservedNames.contains(try checked(name, is: "a unit's name")) else {
                    throw InvalidInput("a unit can't be called \(quoted(name)): limits count those themselves")
                }
            }
            self.init(base: base, units: units, commonDenominator: try Cost.commonDenominator(of: units.values))
        }

        /// The same for every call; traps on a negative number.
        package init(fixed: Credits) {
            precondition(fixed >= 0, "a cost is 0 or more")
            self.init(base: fixed, units: [:], commonDenominator: 1)
        }

        private init(base: Credits, units: [String: Ratio], commonDenominator: Int64) {
            self.base = base
            self.units = units
            self.commonDenominator = commonDenominator
        }

        /// What else a limit may count, so that no unit is called so.
        static let reservedNames = ["calls", "credits"]

        /// Whether every call costs the same: no unit has a price above zero.
        public var isFixed: Bool { units.values.allSatisfy { $0 == .zero } }

        /// The price of a call that used so much. A unit that isn't mentioned was not used.
        ///
        /// - Throws: ``InvalidInput`` for a unit that the price doesn't know, an amount outside 0 to 2^53 − 1, more than
        ///   32 units, or a sum beyond ``Credits/max``.
        public func credits(for units: Units) throws(InvalidInput) -> Credits {
            guard units.count <= Units.limit else {
                throw InvalidInput("a call uses at most \(Units.limit) units; this one uses \(units.count)")
            }
            // At most 32 products below 2^106, and 32 remainders below 2^53: neither sum can overflow.
            var whole = UInt128(base.rawValue)
            var remainder: Int64 = 0
            for (name, amount) in units {
                guard let ratio = self.units[name] else { throw unknown(among: units) }
                guard (0...Credits.max.rawValue).contains(amount) else {
                    throw InvalidInput("a call can't use \(amount) \(name): 0 to \(Credits.max) is possible")
                }
                let price = ratio.price(of: amount)
                whole += price.whole
                remainder += price.remainder * (commonDenominator / ratio.denominator)
            }
            whole += UInt128((remainder + commonDenominator - 1) / commonDenominator)
            guard let credits = Int64(exactly: whole).flatMap(Credits.init(rawValue:)) else {
                throw InvalidInput("a call that uses so much would cost \(whole) credits; \(Credits.max) is the most")
            }
            return credits
        }

        /// What a call holds that is expected to use these units: their price. A price by usage alone holds at least 1 credit,
        /// the smallest amount that can be charged, so that an account without credits can't start.
        ///
        /// - Throws: ``InvalidInput`` as ``credits(for:)`` does.
        func hold(for units: Units) throws(InvalidInput) -> Credits {
            let price = try credits(for: units)
            return price == 0 && !isFixed ? 1 : price
        }

        /// The same price that knows these units as well: what it gives no price costs nothing.
        func knowing(_ names: some Sequence<String>) -> Cost {
            let all = names.reduce(into: units) { $0[$1, default: .zero] = $0[$1] ?? .zero }
            return Cost(base: base, units: all, commonDenominator: commonDenominator)
        }

        /// The same price that knows the units of a price of nothing as well. Where it has none of its own, the two share them
        /// in memory: an action may have thousands of rules.
        func knowing(unitsOf other: Cost) -> Cost {
            assert(other.isFixed, "only the names are wanted")
            guard units.isEmpty else { return knowing(other.units.keys) }
            return Cost(base: base, units: other.units, commonDenominator: commonDenominator)
        }

        private func unknown(among units: Units) -> InvalidInput {
            let name = units.keys.sorted().first { self.units[$0] == nil } ?? ""
            return InvalidInput(
                "no price is known for the unit \(quoted(name))" + didYouMean(name, among: self.units.keys))
        }

        private static func commonDenominator(of ratios: some Sequence<Ratio>) throws(InvalidInput) -> Int64 {
            var common: Int64 = 1
            for ratio in ratios {
                let factor = ratio.denominator / greatestCommonDivisor(common, ratio.denominator)
                let (product, overflow) = common.multipliedReportingOverflow(by: factor)
                guard !overflow, product <= Credits.max.rawValue else {
                    throw InvalidInput(
                        "these unit prices have no common denominator up to \(Credits.max): round one of them"
                    )
                }
                common = product
            }
            return common
        }
    }
}

extension Policy.Cost: ExpressibleByIntegerLiteral {
    /// Traps on a literal outside 0 to ``Credits/max``: that is a mistake in the source.
    public init(integerLiteral value: Int64) {
        self.init(fixed: Credits(integerLiteral: value))
    }
}

extension Policy.Cost: CustomStringConvertible {
    /// As people say it: `10`, or `1 + 1/250 per output_tokens`.
    public var description: String {
        let prices = units.filter { $0.value != .zero }.sorted { $0.key < $1.key }
            .map { "\($0.value) per \($0.key)" }
        return (base == 0 && !prices.isEmpty ? prices : ["\(base)"] + prices).joined(separator: " + ")
    }
}

extension Policy.Cost: Codable {
    private enum CodingKeys: CodingKey {
        case base, units
    }

    /// Reads `{ "base": 1, "units": { "output_tokens": "1/250" } }`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            base: container.decode(Credits.self, forKey: .base),
            units: container.decode([String: Ratio].self, forKey: .units)
        )
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(base, forKey: .base)
        try container.encode(units, forKey: .units)
    }
}
