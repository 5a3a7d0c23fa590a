import Faregate

/// How a price per unit adds up for a call, in lines for people.
struct PriceSum {
    let price: Policy.Cost
    let units: Units

    /// Empty for a fixed price.
    var lines: [String] {
        let prices = price.units.filter { $0.value != .zero }.sorted { $0.key < $1.key }
        guard !prices.isEmpty, let sum = try? price.exactPrice(of: units) else { return [] }
        let base = price.exactBase == .zero ? [] : ["\(price.exactBase.inWords) for the call"]
        let terms = prices.map { name, ratio in
            let amount = price.pricedAmount(of: name, in: units)
            return "\(amount) \(name) × \(ratio.inWords) = \(ratio.price(of: amount))"
        }
        let minimum = price.minimum > 0 ? ["at least \(price.minimum)"] : []
        return base + terms + total(sum, of: base.count + terms.count) + minimum
    }

    private func total(_ sum: ExactCredits, of terms: Int) -> [String] {
        let together = terms > 1 ? ["\(sum) together"] : []
        let rounded = sum.remainder > 0 ? ["rounded up once to \(sum.roundedUp)"] : []
        return together.isEmpty && rounded.isEmpty ? [] : [(together + rounded).joined(separator: ", ")]
    }
}
