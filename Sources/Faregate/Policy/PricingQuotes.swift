/// The quotes for the cost of an action or of a rule: one, or one for each model.
struct PricingQuotes: Sendable {
    /// The quote if the cost doesn't depend on the model; otherwise the quote for what is the same for every model.
    let common: Quote
    private let byModel: ModelQuotes?
    /// Whether the cost doesn't depend on the model.
    var isCommon: Bool { byModel == nil }

    init(_ pricing: Policy.Pricing, _ rule: Policy.Location, hold: Units, of action: PreparedAction) {
        switch pricing {
        case .same(let cost):
            common = action.quote(cost, rule, hold: hold)
            byModel = nil
        case .byModel(let cost):
            common = action.quote(cost.own, rule, hold: hold)
            byModel = ModelQuotes(cost, rule, hold: hold, of: action)
        }
    }

    /// As ``QuoteVariant/quote(for:orCheapest:)``. A call of an action that is off needs no
    /// model, and in shadow mode a call of an unknown model gets the quote of the cheapest one.
    func quote(for attributes: Attributes, orCheapest: Bool) throws(Gate.UnknownModel) -> Quote {
        guard let byModel else { return common }
        do throws(Gate.UnknownModel) {
            return try byModel.quote(for: attributes)
        } catch {
            if common.mode == .off { return common }
            if orCheapest { return byModel.cheapest }
            guard common.mode == .shadow else { throw error }
            var quote = byModel.cheapest
            quote.shadowRefusal = Quote.ShadowRefusal(rule: quote.rule, reason: error.description)
            return quote
        }
    }

    /// The quote of the call's model.
    ///
    /// - Throws: ``Gate/UnknownModel``, in every mode, if the price depends on the model and the model isn't known.
    func quoteOfModel(for attributes: Attributes) throws(Gate.UnknownModel) -> Quote {
        try byModel?.quote(for: attributes) ?? common
    }
}
