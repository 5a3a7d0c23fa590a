/// Who calls, and what a gate needs to know of the call.
public struct Call: Sendable {
    public var account: AccountID
    /// Who acts within the account.
    public var member: MemberID?
    /// What the policy's price rules may look at.
    public var attributes: Attributes
    /// Makes the call safe to repeat.
    public var key: IdempotencyKey?

    public init(
        account: AccountID,
        member: MemberID? = nil,
        attributes: Attributes = [:],
        key: IdempotencyKey? = nil
    ) {
        self.account = account
        self.member = member
        self.attributes = attributes
        self.key = key
    }

    /// With the plan that price rules may ask for.
    func attributes(under policy: Policy) -> Attributes {
        guard let plan = policy.defaultPlan, attributes["plan"] == nil else { return attributes }
        return attributes.merging(["plan": .string(plan.name)]) { given, _ in given }
    }

    func request(for quote: Quote, under policy: Policy, at now: Timestamp) -> ChargeRequest {
        ChargeRequest(
            account: account,
            member: member,
            action: quote.action,
            cost: quote.costTaken,
            limits: quote.limits.compactMap { check($0, quote, calendar: policy.calendar, at: now) },
            key: key,
            attributes: attributes,
            opening: Opening(policy.defaultPlan),
            policyVersion: quote.policyVersion,
            rule: quote.rule,
            deadline: now.advanced(byMilliseconds: (quote.timeoutMilliseconds ?? 0) + Call.graceMilliseconds),
            refundGraceMilliseconds: policy.refundGraceMilliseconds
        )
    }

    /// How long after its timeout a charge may stay open before it counts as abandoned.
    private static let graceMilliseconds: Int64 = 60 * 60 * 1000

    private func check(_ limit: Limit, _ quote: Quote, calendar: WindowCalendar, at now: Timestamp) -> LimitCheck? {
        let amount = quote.amount(countedBy: limit)
        guard limit.mode == .enforce, amount > 0 else { return nil }
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
            counter: "\(quote.action)/\(limit.counterName)/\(subject(of: limit.scope))",
            max: limit.max,
            amount: amount,
            window: window,
            givesBack: limit.givesBack
        )
    }

    /// Ids hold no control characters, so that the unit separator (U+001F) can't be part of one.
    private func subject(of scope: Limit.Scope) -> String {
        switch scope {
        case .account: account.rawValue
        case .member: "\(account.rawValue)\u{1F}\(member?.rawValue ?? "")"
        case .action: ""
        }
    }
}
