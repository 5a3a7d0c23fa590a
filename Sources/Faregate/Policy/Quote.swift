/// The price of one call, its limits, and the rule that sets the price.
public struct Quote: Sendable {
    /// The parts shared by all quotes with this price.
    let prepared: PreparedPrice
    /// The units that the call is assumed to use: those that the caller passed, and the policy's `hold` for the others.
    public internal(set) var units: Units
    /// The credits to take when the call starts: the price of the ``units``, and at least 1 if any unit has a price. In
    /// ``Policy/Mode/shadow``, the credits that would be taken; in ``Policy/Mode/off``, 0.
    public internal(set) var cost: Credits
    /// The plan that the price and the limits assume; nil if no rule or limit of the action tests the plan.
    package internal(set) var assumedPlan: AssumedPlan?
    /// The first rule in shadow mode that matched before the price was found.
    public internal(set) var shadowed: Quote.ShadowPrice?
    /// Why an action or rule in shadow mode, which can't price the call, would refuse it if enforced; nil if none
    /// would.
    public internal(set) var shadowRefusal: Quote.ShadowRefusal?

    public var action: String { prepared.action.name }
    /// The price. The call is also settled at this price, even if the policy changes meanwhile.
    public var price: Policy.Cost { prepared.price }
    /// The cost by model, if the call's model isn't known and the quote is that of the cheapest one; otherwise nil.
    package var modelCost: Policy.ModelCost? { prepared.modelCost }
    /// The line of the policy that set the price.
    public var rule: Policy.Location { prepared.rule }
    /// The limits that count the call, without those that are off. In ``Policy/Mode/off`` there are none, and in
    /// ``Policy/Mode/shadow`` none is enforced.
    public var limits: [Policy.Limit] { prepared.action.limits }
    /// The weaker of the modes of the action and the whole policy.
    public var mode: Policy.Mode { prepared.action.mode }
    public var overrun: Policy.Overrun { prepared.action.overrun }
    /// The most that an account may owe if ``overrun`` is ``Policy/Overrun/debt``.
    public var debtLimit: Credits { prepared.action.settings.debtLimit }
    public var outage: Policy.Outage { prepared.action.outage }
    /// Whether a call without an idempotency key is refused.
    public var isKeyRequired: Bool { prepared.action.isKeyRequired }
    public var timeout: Duration? { timeoutMilliseconds.map { .milliseconds($0) } }
    package var timeoutMilliseconds: Int64? { prepared.action.timeoutMilliseconds }
    public var policyVersion: String { prepared.action.settings.version }

    /// The credits actually taken: 0 unless the quote is enforced.
    package var costTaken: Credits { mode == .enforce ? cost : 0 }

    /// The action's former names, and its present one.
    package var actionNames: [String] { prepared.action.was + [action] }

    /// Returns the name of the limit's counter, unique in the ledger.
    func counter(of limit: Policy.Limit) -> String { limit.counter(in: prepared.action.firstName) }

    /// Returns the amount that the call adds to the limit when it starts: 0 or more.
    public func amount(countedBy limit: Policy.Limit) -> Int64 {
        limit.amount(credits: cost, units: units)
    }

    /// The first enforced limit whose maximum is below what this one call counts, so that waiting doesn't help; nil if
    /// every enforced limit has room for the call.
    var impassableLimit: Policy.Limit? {
        limits.first { $0.mode == .enforce && amount(countedBy: $0) > $0.max }
    }
}

extension Policy {
    /// Prices a call that uses the policy's `hold`. The first enforced rule whose conditions all hold sets the price,
    /// or else the action's own cost.
    ///
    /// This is a pure function in memory; no credits are taken.
    ///
    /// - Throws: ``Gate/UnknownAction`` when the policy has no such action, ``Gate/UnknownModel`` when an enforced
    ///   price depends on the model and the attributes don't name one of the price list.
    public func quote(_ action: String, attributes: Attributes = [:]) throws -> Quote {
        try prepared(action).quote(for: attributes)
    }

    func prepared(_ action: String) throws(Gate.UnknownAction) -> PreparedQuotes {
        guard let known = quotes[action] else {
            throw Gate.UnknownAction(action: action, nearest: nearestName(to: action, among: actions.keys))
        }
        return known
    }

