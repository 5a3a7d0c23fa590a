/// The units that a call is assumed to use until it ends.
extension PolicyDecoder {
    /// - Parameter prices: the action's prices; none of them may exceed the range of credits for this hold.
    func hold(_ node: JSONNode, among known: KnownUnits, for prices: [Policy.Pricing]) -> Units {
        guard let object = ObjectReader(node, "\"hold\"", diagnostics) else { return [:] }
        var units: Units = [:]
        for member in object.members {
            let amount = whole(member.value, "an amount", in: 0...Credits.max.rawValue)
            if isKnown(member, among: known) { units[member.name] = amount }
        }
        // An action with too many units is reported elsewhere, and so is a hold with too many.
        guard known.names.count <= Units.limit else { return [:] }
        for price in prices.lazy.flatMap(\.costs) {
            let isPriced = reporting(at: node.place) { () throws(InvalidInput) in
                try price.accepting(units.keys).credits(for: units)
            }
            // One report: the other prices most likely have the same mistake.
            if isPriced == nil { return [:] }
        }
        return units
    }

    /// Warns of a price that depends only on usage, if none of its priced units has a hold.
    func checkHold(_ hold: Units, for pricing: Policy.Pricing, at place: Place) {
        guard !diagnostics.hasErrors else { return }
        let costs = pricing.costs
        guard costs.contains(where: { $0.base == 0 && $0.minimum == 0 && !$0.isFixed }) else { return }
        // A model without the unit that the others hold is no mistake.
        let isHeld = costs.contains { $0.units.contains { $0.value != .zero && hold[$0.key, default: 0] > 0 } }
        guard !isHeld else { return }
        diagnostics.warning(
            "this price depends only on usage, and the action has no \"hold\" for it, so a call starts with only "
                + "1 credit held; write in \"hold\" what a call usually uses",
            at: place
        )
    }

    private func isKnown(_ member: JSONMember, among known: KnownUnits) -> Bool {
        if known.mayContain(member.name) { return true }
        diagnostics.error(
            "no price of this action has the unit \(quoted(member.name))"
                + didYouMean(member.name, among: known.names),
            at: member.namePlace,
            expected: known.names.isEmpty ? "a cost with \"units\"" : "one of \(known.list)"
        )
        return false
    }

    func checkCount(of units: KnownUnits, at place: Place) {
        guard units.names.count > Units.limit else { return }
        diagnostics.error(
            "the prices of an action have at most \(Units.limit) units; this action has \(units.names.count)",
            at: place
        )
    }
}
