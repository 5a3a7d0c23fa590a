/// The quotes of an action for calls to which the same limits apply.
final class QuoteVariant: Sendable {
    private struct Rule: Sendable {
        let priceRule: Policy.PriceRule
        /// The quotes if the rule sets the price.
        let quotes: PricingQuotes
        /// The record if the rule matches but is in shadow mode, and its price doesn't depend on the model.
        let fixedShadow: Quote.ShadowPrice?
    }

    /// The quotes if no rule sets the price.
    private let plain: PricingQuotes
    /// The rules, without those that are off.
    private let rules: [Rule]

    /// - Parameter limits: those of the action's limits that apply to the calls.
    init(_ action: Policy.Action, _ limits: [Policy.Limit], _ settings: PolicySettings) {
        let prepared = PreparedAction(action, limits, settings)
        plain = PricingQuotes(action.pricing, action.location, hold: action.hold, of: prepared)
        rules = action.rules.filter { $0.mode != .off }.map { rule in
            let shadow = rule.mode == .shadow ? rule.pricing.cost : nil
            return Rule(
                priceRule: rule,
                quotes: PricingQuotes(rule.pricing, rule.location, hold: action.hold, of: prepared),
                fixedShadow: shadow.map { Quote.ShadowPrice(rule: rule.location, price: $0, units: action.hold) }
            )
        }
    }

    /// - Parameter orCheapest: whether a call whose model isn't known gets the quote of the cheapest model.
    /// - Throws: ``Gate/UnknownModel`` if the price depends on the model, and the call's model isn't known.
    func quote(for attributes: Attributes, orCheapest: Bool) throws(Gate.UnknownModel) -> Quote {
        guard !rules.isEmpty else { return try plain.quote(for: attributes, orCheapest: orCheapest) }
        var shadowed: Quote.ShadowPrice?
        for rule in rules where rule.priceRule.matches(attributes) {
            guard rule.priceRule.mode == .shadow else {
                let quote = try rule.quotes.quote(for: attributes, orCheapest: orCheapest)
                return QuoteVariant.quote(quote, shadowed)
            }
            if shadowed == nil { shadowed = QuoteVariant.shadow(of: rule, for: attributes) }
        }
        return QuoteVariant.quote(try plain.quote(for: attributes, orCheapest: orCheapest), shadowed)
    }

    /// Nil for a model that the price list lacks: shadow mode must not refuse.
    private static func shadow(of rule: Rule, for attributes: Attributes) -> Quote.ShadowPrice? {
        if let shadow = rule.fixedShadow { return shadow }
        guard let quote = try? rule.quotes.quote(for: attributes, orCheapest: false) else { return nil }
        return Quote.ShadowPrice(rule: rule.priceRule.location, price: quote.price, units: quote.units)
    }

    private static func quote(_ quote: Quote, _ shadowed: Quote.ShadowPrice?) -> Quote {
        guard let shadowed else { return quote }
        var quote = quote
        quote.shadowed = shadowed
        return quote
    }
}
