/// The differences between two price lists, by model.
package struct PriceListDifferences {
    private let old: Policy.PriceList
    private let new: Policy.PriceList

    package init(old: Policy.PriceList, new: Policy.PriceList) {
        (self.old, self.new) = (old, new)
    }

    package var all: [Policy.Difference] {
        Set(new.names).union(old.names).sorted().flatMap { model in
            texts(of: new[model]?.cost, before: old[model]?.cost)
                .map { Policy.Difference("model \(printable(model))", $0) }
        }
    }

    private func texts(of cost: Policy.Cost?, before: Policy.Cost?) -> [String] {
        guard let cost else { return ["removed: calls with this model fail"] }
        let units = cost.units.sorted { $0.key < $1.key }
        guard let before else {
            let prices = units.map { "\($0.key) \($0.value.decimalFraction)" }.joined(separator: ", ")
            return ["new: \(prices) credits"]
        }
        let names = Set(cost.units.keys).union(before.units.keys).sorted()
        return names.compactMap { text(of: $0, cost.units[$0], before: before.units[$0]) }
            + names.compactMap { text(of: $0, in: cost.inside[$0], before: before.inside[$0]) }
    }

    private func text(of unit: String, _ price: Ratio?, before: Ratio?) -> String? {
        guard price != before else { return nil }
        let percent = price.flatMap { price in before.map { Policy.Cost.percent(from: $0.value, to: price.value) } }
        return "\(unit) \(before?.decimalFraction ?? "no price") -> "
            + (price.map { "\($0.decimalFraction) credits" } ?? "no price") + (percent ?? "")
    }

    private func text(of unit: String, in container: String?, before: String?) -> String? {
        guard container != before else { return nil }
        func place(_ container: String?) -> String { container.map { "inside \($0)" } ?? "beside the other units" }
        return "\(unit): counted \(place(before)) -> \(place(container))"
    }
}

extension Ratio {
    fileprivate var value: Double { Double(numerator) / Double(denominator) }
}
