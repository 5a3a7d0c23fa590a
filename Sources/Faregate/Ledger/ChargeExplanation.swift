extension Ledger {
    /// The ledger's record of one charge: its price, the rule behind it, and the grants that paid.
    public struct ChargeExplanation: Sendable, Hashable, Codable {
        /// One grant's part in a charge.
        public struct Payment: Sendable, Hashable, Codable {
            public let grant: GrantID
            public let source: GrantSource
            public let reference: String
            /// The actions that the grant pays for, by their names when it was made; nil for all actions.
            public let actions: [String]?
            /// The credits that it paid, or holds while the charge is open; 0 after a refund.
            public let credits: Credits

            package init(
                grant: GrantID, source: GrantSource, reference: String, actions: [String]? = nil, credits: Credits
            ) {
                self.grant = grant
                self.source = source
                self.reference = reference
                self.actions = actions
                self.credits = credits
            }
        }

        /// A limit that counted the call.
        public struct CountedLimit: Sendable, Hashable, Codable {
            public let name: String
            public let amount: Int64
            /// The start of the calendar window; nil for a rolling window.
            public let windowStart: Timestamp?

            package init(name: String, amount: Int64, windowStart: Timestamp?) {
                self.name = name
                self.amount = amount
                self.windowStart = windowStart
            }
        }

        public let charge: ChargeID
        public package(set) var account: AccountID
        public package(set) var member: String?
        public let action: String
        public let attributes: Attributes
        public let state: ChargeState
        /// The credits taken before the handler ran.
        public let quoted: Credits
        /// The credits that the grants paid, or hold while the charge is open.
        public let cost: Credits
        public let debt: Credits
        public let short: Credits
        /// The line of the policy that set the price: `file:line:column`.
        public let rule: String
        public let policyVersion: String
        public package(set) var payments: [Payment]
        public package(set) var limits: [CountedLimit]
        /// What rules in shadow mode would have done, in words.
        public let shadow: String?
        public let createdAt: Timestamp
        public let closedAt: Timestamp?
        /// Why the charge was refunded.
        public let reason: String?
        /// The charge that this one replaces: it had been refunded as abandoned, and then its call succeeded.
        public let follows: ChargeID?
        /// The account's plan when it was charged.
        public let plan: String?
        /// The expected use, as the caller gave it.
        public let units: Units
        /// The use that set the final price; nil if the quote's price was kept. A unit that isn't listed counted at its
        /// quoted amount.
        public let used: Units?
        /// The credits that a person gave back after the call was settled.
        public package(set) var givenBack: GivenBack?

        package init(
            charge: ChargeID,
            account: AccountID,
            member: String?,
            action: String,
            attributes: Attributes,
            state: ChargeState,
            quoted: Credits,
            cost: Credits,
            debt: Credits,
            short: Credits,
            rule: String,
            policyVersion: String,
            payments: [Payment],
            limits: [CountedLimit],
            shadow: String?,
            createdAt: Timestamp,
            closedAt: Timestamp?,
            reason: String?,
            follows: ChargeID?,
            plan: String?,
            units: Units,
            used: Units?,
            givenBack: GivenBack? = nil
        ) {
            self.charge = charge
            self.account = account
            self.member = member
            self.action = action
            self.attributes = attributes
            self.state = state
            self.quoted = quoted
            self.cost = cost
            self.debt = debt
            self.short = short
            self.rule = rule
            self.policyVersion = policyVersion
            self.payments = payments
            self.limits = limits
            self.shadow = shadow
            self.createdAt = createdAt
            self.closedAt = closedAt
            self.reason = reason
            self.follows = follows
            self.plan = plan
            self.units = units
            self.used = used
            self.givenBack = givenBack
        }
    }
}
