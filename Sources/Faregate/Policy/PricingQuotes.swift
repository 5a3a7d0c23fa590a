/// The quotes for the cost of an action or of a rule: one, or one for each model.
enum PricingQuotes: Sendable {
    case same(Quote)
    case byModel(ModelQuotes)

    init(_ pricing: Policy.Pricing, _ rule: Policy.Location, hold: Units, of action: PreparedAction) {
        self =
            switch pricing {
            case .same(let cost): .same(action.quote(cost, rule, hold: hold))
            case .byModel(let cost): .byModel(ModelQuotes(cost, rule, hold: hold, of: action))
            }
    }

    /// As ``QuoteVariant/quote(for:orCheapest:)``.
    func quote(for attributes: Attributes, orCheapest: Bool) throws(Gate.UnknownModel) -> Quote {
        switch self {
        case .same(let quote): return quote
        case .byModel(let quotes):
            do throws(Gate.UnknownModel) {
                return try quotes.quote(for: attributes)
            } catch {
                guard orCheapest else { throw error }
                return quotes.cheapest
            }
        }
    }
}
