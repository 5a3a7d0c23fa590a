/// Who calls, and what a gate needs to know of the call.
public struct Call: Sendable {
    public var account: AccountID
    /// Who acts within the account.
    public var member: MemberID?
    /// What the policy's price rules may look at.
    public var attributes: Attributes
    /// What the call is going to use, as far as that is known before.
    public var units: Units
    /// Makes the call safe to repeat.
    public var key: IdempotencyKey?

    public init(
        account: AccountID,
        member: MemberID? = nil,
        attributes: Attributes = [:],
        units: Units = [:],
        key: IdempotencyKey? = nil
    ) {
        self.account = account
        self.member = member
        self.attributes = attributes
        self.units = units
        self.key = key
    }

    /// With the plan that price rules may ask for.
    func attributes(under policy: Policy) -> Attributes {
        attributes.isEmpty ? policy.attributes : policy.attributes.merging(attributes) { _, given in given }
    }

    func request(for quote: Quote, under policy: Policy, at now: Timestamp) -> ChargeRequest {
        ChargeRequest(
            account: account,
            member: member,
            action: quote.action,
            cost: quote.mode == .shadow ? 0 : quote.cost,
            limits: quote.limits.map { check($0, of: quote, calendar: policy.calendar, at: now) },
            key: key,
            attributes: attributes,
            plans: policy.planBook,
            policyVersion: quote.policyVersion,
            rule: quote.rule,
            refundGraceMilliseconds: policy.refundGraceMilliseconds,
            lowBalance: policy.lowBalance,
            shadow: quote.shadowNote
        )
    }

    private func check(_ limit: Limit, of quote: Quote, calendar: WindowCalendar, at now: Timestamp) -> LimitCheck {
        let window: LimitCheck.Window
        switch limit.window {
        case .per(let unit):
            let range = calendar.window(unit, containing: now)
            window = .calendar(from: range.lowerBound, until: range.upperBound)
        case .within(let milliseconds):
            window = .rolling(milliseconds: milliseconds)
        }
        return LimitCheck(
            name: limit.name,
            counter: "\(quote.action)/\(limit.counterName)",
            scope: limit.scope,
            max: limit.max,
            amount: limit.amount(credits: quote.cost, units: quote.units),
            window: window,
            givesBack: limit.givesBack,
            isEnforced: limit.mode == .enforce && quote.mode == .enforce
        )
    }
}

extension Limit {
    /// What a call counts for the limit that costs and uses so much.
    func amount(credits: Credits, units: Units) -> Int64 {
        switch count {
        case .calls: 1
        case .credits: credits.rawValue
        case .unit(let name): units[name] ?? 0
        }
    }
}

extension Quote {
    /// What shadow mode hides, in words; nil where nothing is in shadow mode.
    var shadowNote: String? {
        var notes: [String] = []
        if mode == .shadow { notes.append("in shadow mode: would cost \(cost)") }
        if let shadowed { notes.append("the rule in shadow mode at \(shadowed.rule) would cost \(shadowed.cost)") }
        return notes.isEmpty ? nil : notes.joined(separator: "; ")
    }
}
