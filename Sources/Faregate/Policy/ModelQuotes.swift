/// The quotes of an action for a cost that contains the prices of the call's model.
final class ModelQuotes: Sendable {
    private let cost: Policy.ModelCost
    private let action: PreparedAction
    private let hold: Units
    private let rule: Policy.Location
    /// The quotes that calls have needed, by model.
    private let known = Mutex<[String: Quote]>([:])
    private let cheapestModel = Mutex<Quote?>(nil)

    /// Bounds the memory. A full cache is emptied.
    private static let maximumKnown = 256

    init(_ cost: Policy.ModelCost, _ rule: Policy.Location, hold: Units, of action: PreparedAction) {
        (self.cost, self.rule, self.hold, self.action) = (cost, rule, hold, action)
    }

    /// - Throws: ``Gate/UnknownModel`` if the call names no model of the price list.
    func quote(for attributes: Attributes) throws(Gate.UnknownModel) -> Quote {
        let model = try cost.model(in: attributes, of: action.name)
        if let quote = known.withLock({ $0[model] }) { return quote }
        // This can't throw: the decoder has computed every model's cost.
        guard let price = try? cost.cost(of: model) else {
            throw Gate.UnknownModel(action: action.name, attribute: cost.attribute, model: model, list: cost.list)
        }
        let made = action.quote(price, rule, hold: hold)
        known.withLock { known in
            if known.count >= ModelQuotes.maximumKnown { known.removeAll() }
            known[model] = made
        }
        return made
    }

    /// The quote of the model whose hold costs least, for answers about calls whose model isn't known.
    var cheapest: Quote {
        cheapestModel.withLock { cheapest in
            if let cheapest { return cheapest }
            let prices = Policy.Pricing.byModel(cost).costs
            let least = prices.min { action.hold(hold, at: $0) < action.hold(hold, at: $1) }
            let quote = action.quote(least ?? cost.own, rule, hold: hold, modelCost: cost)
            cheapest = quote
            return quote
        }
    }
}

extension PreparedAction {
    func quote(
        _ price: Policy.Cost, _ rule: Policy.Location, hold: Units, modelCost: Policy.ModelCost? = nil
    ) -> Quote {
        let prepared = PreparedPrice(price, rule, of: self, modelCost: modelCost)
        return Quote(prepared: prepared, units: hold, cost: self.hold(hold, at: price))
    }

    /// The credits to hold for these units.
    fileprivate func hold(_ units: Units, at price: Policy.Cost) -> Credits {
        // A hold without a price makes the policy invalid: the decoder reports it, but builds the policy first.
        mode == .off ? 0 : (try? price.hold(for: units)) ?? .max
    }
}
