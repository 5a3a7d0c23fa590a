/// The quotes of an action for calls to which the same limits apply.
final class QuoteVariant: Sendable {
    /// A class, so that a call can look at a rule without copying it.
    private final class Rule: Sendable {
        let conditions: [Policy.Condition]
        let isShadow: Bool
        /// The quotes if the rule sets the price.
        let quotes: PricingQuotes
        /// The record if the rule matches but is in shadow mode, and its price doesn't depend on the model.
        private let fixedShadow: Quote.ShadowPrice?

        init(_ rule: Policy.PriceRule, hold: Units, of action: PreparedAction) {
            conditions = rule.conditions
            isShadow = rule.mode == .shadow
            quotes = PricingQuotes(rule.pricing, rule.location, hold: hold, of: action)
            fixedShadow = (isShadow ? rule.pricing.cost : nil).map {
                Quote.ShadowPrice(rule: rule.location, price: $0, units: hold)
            }
        }

        /// Nil for a model that the price list lacks: shadow mode must not refuse.
        func shadow(for attributes: Attributes) -> Quote.ShadowPrice? {
            if let fixedShadow { return fixedShadow }
            guard let quote = try? quotes.quote(for: attributes, orCheapest: false) else { return nil }
            return Quote.ShadowPrice(rule: quote.rule, price: quote.price, units: quote.units)
        }
    }

    /// The quotes if no rule sets the price.
    private let plain: PricingQuotes
    /// The rules, without those that are off.
    private let rules: [Rule]

    /// - Parameter limits: those of the action's limits that apply to the calls.
    init(_ action: Policy.Action, _ limits: [Policy.Limit], _ settings: PolicySettings) {
        let prepared = PreparedAction(action, limits, settings)
        plain = PricingQuotes(action.pricing, action.location, hold: action.hold, of: prepared)
        rules = action.rules.filter { $0.mode != .off }.map { Rule($0, hold: action.hold, of: prepared) }
    }

    /// - Parameter orCheapest: whether a call whose model isn't known gets the quote of the cheapest model.
    /// - Throws: ``Gate/UnknownModel`` if the price depends on the model, and the call's model isn't known.
    func quote(for attributes: Attributes, orCheapest: Bool) throws(Gate.UnknownModel) -> Quote {
        // The most frequent kind of action, without further calls.
        if rules.isEmpty, plain.isCommon { return plain.common }
        var shadowed: Quote.ShadowPrice?
        for rule in rules where rule.conditions.allSatisfy({ $0.holds(for: attributes) }) {
            guard rule.isShadow else {
                let quote = try rule.quotes.quote(for: attributes, orCheapest: orCheapest)
                return QuoteVariant.quote(quote, shadowed)
            }
            if shadowed == nil { shadowed = rule.shadow(for: attributes) }
        }
        return QuoteVariant.quote(try plain.quote(for: attributes, orCheapest: orCheapest), shadowed)
    }

    private static func quote(_ quote: Quote, _ shadowed: Quote.ShadowPrice?) -> Quote {
        guard let shadowed else { return quote }
        var quote = quote
        quote.shadowed = shadowed
        return quote
    }
}
