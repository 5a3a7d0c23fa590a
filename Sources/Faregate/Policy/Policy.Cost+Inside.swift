// Units whose amounts are part of the amounts of other units, such as cached tokens among the input tokens.
extension Policy.Cost {
    /// The amount that a unit's price is multiplied by: the reported one, without the units inside it; 0 or more.
    ///
    /// - Parameters:
    ///   - name: one of the units.
    ///   - units: the reported amounts. One that is out of range counts as the nearest amount in the range.
    package func pricedAmount(of name: String, in units: Units) -> Int64 {
        func amount(_ name: String) -> Int64 { min(max(0, units[name, default: 0]), Credits.max.rawValue) }
        // At most 32 amounts below 2^53.
        let contained = inside.reduce(into: 0) { $0 += $1.value == name ? amount($1.key) : 0 }
        return max(0, amount(name) - contained)
    }

    /// The prices above zero, sorted by unit: `0.003 per input_tokens (without cached_tokens)`.
    var unitPricesInWords: [String] {
        units.filter { $0.value != .zero }.sorted { $0.key < $1.key }.map { name, price in
            let contained = inside.filter { $0.value == name }.keys.sorted()
            let without = contained.isEmpty ? "" : " (without \(contained.joined(separator: " and ")))"
            return "\(price.inWords) per \(name)\(without)"
        }
    }

    static func check(_ inside: [String: String], among units: [String: Ratio]) throws(InvalidInput) {
        for (name, container) in inside.sorted(by: { $0.key < $1.key }) {
            for unit in [name, container] where units[unit] == nil {
                throw InvalidInput(
                    "\(quoted(unit)) has no price" + didYouMean(unit, among: units.keys.filter { $0 != name }))
            }
            guard name != container, inside[container] == nil else {
                throw InvalidInput("\(quoted(container)) can't contain another unit and be inside one too")
            }
        }
    }
}
