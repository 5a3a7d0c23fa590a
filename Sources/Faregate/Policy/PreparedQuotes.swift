/// All quotes that an action can give, made when the policy is loaded, so that a call only picks one.
///
/// A class, for a call to look at it without copying it.
final class PreparedQuotes: Sendable {
    private struct Rule: Sendable {
        let priceRule: Policy.PriceRule
        /// The quote when the rule sets the price.
        let quote: Quote
        /// What is recorded when it would, but is in shadow.
        let shadow: Quote.ShadowPrice?
    }

    let action: Policy.Action
    /// The quote when no rule sets the price.
    private let plain: Quote
    /// Without those that are off.
    private let rules: [Rule]
    /// Whether a rule looks at the account's plan.
    let asksPlan: Bool

    init(_ action: Policy.Action, _ settings: PolicySettings) {
        self.action = action
        let prepared = PreparedAction(action, settings)
        func quote(_ price: Policy.Cost, _ rule: Policy.Location) -> Quote {
            let cost = PreparedQuotes.cost(price, of: action.hold, mode: prepared.mode)
            return Quote(prepared: PreparedPrice(price, rule, of: prepared), units: action.hold, cost: cost)
        }
        plain = quote(action.cost, action.location)
        rules = action.rules.filter { $0.mode != .off }.map { rule in
            let isShadow = rule.mode == .shadow
            let shadow = isShadow ? Quote.ShadowPrice(rule: rule.location, price: rule.cost, units: action.hold) : nil
            return Rule(priceRule: rule, quote: quote(rule.cost, rule.location), shadow: shadow)
        }
        asksPlan = rules.contains { $0.priceRule.conditions.contains { $0.attribute == Attributes.plan } }
    }

    func quote(for attributes: Attributes) -> Quote {
        guard !rules.isEmpty else { return plain }
        var shadowed: Quote.ShadowPrice?
        for rule in rules where rule.priceRule.matches(attributes) {
            guard let shadow = rule.shadow else { return PreparedQuotes.quote(rule.quote, shadowed) }
            if shadowed == nil { shadowed = shadow }
        }
        return PreparedQuotes.quote(plain, shadowed)
    }

    private static func quote(_ quote: Quote, _ shadowed: Quote.ShadowPrice?) -> Quote {
        guard let shadowed else { return quote }
        var quote = quote
        quote.shadowed = shadowed
        return quote
    }

    private static func cost(_ price: Policy.Cost, of hold: Units, mode: Policy.Mode) -> Credits {
        // The decoder reports a hold that has no price; nobody gets to see such a policy, but it is made.
        mode == .off ? 0 : (try? price.hold(for: hold)) ?? .max
    }
}
