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

        /// The price of a call that matches this rule in shadow mode, or why the rule would refuse it.
        func shadow(for attributes: Attributes) -> Shadow {
            if let fixedShadow { return Shadow(price: fixedShadow) }
            do throws(Gate.UnknownModel) {
                let quote = try quotes.quoteOfModel(for: attributes)
                return Shadow(price: Quote.ShadowPrice(rule: quote.rule, price: quote.price, units: quote.units))
            } catch {
                return Shadow(refusal: Quote.ShadowRefusal(rule: quotes.common.rule, reason: error.description))
            }
        }
    }

    /// What the first matching rule in shadow mode would do: either a price or a refusal.
    private struct Shadow {
        var price: Quote.ShadowPrice?
        var refusal: Quote.ShadowRefusal?
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
        // A short cut for most actions: no rules, one price.
        if rules.isEmpty, plain.isCommon { return plain.common }
        var shadow: Shadow?
        for rule in rules where rule.conditions.allSatisfy({ $0.holds(for: attributes) }) {
            guard rule.isShadow else {
                return QuoteVariant.quote(try rule.quotes.quote(for: attributes, orCheapest: orCheapest), shadow)
            }
            if shadow == nil { shadow = rule.shadow(for: attributes) }
        }
        return QuoteVariant.quote(try plain.quote(for: attributes, orCheapest: orCheapest), shadow)
    }

    private static func quote(_ quote: Quote, _ shadow: Shadow?) -> Quote {
        guard let shadow else { return quote }
        var quote = quote
        quote.shadowed = shadow.price
        quote.shadowRefusal = quote.shadowRefusal ?? shadow.refusal
        return quote
    }
}
