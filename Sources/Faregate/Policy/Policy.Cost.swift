extension Policy {
    /// The price of a call: a base plus a price per unit, summed exactly and rounded up once, but at least a minimum.
    public struct Cost: Hashable, Sendable {
        /// The credits that every call costs, whatever it uses. A whole number, unless a rule's factor made this price.
        package let exactBase: Ratio
        /// Credits per unit, by the unit's name.
        package let units: [String: Ratio]
        /// For each unit whose amount is part of another unit's amount, that other unit. With `["cached_tokens":
        /// "input_tokens"]`, the cached tokens aren't priced as input tokens too.
        package let inside: [String: String]
        /// The least that a call costs, whatever it uses; 0 or more.
        public let minimum: Credits
        /// The common denominator of the base and the unit prices, so that their fractions add up exactly. At most
        /// 2^53 − 1.
        private let commonDenominator: Int64

        /// The credits that every call costs, whatever it uses, rounded up; 0 or more.
        public var base: Credits { exactBase.roundedUp }

        /// - Throws: ``InvalidInput`` for a negative base or minimum, more than 32 units, a unit whose name is invalid
        ///   or "calls" or "credits", unit prices whose common denominator is above 2^53 − 1, and a unit inside another
        ///   one if either has no price, or if the outer one is itself inside a unit.
        package init(
            base: Credits = 0, units: [String: Ratio] = [:], inside: [String: String] = [:], minimum: Credits = 0
        ) throws(InvalidInput) {
            guard base >= 0, minimum >= 0 else { throw InvalidInput("a cost can't be negative") }
            try self.init(exactBase: Ratio(whole: base), units: units, inside: inside, minimum: minimum)
        }

        private init(
            exactBase: Ratio, units: [String: Ratio], inside: [String: String], minimum: Credits
        ) throws(InvalidInput) {
            guard units.count <= Units.limit else {
                throw InvalidInput("a cost can have at most \(Units.limit) units; this one has \(units.count)")
            }
            for name in units.keys {
                guard !Cost.reservedNames.contains(try checked(name, is: "a unit's name")) else {
                    throw InvalidInput(
                        "a unit can't be called \(quoted(name)): limits use that name for something else")
                }
            }
            try Cost.check(inside, among: units)
            let ratios = [exactBase] + units.values
            self.init(exactBase, units, inside, minimum, commonDenominator: try Cost.commonDenominator(of: ratios))
        }

        /// A price that is the same for every call. Traps on a negative number.
        package init(fixed: Credits) {
            precondition(fixed >= 0, "a cost can't be negative")
            self.init(Ratio(whole: fixed), [:], [:], 0, commonDenominator: 1)
        }

        private init(
            _ exactBase: Ratio, _ units: [String: Ratio], _ inside: [String: String], _ minimum: Credits,
            commonDenominator: Int64
        ) {
            (self.exactBase, self.units, self.inside, self.minimum) = (exactBase, units, inside, minimum)
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
            let whole = try exactPrice(of: units).roundedUp
            guard let credits = Int64(exactly: whole).flatMap(Credits.init(rawValue:)) else {
                throw InvalidInput("a call with these units would cost \(whole) credits; the most is \(Credits.max)")
            }
            return max(credits, minimum)
        }

        /// The sum before it is rounded, without the ``minimum``.
        ///
        /// - Throws: ``InvalidInput``, as ``credits(for:)`` does.
        package func exactPrice(of units: Units) throws(InvalidInput) -> ExactCredits {
            try units.validate()
            // At most 32 products below 2^106, and 33 remainders below 2^53: neither sum can overflow.
            let base = exactBase.price(of: 1)
            var whole = base.whole
            var remainder = base.remainder * (commonDenominator / exactBase.denominator)
            for (name, amount) in units {
                guard let ratio = self.units[name] else { throw unknown(among: units) }
                let price = ratio.price(of: inside.isEmpty ? amount : pricedAmount(of: name, in: units))
                whole += price.whole
                remainder += price.remainder * (commonDenominator / ratio.denominator)
            }
            return ExactCredits(
                whole: whole + UInt128(remainder / commonDenominator), remainder: remainder % commonDenominator,
                denominator: commonDenominator)
        }

        /// Returns this price times a factor: its base, its prices per unit and its minimum. Exact, except that the
        /// minimum is rounded up to whole credits.
        ///
        /// - Throws: ``InvalidInput`` if a number of the new price, or its common denominator, is above 2^53 − 1.
        package func scaled(by factor: Ratio) throws(InvalidInput) -> Cost {
            var units: [String: Ratio] = [:]
            for (name, price) in self.units { units[name] = try price.times(factor) }
            return try Cost(
                exactBase: try exactBase.times(factor), units: units, inside: inside,
                minimum: try Ratio(whole: minimum).times(factor).roundedUp
            )
        }

        /// Returns this price with the unit prices of a model.
        ///
        /// - Throws: ``InvalidInput`` if a unit has a price in both, or the result is no valid price.
        func adding(unitsOf model: Cost) throws(InvalidInput) -> Cost {
            var all = units
            for (name, price) in model.units {
                guard all[name, default: .zero] == .zero else {
                    throw InvalidInput("the unit \(quoted(name)) has a price here and in the price list")
                }
                all[name] = price
            }
            return try Cost(exactBase: exactBase, units: all, inside: model.inside, minimum: minimum)
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
        package func accepting(_ names: some Sequence<String>) -> Cost {
            let all = names.reduce(into: units) { $0[$1, default: .zero] = $0[$1] ?? .zero }
            return Cost(exactBase, all, inside, minimum, commonDenominator: commonDenominator)
        }

        /// Returns the same price, which also accepts the units of `other`, whose prices are all 0. A price without
        /// units of its own shares the memory of `other`: an action may have thousands of rules.
        func accepting(unitsOf other: Cost) -> Cost {
            assert(other.isFixed, "the prices of the other cost's units must all be 0")
            guard units.isEmpty else { return accepting(other.units.keys) }
            return Cost(exactBase, other.units, inside, minimum, commonDenominator: commonDenominator)
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
    /// In words: `10`, or `1 + 0.004 per output_tokens, at least 2`.
    public var description: String {
        let prices = unitPricesInWords
        let sum = exactBase == .zero && !prices.isEmpty ? prices : [exactBase.inWords] + prices
        return sum.joined(separator: " + ") + (minimum > 0 ? ", at least \(minimum)" : "")
    }
}

extension Policy.Cost: Codable {
    private enum CodingKeys: CodingKey {
        case base, units, inside, minimum
    }

    /// Reads `{ "base": 1, "units": { "output_tokens": "1/250" }, "minimum": 2 }`. A base that isn't whole is a text:
    /// `"5/2"`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let whole = try? container.decode(Credits.self, forKey: .base)
        try self.init(
            exactBase: whole.map { try Ratio($0.rawValue) } ?? container.decode(Ratio.self, forKey: .base),
            units: container.decode([String: Ratio].self, forKey: .units),
            inside: container.decodeIfPresent([String: String].self, forKey: .inside) ?? [:],
            minimum: container.decodeIfPresent(Credits.self, forKey: .minimum) ?? 0
        )
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        if exactBase.denominator == 1 {
            try container.encode(base, forKey: .base)
        } else {
            try container.encode(exactBase, forKey: .base)
        }
        try container.encode(units, forKey: .units)
        if !inside.isEmpty { try container.encode(inside, forKey: .inside) }
        if minimum > 0 { try container.encode(minimum, forKey: .minimum) }
    }
}
