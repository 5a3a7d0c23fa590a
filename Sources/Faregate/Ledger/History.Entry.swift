extension History {
    /// One change of an account's credits.
    public struct Entry: Sendable, Hashable, Codable {
        #if hasAttribute(nonexhaustive)
        @nonexhaustive
        #endif
        public enum Kind: String, Sendable, Hashable, Codable {
            /// The account received credits.
            case grant
            /// A charge took credits; `state` says whether it is still open.
            case charge
            /// A charge was refunded.
            case refund
            /// Credits expired. When a refund or a dispute takes back credits that had already expired, an `expire`
            /// entry with a positive amount cancels their expiry first, and a `reverse` entry takes them.
            case expire
            /// A charge, a reversal or an adjustment needed more credits than the account had: the account owes the
            /// rest.
            case debt
            /// A new grant or a refund paid a debt.
            case repay
            /// Credits taken back after a refund or a dispute at the payment provider, or taken away by hand.
            case reverse
            /// The sum of a grant's charges that were moved to an archive.
            case archive
        }

        /// Increases with every entry of the ledger.
        public let id: Int64
        public let at: Timestamp
        public let kind: Kind
        /// The change of the spendable credits: positive if the account received credits.
        public let credits: Int64
        /// The change of the account's debt, in credits: positive if it owes more.
        public let debt: Int64
        public let action: String?
        public package(set) var member: String?
        /// The charge behind the entry. For a grant, the settled charge whose credits a person gave back; its action,
        /// member and state are left out then.
        public let charge: ChargeID?
        /// The charge's current state.
        public let state: ChargeState?
        public let source: GrantSource?
        /// The reason for a grant, a refund or an adjustment, or the purchase behind the entry.
        public let reason: String?

        package init(
            id: Int64,
            at: Timestamp,
            kind: Kind,
            credits: Int64,
            debt: Int64 = 0,
            action: String? = nil,
            member: String? = nil,
            charge: ChargeID? = nil,
            state: ChargeState? = nil,
            source: GrantSource? = nil,
            reason: String? = nil
        ) {
            self.id = id
            self.at = at
            self.kind = kind
            self.credits = credits
            self.debt = debt
            self.action = action
            self.member = member
            self.charge = charge
            self.state = state
            self.source = source
            self.reason = reason
        }
    }
}
