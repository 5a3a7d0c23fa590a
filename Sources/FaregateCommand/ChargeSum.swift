import Faregate

/// How the credits of a charge came about, by the price that the charge's policy has for it.
struct ChargeSum {
    /// Empty for a fixed price, or if the recorded use at this price doesn't add up to the recorded credits.
    let lines: [String]

    init(_ charge: Ledger.ChargeExplanation, _ rule: Policy.RecordedRule) {
        guard let (price, name) = ChargeSum.price(of: charge, rule.pricing),
            let units = ChargeSum.candidates(charge, rule.hold).first(where: { ChargeSum.fits(charge, price, $0) })
        else {
            lines = []
            return
        }
        let terms = PriceSum(price: price.accepting(units.keys), units: units).lines
        let what = charge.state == .settled ? "the cost" : "the hold"
        lines = terms.isEmpty ? [] : ["\(what)\(name):"] + terms.map { "  \($0)" }
    }

    /// The price of the charge's model, with the model's name in words.
    private static func price(
        of charge: Ledger.ChargeExplanation, _ pricing: Policy.Pricing
    ) -> (Policy.Cost, name: String)? {
        switch pricing {
        case .same(let cost): return (cost, "")
        case .byModel(let cost):
            guard case .string(let model) = charge.attributes[cost.attribute], let price = try? cost.cost(of: model)
            else { return nil }
            let markup = cost.markup == .one ? "" : " × \(cost.markup.inWords)"
            return (price, ", with the prices of the \(cost.attribute) \(model)\(markup)")
        }
    }

    /// A call is priced by its expected units, or by those it reported instead. A stream that failed part-way is priced
    /// by reported units alone.
    private static func candidates(_ charge: Ledger.ChargeExplanation, _ hold: Units) -> [Units] {
        let expected = hold.merging(charge.units) { $1 }
        guard charge.state == .settled, let used = charge.used else { return [expected] }
        return [expected.merging(used) { $1 }, used]
    }

    private static func fits(_ charge: Ledger.ChargeExplanation, _ price: Policy.Cost, _ units: Units) -> Bool {
        guard let credits = try? price.accepting(units.keys).credits(for: units) else { return false }
        guard charge.state == .settled, charge.used != nil else { return max(credits, 1) == charge.quoted }
        return credits.rawValue == charge.cost.rawValue + charge.debt.rawValue + charge.short.rawValue
    }
}
