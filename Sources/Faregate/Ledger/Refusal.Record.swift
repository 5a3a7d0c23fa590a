extension Refusal {
    /// A call that was refused, and what would have let it pass.
    public struct Record: Sendable, Hashable, Codable {
        public let id: ID
        public let at: Timestamp
        public let account: AccountID
        public let member: String?
        public let action: String
        /// The kind of refusal: the last part of its problem type.
        public let kind: String
        /// One sentence that says why.
        public let detail: String
        /// The line of the policy with the limit or the price: `file:line:column`.
        public let rule: String?
        public let policyVersion: String?
        /// The earliest time at which the call would have passed; nil if waiting wouldn't have helped.
        public let retryAt: Timestamp?
        /// The smallest top-up with which the call would have passed; nil if credits wouldn't have helped.
        public let shortfall: Credits?
        public let attributes: Attributes
        /// The expected use, as the caller gave it.
        public let units: Units
        /// The account's plan, as the gate knew it.
        public let plan: String?

        package init(
            id: ID,
            at: Timestamp,
            account: AccountID,
            member: String? = nil,
            action: String,
            kind: String,
            detail: String,
            rule: String? = nil,
            policyVersion: String? = nil,
            retryAt: Timestamp? = nil,
            shortfall: Credits? = nil,
            attributes: Attributes = [:],
            units: Units = [:],
            plan: String? = nil
        ) {
            self.id = id
            self.at = at
            self.account = account
            self.member = member
            self.action = action
            self.kind = kind
            self.detail = detail
            self.rule = rule
            self.policyVersion = policyVersion
            self.retryAt = retryAt
            self.shortfall = shortfall
            self.attributes = attributes
            self.units = units
            self.plan = plan
        }
    }
}

/// Calls that exceeded a limit in shadow mode are recorded in the same form, one record for each limit.
extension Refusal.Record {
    private static let shadowLimit = "shadow-limit"

    /// Whether the call was allowed, because the limit that it exceeded is in shadow mode.
    package var isShadow: Bool { kind == Refusal.Record.shadowLimit }

    /// - Parameter limit: the limit's name becomes the record's ``detail``.
    package static func exceeded(
        _ limit: Policy.Limit, account: AccountID, member: MemberID?, action: String, policyVersion: String?,
        at now: Timestamp
    ) -> Refusal.Record {
        Refusal.Record(
            id: .random(), at: now, account: account, member: member?.rawValue, action: action, kind: shadowLimit,
            detail: limit.name, rule: limit.location.description, policyVersion: policyVersion
        )
    }
}
