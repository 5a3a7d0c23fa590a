extension History {
    /// One thing that happened to an account's credits.
    public struct Entry: Sendable, Hashable, Codable {
        #if hasAttribute(nonexhaustive)
            @nonexhaustive
        #endif
        public enum Kind: String, Sendable, Hashable, Codable {
            /// Credits came in.
            case grant
            /// A charge took credits; `state` says what became of it.
            case charge
            /// A charge gave its credits back.
            case refund
            /// Nobody spent them in time. Above zero where what had expired is taken back after a refund: see `reverse`.
            case expire
            /// A charge cost more than the account had, or less was there than is taken back or away: the account owes the rest.
            case debt
            /// A new grant paid what was owed.
            case repay
            /// Taken back after a refund or a dispute at the payment provider, or taken away by hand.
            case reverse
            /// What calls took of a grant that were moved to an archive.
            case archive
        }

        /// Grows with every entry of the ledger.
        public let id: Int64
        public let at: Timestamp
        public let kind: Kind
        /// The change of what can be spent: above zero for credits that came in.
        public let credits: Int64
        public let action: String?
        public package(set) var member: String?
        public let charge: ChargeID?
        /// Where the charge stands now.
        public let state: ChargeState?
        public let source: GrantSource?
        /// The grant's reason, why a charge was refunded, the purchase that brought it about, or why it was taken away.
        public let reason: String?

        package init(
            id: Int64,
            at: Timestamp,
            kind: Kind,
            credits: Int64,
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
            self.action = action
            self.member = member
            self.charge = charge
            self.state = state
            self.source = source
            self.reason = reason
        }
    }
}
