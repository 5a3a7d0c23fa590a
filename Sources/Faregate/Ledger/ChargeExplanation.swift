/// All that is on record of one charge: why it cost what it cost, and who paid.
public struct ChargeExplanation: Sendable, Hashable, Codable {
    /// One grant's part in a charge.
    public struct Payment: Sendable, Hashable, Codable {
        public let grant: GrantID
        public let source: GrantSource
        public let reference: String
        /// What it paid in the end, or holds still; zero after a refund.
        public let credits: Credits

        package init(grant: GrantID, source: GrantSource, reference: String, credits: Credits) {
            self.grant = grant
            self.source = source
            self.reference = reference
            self.credits = credits
        }
    }

    /// A limit that counted the call.
    public struct CountedLimit: Sendable, Hashable, Codable {
        public let name: String
        public let amount: Int64
        /// The start of the calendar window; nil for a rolling one.
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
    /// What was taken before the handler ran.
    public let quoted: Credits
    /// What the grants have paid, or hold still.
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
    /// Why it was refunded.
    public let reason: String?
    /// The charge that was taken for abandoned and refunded, before this one was made in its place.
    public let follows: ChargeID?

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
        follows: ChargeID?
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
    }
}
