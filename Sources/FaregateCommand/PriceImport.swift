import Faregate

/// Converts the prices of models.dev, in dollars per 1,000,000 units, to credits per unit.
struct PriceImport {
    /// How a provider counts units that it also prices on their own.
    enum Counting: String, CaseIterable {
        /// As a part of the input or output tokens.
        case inside
        case beside
    }

    struct LeftOut: Encodable {
        let model: String
        let reason: String
    }

    let creditsPerDollar: Ratio
    /// How cached tokens are counted; nil if the command line doesn't say.
    let cached: Counting?
    /// How reasoning tokens are counted; nil if the command line doesn't say.
    let reasoning: Counting?
    private(set) var costs: [String: Policy.Cost] = [:]
    private(set) var leftOut: [LeftOut] = []
    /// The kinds of prices that were not imported, and how many models have them.
    private(set) var ignored: [String: Int] = [:]

    /// The units, by the keys of models.dev, and the unit that can contain each.
    private static let units: [String: (name: String, container: String?)] = [
        "input": ("input_tokens", nil),
        "output": ("output_tokens", nil),
        "cache_read": ("cached_tokens", "input_tokens"),
        "cache_write": ("cache_write_tokens", "input_tokens"),
        "reasoning": ("reasoning_tokens", "output_tokens"),
    ]

    init(creditsPerDollar: Ratio, cached: Counting?, reasoning: Counting?) {
        self.creditsPerDollar = creditsPerDollar
        self.cached = cached
        self.reasoning = reasoning
    }

    /// Adds a model. A model that can't be imported is noted in ``leftOut``.
    ///
    /// - Throws: ``Failure`` if the command line doesn't say how the provider counts the model's units, or if another
    ///   provider's model with this name has other prices.
    mutating func add(_ model: ModelsFile.Model) throws {
        guard let dollars = model.dollars else { return leaveOut(model, "it has no price") }
        guard Policy.PriceList.isModelName(model.name) else {
            return leaveOut(model, "a price list can't have this name")
        }
        let prices = dollars.filter { PriceImport.units[$0.key] != nil }
        guard !prices.isEmpty else { return leaveOut(model, "it has no price for tokens") }
        for key in model.others + dollars.keys where PriceImport.units[key] == nil { ignored[key, default: 0] += 1 }
        let inside = try inside(prices.keys, of: model.name)
        let cost: Policy.Cost
        do throws(InvalidInput) {
            cost = try Policy.Cost(units: credits(prices), inside: inside)
        } catch {
            return leaveOut(model, error.description)
        }
        guard costs[model.name] == nil || costs[model.name] == cost else {
            throw Failure.misuse(
                "two of these providers have a model \"\(model.name.printable)\" at different prices; import one of "
                    + "them")
        }
        costs[model.name] = cost
    }

    private mutating func leaveOut(_ model: ModelsFile.Model, _ reason: String) {
        leftOut.append(LeftOut(model: model.name, reason: reason))
    }

    private func inside(_ keys: some Collection<String>, of model: String) throws -> [String: String] {
        var inside: [String: String] = [:]
        for key in keys {
            guard let (name, container) = PriceImport.units[key], let container else { continue }
            let option = key == "reasoning" ? "reasoning" : "cached"
            guard let counting = key == "reasoning" ? reasoning : cached else {
                throw Failure.misuse(
                    "the model \"\(model.printable)\" has a price for \(name): say whether the provider counts them as "
                        + "a part of the \(container) (--\(option) inside) or separately (--\(option) beside)"
                )
            }
            if counting == .inside { inside[name] = container }
        }
        return inside
    }

    private func credits(_ dollars: [String: String]) throws(InvalidInput) -> [String: Ratio] {
        var units: [String: Ratio] = [:]
        for (key, text) in dollars {
            guard let unit = PriceImport.units[key] else { continue }
            let price = try PriceImport.reading(text, of: key)
            units[unit.name] = try price.times(Ratio(1, 1_000_000)).times(creditsPerDollar)
        }
        return units
    }

    private static func reading(_ text: String, of key: String) throws(InvalidInput) -> Ratio {
        do throws(InvalidInput) {
            return try Ratio(parsing: withoutExponent(text))
        } catch {
            throw InvalidInput(
                "its price of \(key), \(text.prefix(40)), is not 0 or more with up to nine decimals")
        }
    }
}