    /// Prices a call with its expected use.
    ///
    /// - Parameters:
    ///   - action: the action's name in the policy files.
    ///   - attributes: values that the price rules can test.
    ///   - units: the expected use, as far as it is known; nil or empty if nothing is known. The policy's `hold`
    ///     supplies the other units.
    /// - Throws: ``Gate/UnknownAction`` when the policy has no such action; ``InvalidInput`` for an amount outside 0 to
    ///   2^53 − 1; if the action is enforced, ``Gate/UnknownModel`` when the price depends on the model and the
    ///   attributes don't name one of the price list, and ``InvalidInput`` for a unit that no price of the action has,
    ///   or a cost beyond ``Credits/max``.
    public func quote(_ action: String, attributes: Attributes = [:], units: Units?) throws -> Quote {
        try quote(action, attributes: attributes).assuming(units)
    }

    /// Prices a call of an account on this plan, which price rules and limits find under the attribute `plan`.
    ///
    /// - Parameters:
    ///   - action: the action's name in the policy files.
    ///   - attributes: the other values that the price rules and limits can test.
    ///   - units: the expected use, as far as it is known.
    ///   - plan: the account's plan; nil for none. Evaluated only if a rule or a limit of the action tests it.
    /// - Throws: as ``quote(_:attributes:units:)`` does.
    public func quote(
        _ action: String,
        attributes: Attributes = [:],
        units: Units? = nil,
        on plan: @autoclosure () -> String?
    ) throws -> Quote {
        try quote(action, attributes: attributes, units: units, orCheapest: false, on: plan())
    }

    /// Prices a typical call: with the cheapest model if the price depends on the model and the call's model isn't
    /// known.
    ///
    /// - Throws: ``Gate/UnknownAction`` when the policy has no such action.
    func typicalQuote(
        _ action: String, attributes: Attributes = [:], on plan: @autoclosure () -> String?
    ) throws -> Quote {
        try quote(action, attributes: attributes, units: nil, orCheapest: true, on: plan())
    }

    private func quote(
        _ action: String, attributes: Attributes, units: Units?, orCheapest: Bool, on plan: @autoclosure () -> String?
    ) throws -> Quote {
        let prepared = try prepared(action)
        guard prepared.asksPlan else {
            return try prepared.quote(for: attributes, orCheapest: orCheapest).assuming(units)
        }
        let plan = plan()
        var attributes = attributes
        attributes[Attributes.plan] = plan.map { .string($0) }
        var quote = try prepared.quote(for: attributes, orCheapest: orCheapest).assuming(units)
        quote.assumedPlan = AssumedPlan(plan)
        return quote
    }
}

extension Quote {
    /// Returns the price of a call that used these units. What isn't enforced must not refuse: in shadow mode and in
    /// mode `off`, a unit without a price costs nothing, and a price above ``Credits/max`` becomes ``Credits/max``.
    ///
    /// - Throws: ``InvalidInput``, as ``Policy/Cost/credits(for:)`` does; for invalid amounts in every mode.
    func credits(for units: Units) throws(InvalidInput) -> Credits {
        do throws(InvalidInput) {
            return try price.credits(for: units)
        } catch {
            try units.validate()
            guard mode != .enforce else { throw error }
            return (try? price.credits(for: units.known(to: price))) ?? .max
        }
    }

    /// Returns the same quote for other units.
    fileprivate func assuming(_ known: Units?) throws(InvalidInput) -> Quote {
        guard let known, !known.isEmpty else { return self }
        var quote = self
        quote.units = units.merging(known) { $1 }
        do throws(InvalidInput) {
            quote.cost = try price.hold(for: quote.units)
        } catch {
            guard mode != .enforce else { throw error }
            quote.cost = try credits(for: quote.units)
            quote.shadowRefusal = shadowRefusal ?? ShadowRefusal(rule: rule, reason: error.description)
        }
        if mode == .off { (quote.cost, quote.shadowRefusal) = (0, nil) }
        quote.shadowed = shadowed.map { Quote.ShadowPrice(rule: $0.rule, price: $0.price, units: quote.units) }
        return quote
    }
}
