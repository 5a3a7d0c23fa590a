extension Policy {
    /// The price of a call: a base and a price per unit, summed exactly and rounded up once.
    public struct Cost: Hashable, Sendable {
        /// The credits that every call costs, whatever it uses; 0 or more.
        public let base: Credits
        /// Credits per unit, by the unit's name.
        package let units: [String: Ratio]
        /// The common denominator of the unit prices, so that their fractions add up exactly. At most 2^53 − 1.
        private let commonDenominator: Int64

        /// - Throws: ``InvalidInput`` for a negative base, more than 32 units, a unit whose name is invalid or "calls"
        ///   or "credits", and unit prices whose common denominator is above 2^53 − 1.
        package init(base: Credits = 0, units: [String: Ratio] = [:]) throws(InvalidInput) {
            guard base >= 0 else { throw InvalidInput("a cost can't be negative") }
            guard units.count <= Units.limit else {
                throw InvalidInput("a cost can have at most \(Units.limit) units; this one has \(units.count)")
            }
            for name in units.keys {
                guard !Cost.reservedNames.contains(try checked(name, is: "a unit's name")) else {
                    throw InvalidInput(
                        "a unit can't be called \(quoted(name)): limits use that name for something else")
                }
            }
            self.init(base: base, units: units, commonDenominator: try Cost.commonDenominator(of: units.values))
        }

        /// A price that is the same for every call. Traps on a negative number.
        package init(fixed: Credits) {
            precondition(fixed >= 0, "a cost can't be negative")
            self.init(base: fixed, units: [:], commonDenominator: 1)
        }

        private init(base: Credits, units: [String: Ratio], commonDenominator: Int64) {
            self.base = base
            self.units = units
            self.commonDenominator = commonDenominator
        }

        /// The words for what a limit can count besides units. No unit can have these names.
        static let reservedNames = ["calls", "credits"]

        /// Whether every call costs the same, because no unit has a price above zero.
        public var isFixed: Bool { units.values.allSatisfy { $0 == .zero } }

        /// Returns the price of a call that used these units. A missing unit counts as 0.
        ///
        /// - Throws: ``InvalidInput`` for an unknown unit, an amount outside 0 to 2^53 − 1, more than 32 units, or a
        ///   sum beyond ``Credits/max``.
        public func credits(for units: Units) throws(InvalidInput) -> Credits {
            guard units.count <= Units.limit else {
                throw InvalidInput("a call can use at most \(Units.limit) units; this one uses \(units.count)")
            }
            // At most 32 products below 2^106, and 32 remainders below 2^53: neither sum can overflow.
            var whole = UInt128(base.rawValue)
            var remainder: Int64 = 0
            for (name, amount) in units {
                guard let ratio = self.units[name] else { throw unknown(among: units) }
                guard (0...Credits.max.rawValue).contains(amount) else {
                    throw InvalidInput("a call can't use \(amount) \(name): the amount must be 0 to \(Credits.max)")
                }
                let price = ratio.price(of: amount)
                whole += price.whole
                remainder += price.remainder * (commonDenominator / ratio.denominator)
            }
            whole += UInt128((remainder + commonDenominator - 1) / commonDenominator)
            guard let credits = Int64(exactly: whole).flatMap(Credits.init(rawValue:)) else {
                throw InvalidInput("a call with these units would cost \(whole) credits; the most is \(Credits.max)")
            }
            return credits
        }

        /// Returns the credits to hold for a call that is expected to use these units: their price. A price that
        /// depends only on units holds at least 1 credit, so that an account without credits can't start a call.
        ///
        /// - Throws: ``InvalidInput``, as ``credits(for:)`` does.
        func hold(for units: Units) throws(InvalidInput) -> Credits {
            let price = try credits(for: units)
            return price == 0 && !isFixed ? 1 : price
        }

        /// Returns the same price, which also accepts these units. Units without a price cost nothing.
        func knowing(_ names: some Sequence<String>) -> Cost {
            let all = names.reduce(into: units) { $0[$1, default: .zero] = $0[$1] ?? .zero }
            return Cost(base: base, units: all, commonDenominator: commonDenominator)
        }

        /// Returns the same price, which also accepts the units of `other`, whose prices are all 0. A price without
        /// units of its own shares the memory of `other`: an action may have thousands of rules.
        func knowing(unitsOf other: Cost) -> Cost {
            assert(other.isFixed, "only the names are wanted")
            guard units.isEmpty else { return knowing(other.units.keys) }
            return Cost(base: base, units: other.units, commonDenominator: commonDenominator)
        }

        private func unknown(among units: Units) -> InvalidInput {
            let name = units.keys.sorted().first { self.units[$0] == nil } ?? ""
            return InvalidInput(
                "there is no price for the unit \(quoted(name))" + didYouMean(name, among: self.units.keys))
        }

        private static func commonDenominator(of ratios: some Sequence<Ratio>) throws(InvalidInput) -> Int64 {
            var common: Int64 = 1
            for ratio in ratios {
                let factor = ratio.denominator / greatestCommonDivisor(common, ratio.denominator)
                let (product, overflow) = common.multipliedReportingOverflow(by: factor)
                guard !overflow, product <= Credits.max.rawValue else {
                    throw InvalidInput(
                        "these unit prices have no common denominator up to \(Credits.max): round one of the prices"
                    )
                }
                common = product
            }
            return common
        }
    }
}

extension Policy.Cost: ExpressibleByIntegerLiteral {
    /// Traps if a literal is outside 0 to ``Credits/max``: that is a mistake in the source.
    public init(integerLiteral value: Int64) {
        self.init(fixed: Credits(integerLiteral: value))
    }
}

extension Policy.Cost: CustomStringConvertible {
    /// In words: `10`, or `1 + 1/250 per output_tokens`.
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
