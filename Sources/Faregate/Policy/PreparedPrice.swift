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
    /// The cost by model, if this is the price of the cheapest model for calls whose model isn't known.
    let modelCost: Policy.ModelCost?
    private let latest = Mutex<Latest?>(nil)

    init(
        _ price: Policy.Cost, _ rule: Policy.Location, of action: PreparedAction, modelCost: Policy.ModelCost? = nil
    ) {
        self.action = action
        self.price = price
        self.rule = rule
        self.modelCost = modelCost
    }

    /// Returns the terms of a call, with its limit checks. The terms are made for the first call in a window and
    /// cached, because most calls add the same amounts to their limits.
    func terms(of quote: Quote, at now: Timestamp) -> ChargeTerms {
        latest.withLock { latest in
            if let latest, latest.valid.contains(now), hasSameAmounts(as: quote, in: latest.terms) {
                return latest.terms
            }
            let made = make(of: quote, at: now)
            latest = made
            return made.terms
        }
    }

    private func hasSameAmounts(as quote: Quote, in terms: ChargeTerms) -> Bool {
        action.countsCalls
            || zip(action.limits, terms.limits).allSatisfy { quote.amount(countedBy: $0) == $1.amount }
    }

    private func make(of quote: Quote, at now: Timestamp) -> Latest {
        let (limits, valid) = action.checks(of: quote, at: now)
        let settings = action.settings
        let terms = ChargeTerms(
            action: action.name,
            was: action.was,
            limits: limits,
            plans: settings.planBook,
            policyVersion: settings.version,
            rule: rule.inFolder,
            refundGraceMilliseconds: settings.refundGraceMilliseconds,
            lowBalance: settings.lowBalance
        )
        return Latest(terms: terms, valid: valid)
    }
}
