/// What two price lists, or two markups, mean for the calls of an action.
struct ModelDifferences {
    let old: Policy.Pricing
    let new: Policy.Pricing
    /// What a call of the new action uses.
    let hold: Units

    /// The most models that are shown for a cost; the others are counted.
    private static let shown = 3

    /// `a call with large-2 that uses its hold: 39 -> 47 credits (+21%)`; none unless both costs depend on the model.
    var texts: [String] {
        guard let before = old.modelCost, let after = new.modelCost else { return [] }
        let changed = after.list.names.compactMap { text(of: $0, before, after) }
        let rest = changed.count - ModelDifferences.shown
        return Array(changed.prefix(ModelDifferences.shown))
            + (rest > 0 ? ["the same call with \(rest) more \(rest == 1 ? "model" : "models") has another price"] : [])
    }

    private func text(of model: String, _ before: Policy.ModelCost, _ after: Policy.ModelCost) -> String? {
        let isHeld = hold.contains { $0.value > 0 }
        guard let cost = try? after.cost(of: model), let oldCost = try? before.cost(of: model) else { return nil }
        let priced = Set((Array(cost.units) + Array(oldCost.units)).filter { $0.value != .zero }.map(\.key))
        let units = isHeld ? hold : Units(uniqueKeysWithValues: priced.map { ($0, 1000) })
        guard let credits = try? cost.knowing(units.keys).credits(for: units),
            let oldCredits = try? oldCost.knowing(units.keys).credits(for: units), credits != oldCredits
        else { return nil }
        return "a call with \(printable(model)) that uses \(isHeld ? "its hold" : "1000 of each unit"): "
            + "\(oldCredits) -> \(credits.inWords)"
            + Policy.Cost.percent(from: oldCredits.rawValue, to: credits.rawValue)
    }
}
