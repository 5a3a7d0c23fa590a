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

    func request(for quote: Quote, at now: Timestamp) -> ChargeRequest {
        ChargeRequest(
            account: account,
            member: member,
            cost: quote.costTaken,
            under: quote.prepared.terms(of: quote, at: now),
            key: key,
            attributes: attributes,
            shadow: quote.shadowNote
        )
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
