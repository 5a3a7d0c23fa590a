/// How a new price list, or a new markup, changes what an action's calls cost.
struct ModelDifferences {
    let old: Policy.Pricing
    let new: Policy.Pricing
    /// What a call of the old and of the new action holds.
    let holds: (old: Units, new: Units)

    /// The most models that are shown for a cost; the others are counted.
    private static let shown = 3

    /// `a call with large-2 that uses its hold: 39 -> 47 credits (+21%)`; none unless both costs depend on the model.
    var texts: [String] {
        guard let before = old.modelCost, let after = new.modelCost else { return [] }
        let changed = after.list.names.compactMap { text(of: $0, before, after) }
        let rest = changed.count - ModelDifferences.shown
        let more = "the price of the same call also changes with \(rest) more \(rest == 1 ? "model" : "models")"
        return Array(changed.prefix(ModelDifferences.shown)) + (rest > 0 ? [more] : [])
    }

    private func text(of model: String, _ before: Policy.ModelCost, _ after: Policy.ModelCost) -> String? {
        guard let oldCost = try? before.cost(of: model), let cost = try? after.cost(of: model) else { return nil }
        if holds.old != holds.new {
            return text(
                "what a call with \(printable(model)) holds",
                try? oldCost.accepting(holds.old.keys).hold(for: holds.old),
                try? cost.accepting(holds.new.keys).hold(for: holds.new))
        }
        let isHeld = holds.new.contains { $0.value > 0 }
        let units = isHeld ? holds.new : thousand(ofUnitsIn: oldCost, and: cost)
        return text(
            "a call with \(printable(model)) that uses \(isHeld ? "its hold" : "1000 of each unit")",
            try? oldCost.accepting(units.keys).credits(for: units), try? cost.accepting(units.keys).credits(for: units))
    }

    private func text(_ subject: String, _ old: Credits?, _ new: Credits?) -> String? {
        guard let old, let new, old != new else { return nil }
        return "\(subject): \(old) -> \(new.inWords)" + Policy.Cost.percent(from: old.rawValue, to: new.rawValue)
    }

    /// 1000 of each unit that both prices have: no call could use the others under both.
    private func thousand(ofUnitsIn old: Policy.Cost, and new: Policy.Cost) -> Units {
        let priced = Set(new.units.keys).intersection(old.units.keys).filter {
            new.units[$0] != .zero || old.units[$0] != .zero
        }
        return Units(uniqueKeysWithValues: priced.map { ($0, 1000) })
    }
}
