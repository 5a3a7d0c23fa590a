/// What one call would cost and which limits it meets, with the rule that says so.
public struct Quote: Sendable {
    public let action: String
    public let price: Cost
    /// The line of the policy that set the price.
    public let rule: SourceLocation
    /// What the call is taken to use: what its caller said, and the policy's `hold` for the rest.
    public let units: Units
    /// What is held before the handler runs. In ``Mode/shadow`` it is what would be held.
    public let cost: Credits
    /// Those that are looked at. Where the whole action is in shadow mode, so are they.
    public let limits: [Limit]
    /// Of the action and the whole policy together: the weaker one.
    public let mode: Mode
    /// The rule in shadow mode that would have set the price.
    public let shadowed: ShadowedRule?
    public let overrun: Overrun
    public let debtLimit: Credits
    public let outage: Outage
    public let timeoutMilliseconds: Int64?
    public let policyVersion: String

    /// A price rule in shadow mode that matched, and what it would have cost.
    public struct ShadowedRule: Sendable, Hashable {
        public let location: SourceLocation
        public let cost: Credits
    }
}

extension Policy {
    /// Prices a call: the first rule whose conditions all hold, otherwise the action's own cost.
    ///
    /// Pure and in memory; nothing is taken.
    ///
    /// - Parameters:
    ///   - action: as the policy files name it.
    ///   - attributes: what price rules look at.
    ///   - units: what the call is going to use, as far as that is known.
    /// - Throws: ``UnknownAction`` when the policy has no such action, ``InvalidInput`` when the units have no price, are
    ///   negative, or would cost more than ``Credits/max``.
    public func quote(_ action: String, attributes: Attributes = [:], units: Units = [:]) throws -> Quote {
        guard let known = actions[action] else {
            throw UnknownAction(action: action, nearest: nearestName(to: action, among: actions.keys))
        }
        let mode = min(self.mode, known.mode)
        let rule = known.rules.first { $0.mode == .enforce && $0.matches(attributes) }
        let price = rule?.cost ?? known.cost
        let used = price.isFixed && units.isEmpty ? [:] : known.hold(for: price, units)
        return Quote(
            action: action,
            price: price,
            rule: rule?.location ?? known.location,
            units: used,
            cost: mode == .off ? 0 : price.isFixed && units.isEmpty ? price.base : try price.credits(for: used),
            limits: mode == .off ? [] : known.limits,
            mode: mode,
            shadowed: try known.shadowedRule(before: rule, attributes, units),
            overrun: known.overrun,
            debtLimit: debtLimit,
            outage: known.outage,
            timeoutMilliseconds: known.timeoutMilliseconds,
            policyVersion: version
        )
    }
}

extension Action {
    /// Units that this price doesn't know are not assumed; a caller who names one is told.
    fileprivate func hold(for price: Cost, _ units: Units) -> Units {
        hold.filter { price.units[$0.key] != nil }.merging(units) { $1 }
    }

    fileprivate func shadowedRule(
        before rule: PriceRule?,
        _ attributes: Attributes,
        _ units: Units
    ) throws(InvalidInput) -> Quote.ShadowedRule? {
        guard hasShadows else { return nil }
        for candidate in rules {
            if candidate.location == rule?.location { return nil }
            guard candidate.mode == .shadow, candidate.matches(attributes) else { continue }
            let known = units.filter { candidate.cost.units[$0.key] != nil }
            let cost = try candidate.cost.credits(for: hold(for: candidate.cost, known))
            return Quote.ShadowedRule(location: candidate.location, cost: cost)
        }
        return nil
    }
}

/// The policy in force does not price this action, so nobody may run it.
public struct UnknownAction: Error, Equatable, CustomStringConvertible {
    public let action: String
    /// The known action with the most similar name, if one is similar.
    public let nearest: String?

    public var description: String {
        let hint = nearest.map { "; did you mean \"\($0)\"?" } ?? "; add it to the policy files"
        return "the policy has no action \"\(action)\"\(hint)"
    }
}
