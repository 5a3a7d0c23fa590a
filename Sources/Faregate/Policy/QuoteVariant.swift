/// The quotes of an action for calls to which the same limits apply.
final class QuoteVariant: Sendable {
    private struct Rule: Sendable {
        let priceRule: Policy.PriceRule
        /// The quote if the rule sets the price.
        let quote: Quote
        /// The record if the rule matches but is in shadow mode.
        let shadow: Quote.ShadowPrice?
    }

    /// The quote if no rule sets the price.
    private let plain: Quote
    /// The rules, without those that are off.
    private let rules: [Rule]

    /// - Parameter limits: those of the action's limits that apply to the calls.
    init(_ action: Policy.Action, _ limits: [Policy.Limit], _ settings: PolicySettings) {
        let prepared = PreparedAction(action, limits, settings)
        func quote(_ price: Policy.Cost, _ rule: Policy.Location) -> Quote {
            let cost = QuoteVariant.cost(price, of: action.hold, mode: prepared.mode)
            return Quote(prepared: PreparedPrice(price, rule, of: prepared), units: action.hold, cost: cost)
        }
        plain = quote(action.cost, action.location)
        rules = action.rules.filter { $0.mode != .off }.map { rule in
            let isShadow = rule.mode == .shadow
            let shadow = isShadow ? Quote.ShadowPrice(rule: rule.location, price: rule.cost, units: action.hold) : nil
            return Rule(priceRule: rule, quote: quote(rule.cost, rule.location), shadow: shadow)
        }
    }

    func quote(for attributes: Attributes) -> Quote {
        guard !rules.isEmpty else { return plain }
        var shadowed: Quote.ShadowPrice?
        for rule in rules where rule.priceRule.matches(attributes) {
            guard let shadow = rule.shadow else { return QuoteVariant.quote(rule.quote, shadowed) }
            if shadowed == nil { shadowed = shadow }
        }
        return QuoteVariant.quote(plain, shadowed)
    }

    private static func quote(_ quote: Quote, _ shadowed: Quote.ShadowPrice?) -> Quote {
        guard let shadowed else { return quote }
        var quote = quote
        quote.shadowed = shadowed
        return quote
    }

    private static func cost(_ price: Policy.Cost, of hold: Units, mode: Policy.Mode) -> Credits {
        // A hold without a price makes the policy invalid: the decoder reports it, but builds the policy first.
        mode == .off ? 0 : (try? price.hold(for: hold)) ?? .max
    }
}
