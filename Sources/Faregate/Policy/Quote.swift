/// What one call would cost and which limits it meets, with the rule that says so.
public struct Quote: Sendable {
    /// What it has in common with every quote of its price.
    let prepared: PreparedPrice
    /// What the call is assumed to use at first: what the caller told, otherwise the policy's `hold`.
    public internal(set) var units: Units
    /// What is to be taken at first: the price of the ``units``, and at least 1 where any use costs something. In ``Policy/Mode/shadow`` it is what would be taken, and
    /// nothing is; in ``Policy/Mode/off`` it is 0.
    public internal(set) var cost: Credits
    /// The plan that the account was taken to be on; nil where no rule of the action asks for it.
    package internal(set) var assumedPlan: AssumedPlan?
    /// The first rule in shadow that matched before the price was found.
    public internal(set) var shadowed: Quote.ShadowPrice?

    public var action: String { prepared.action.name }
    /// The price that closes the call too, whatever happens to the policy meanwhile.
    public var price: Policy.Cost { prepared.price }
    /// The line of the policy that set the price.
    public var rule: Policy.Location { prepared.rule }
    /// Those that are off are left out; all of them in ``Policy/Mode/off``, and in ``Policy/Mode/shadow`` none is enforced.
    public var limits: [Policy.Limit] { prepared.action.limits }
    /// Of the action and the whole policy together: the weaker one.
    public var mode: Policy.Mode { prepared.action.mode }
    public var overrun: Policy.Overrun { prepared.action.overrun }
    /// How much an account may owe where ``overrun`` is ``Policy/Overrun/debt``.
    public var debtLimit: Credits { prepared.action.settings.debtLimit }
    public var outage: Policy.Outage { prepared.action.outage }
    /// Whether a call without an idempotency key is refused.
    public var isKeyRequired: Bool { prepared.action.isKeyRequired }
    public var timeout: Duration? { timeoutMilliseconds.map { .milliseconds($0) } }
    package var timeoutMilliseconds: Int64? { prepared.action.timeoutMilliseconds }
    public var policyVersion: String { prepared.action.settings.version }

    /// What is taken in fact: nothing unless the quote is enforced.
    package var costTaken: Credits { mode == .enforce ? cost : 0 }

    /// Names the limit's counter in the whole ledger.
    func counter(of limit: Policy.Limit) -> String { limit.counter(in: prepared.action.firstName) }

    /// How much of what the limit counts the call adds to it at first: 0 or more.
    public func amount(countedBy limit: Policy.Limit) -> Int64 {
        limit.amount(credits: cost, units: units)
    }
}

extension Policy {
    /// Prices a call that uses what the policy's `hold` says: by the first rule that is enforced and whose conditions
    /// all hold, otherwise by the action's own cost.
    ///
    /// Pure and in memory; nothing is taken.
    ///
    /// - Throws: ``UnknownAction`` when the policy has no such action.
    public func quote(_ action: String, attributes: Attributes = [:]) throws(UnknownAction) -> Quote {
        try prepared(action).quote(for: attributes)
    }

    private func prepared(_ action: String) throws(UnknownAction) -> PreparedQuotes {
        guard let known = quotes[action] else {
            throw UnknownAction(action: action, nearest: nearestName(to: action, among: actions.keys))
        }
        return known
    }

    /// Prices a call that says what it is going to use.
    ///
    /// - Parameters:
    ///   - action: as the policy files name it.
    ///   - attributes: what the price rules may look at.
    ///   - units: what the caller knows of the usage; for the units that it doesn't mention, the policy's `hold` is
    ///     assumed. Nil or none for nothing known.
    /// - Throws: ``UnknownAction`` when the policy has no such action, ``InvalidInput`` for a unit that no price of
    ///   the action knows, an amount outside 0 to 2^53 − 1, or a cost beyond ``Credits/max``.
    public func quote(_ action: String, attributes: Attributes = [:], units: Units?) throws -> Quote {
        try quote(action, attributes: attributes).assuming(units)
    }

    /// Prices a call of an account that is on this plan: what price rules find under `plan`.
    ///
    /// - Parameters:
    ///   - action: as the policy files name it.
    ///   - attributes: what else the price rules may look at.
    ///   - units: what the caller knows of the usage.
    ///   - plan: nil for none. It is looked up only where a rule of the action asks for it.
    /// - Throws: as ``quote(_:attributes:units:)`` does.
    public func quote(
        _ action: String,
        attributes: Attributes = [:],
        units: Units? = nil,
        on plan: @autoclosure () -> String?
    ) throws -> Quote {
        let prepared = try prepared(action)
        guard prepared.asksPlan else { return try prepared.quote(for: attributes).assuming(units) }
        let plan = plan()
        var attributes = attributes
        attributes[Attributes.plan] = plan.map { .string($0) }
        var quote = try prepared.quote(for: attributes).assuming(units)
        quote.assumedPlan = AssumedPlan(plan)
        return quote
    }
}

extension Quote {
    /// The same price for another usage.
    fileprivate func assuming(_ known: Units?) throws(InvalidInput) -> Quote {
        guard let known, !known.isEmpty else { return self }
        var quote = self
        quote.units = units.merging(known) { $1 }
        let cost = try price.hold(for: quote.units)
        quote.cost = mode == .off ? 0 : cost
        quote.shadowed = shadowed.map { Quote.ShadowPrice(rule: $0.rule, price: $0.price, units: quote.units) }
        return quote
    }
}
