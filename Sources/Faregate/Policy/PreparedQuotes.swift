// A cache: the parts that quotes share are computed once, when the policy is loaded, so that a call only picks a quote.
// The cache never changes a price.

/// All quotes of an action, made when the policy is loaded.
///
/// A class, so that a call can use it without copying it.
final class PreparedQuotes: Sendable {
    private struct Rule: Sendable {
        let priceRule: Policy.PriceRule
        /// The quote if the rule sets the price.
        let quote: Quote
        /// The record if the rule matches but is in shadow mode.
        let shadow: Quote.ShadowPrice?
    }

    let action: Policy.Action
    /// The quote if no rule sets the price.
    private let plain: Quote
    /// The rules, without those that are off.
    private let rules: [Rule]
    /// Whether a rule tests the account's plan.
    let asksPlan: Bool

    init(_ action: Policy.Action, _ settings: PolicySettings) {
        self.action = action
        let prepared = PreparedAction(action, settings)
        func quote(_ price: Policy.Cost, _ rule: Policy.Location) -> Quote {
            let cost = PreparedQuotes.cost(price, of: action.hold, mode: prepared.mode)
            return Quote(prepared: PreparedPrice(price, rule, of: prepared), units: action.hold, cost: cost)
        }
        plain = quote(action.cost, action.location)
        rules = action.rules.filter { $0.mode != .off }.map { rule in
            let isShadow = rule.mode == .shadow
            let shadow = isShadow ? Quote.ShadowPrice(rule: rule.location, price: rule.cost, units: action.hold) : nil
            return Rule(priceRule: rule, quote: quote(rule.cost, rule.location), shadow: shadow)
        }
        asksPlan = rules.contains { $0.priceRule.conditions.contains { $0.attribute == Attributes.plan } }
    }

    func quote(for attributes: Attributes) -> Quote {
        guard !rules.isEmpty else { return plain }
        var shadowed: Quote.ShadowPrice?
        for rule in rules where rule.priceRule.matches(attributes) {
            guard let shadow = rule.shadow else { return PreparedQuotes.quote(rule.quote, shadowed) }
            if shadowed == nil { shadowed = shadow }
        }
        return PreparedQuotes.quote(plain, shadowed)
    }

    private static func quote(_ quote: Quote, _ shadowed: Quote.ShadowPrice?) -> Quote {
        guard let shadowed else { return quote }
        var quote = quote
        quote.shadowed = shadowed
        return quote
    }

    private static func cost(_ price: Policy.Cost, of hold: Units, mode: Policy.Mode) -> Credits {
        // A hold without a price makes the policy invalid: the decoder reports it, but builds the policy first.
        mode == .off ? 0 : (try? price.hold(for: hold)) ?? .max
    }
}

/// The parts shared by all quotes of one price rule of an action, or of its own cost.
final class PreparedPrice: Sendable {
    private struct Latest {
        let terms: ChargeTerms
        let valid: Range<Timestamp>
    }

    let action: PreparedAction
    let price: Policy.Cost
    /// The line of the policy that sets the price.
    let rule: Policy.Location
    private let latest = Mutex<Latest?>(nil)

    init(_ price: Policy.Cost, _ rule: Policy.Location, of action: PreparedAction) {
        self.action = action
        self.price = price
        self.rule = rule
    }

    /// Returns the terms of a call, with its limit checks. The terms are made for the first call in a window and
    /// cached, because most calls add the same amounts to their limits.
    func terms(of quote: Quote, at now: Timestamp) -> ChargeTerms {
        latest.withLock { latest in
            if let latest, latest.valid.contains(now), counts(the: quote, in: latest.terms) { return latest.terms }
            let made = make(of: quote, at: now)
            latest = made
            return made.terms
        }
    }

    private func counts(the quote: Quote, in terms: ChargeTerms) -> Bool {
        action.countsCalls
            || zip(action.limits, terms.limits).allSatisfy { quote.amount(countedBy: $0) == $1.amount }
    }

    private func make(of quote: Quote, at now: Timestamp) -> Latest {
        let (limits, valid) = action.checks(of: quote, at: now)
        let settings = action.settings
        let terms = ChargeTerms(
            action: action.name,
            firstName: action.firstName,
            limits: limits,
            plans: settings.planBook,
            policyVersion: settings.version,
            rule: rule,
            refundGraceMilliseconds: settings.refundGraceMilliseconds,
            lowBalance: settings.lowBalance
        )
        return Latest(terms: terms, valid: valid)
    }
}

/// The parts shared by all quotes of an action.
final class PreparedAction: Sendable {
    let name: String
    /// The limits, without those that are off.
    let limits: [Policy.Limit]
    /// The weaker of the modes of the action and the whole policy.
    let mode: Policy.Mode
    let overrun: Policy.Overrun
    let outage: Policy.Outage
    let isKeyRequired: Bool
    let timeoutMilliseconds: Int64?
    let settings: PolicySettings
    /// The action's first name. Its counters and keys use it, so that they survive a rename.
    let firstName: String
    /// The name of each limit's counter.
    private let counters: [String]
    /// Whether every call adds the same amounts to the limits.
    let countsCalls: Bool

    init(_ action: Policy.Action, _ settings: PolicySettings) {
        let mode = min(settings.mode, action.mode)
        name = action.name
        limits = action.limits.map { $0.weakened(to: mode) }.filter { $0.mode != .off }
        let firstName = action.firstName
        counters = limits.map { $0.counter(in: firstName) }
        self.firstName = firstName
        countsCalls = limits.allSatisfy { $0.count == .calls }
        overrun = action.overrun
        outage = action.outage
        isKeyRequired = action.key == .required
        timeoutMilliseconds = action.timeoutMilliseconds
        self.mode = mode
        self.settings = settings
    }

    /// Returns the limit checks of a call.
    ///
    /// - Returns: the checks, and the time in which they are valid for calls that add the same amounts: while all
    ///   calendar windows last.
    func checks(of quote: Quote, at now: Timestamp) -> ([LimitCheck], valid: Range<Timestamp>) {
        var valid = Timestamp(rawValue: .min)..<Timestamp(rawValue: .max)
        let checks = zip(limits, counters).map { limit, counter in
            let window: LimitCheck.Window
            switch limit.window {
            case .per(let unit):
                let range = settings.calendar.window(unit, containing: now)
                window = .calendar(from: range.lowerBound, until: range.upperBound)
                valid = valid.clamped(to: range)
            case .within(let duration):
                window = .rolling(milliseconds: duration.milliseconds)
            }
            return LimitCheck(
                name: limit.name,
                counter: counter,
                scope: limit.scope,
                max: limit.max,
                amount: quote.amount(countedBy: limit),
                window: window,
                givesBack: limit.givesBack,
                isEnforced: limit.mode == .enforce && mode == .enforce
            )
        }
        return (checks, valid)
    }
}
