/// The most, and the least, that a call counts towards limits before its usage is known.
struct MostExpensiveCall {
    let action: String
    let units: Units
    private(set) var credits: Credits = 0
    /// The place of the price that costs the most credits.
    private(set) var location: Policy.Location
    /// The credits of the cheapest price, and its place.
    private(set) var least: (credits: Credits, location: Policy.Location)

    init(of action: Policy.Action) {
        self.action = action.name
        units = action.mode == .off ? [:] : action.hold
        location = action.location
        least = (action.mode == .off ? 0 : .max, action.location)
        guard action.mode != .off else { return }
        let rules = action.rules.filter { $0.mode != .off }.map { ($0.pricing, $0.location) }
        for (pricing, location) in [(action.pricing, action.location)] + rules {
            for price in pricing.costs {
                // A hold that costs too much was reported already.
                guard let cost = try? price.accepting(units.keys).credits(for: units) else { continue }
                if cost > credits { (credits, self.location) = (cost, location) }
                if cost < least.credits { least = (cost, location) }
            }
        }
    }
}
