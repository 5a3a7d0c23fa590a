/// A pack that covers an account's shortfall, in the smallest quantity that does.
public struct PackOffer: Sendable {
    public let pack: Policy.Pack
    /// The number of packs: 1, unless the pack is sold in quantities.
    public let quantity: Int
    /// The credits of all packs together.
    public let credits: Credits
    /// The price of all packs together.
    public let price: Money

    /// - Returns: nil if no provider sells the pack, or if the largest quantity isn't enough.
    init?(_ pack: Policy.Pack, covering shortfall: Int64) {
        let needed = (max(shortfall, 1) - 1) / pack.credits.rawValue + 1
        guard !pack.products.isEmpty, let quantity = Int(exactly: max(needed, Int64(pack.quantities.lowerBound))),
            let credits = try? pack.credits(for: quantity), let price = try? pack.price(for: quantity)
        else { return nil }
        self.pack = pack
        self.quantity = quantity
        self.credits = credits
        self.price = price
    }

    /// Returns the packs that cover the shortfall of an action, sorted by currency, then price: amounts in different
    /// currencies can't be compared.
    ///
    /// - Parameter names: the action's former names and its present one.
    static func offers(
        covering shortfall: Int64, of names: [String], among packs: some Sequence<Policy.Pack>
    ) -> [PackOffer] {
        let fitting = packs.filter { $0.actions.map { !Set($0).isDisjoint(with: names) } ?? true }
        return fitting.compactMap { PackOffer($0, covering: shortfall) }.sorted { left, right in
            (left.price.currency, left.price.minorUnits, left.pack.name)
                < (right.price.currency, right.price.minorUnits, right.pack.name)
        }
    }

    /// The offer as an entry of a problem's `packs`. It has a `quantity` only if that is more than one, and `for`
    /// unless the credits pay for all actions.
    var json: Problem.Value {
        var members: [String: Problem.Value] = [
            "name": .string(pack.name), "credits": .integer(credits.rawValue), "price": .string(price.description),
        ]
        if let actions = pack.actions { members["for"] = .array(actions.map { .string($0) }) }
        if quantity > 1 { members["quantity"] = .integer(Int64(quantity)) }
        return .object(members)
    }
}
