extension Purchase {
    /// What a purchase is worth in credits, and how it stands: a pure function of the set of facts about it, whatever
    /// their order was and however often they came.
    ///
    /// - Money that came as it was sold, for what was sold, or that a person approved, is worth the credits that were sold, once: who paid twice
    ///   has still bought once.
    /// - Refunds and disputes take back their share of the payment that they name, all of them together at most all of it. What
    ///   is taken is rounded down: no customer loses a credit to rounding.
    /// - A refund that failed or was cancelled, and a dispute that was won or whose money came back, take nothing.
    public struct Position: Sendable, Hashable {
        /// The credits that the account should have received for it by now, on balance.
        public let credits: Credits
        public let status: Status
        /// Why a person should look at it.
        public let flags: Set<Flag>
        /// The refunds and disputes of which a person has to say how much they took: ``Purchase/Decision/count(claim:_:)``.
        public let undecided: [UndecidedClaim]

        /// - Parameters:
        ///   - purchase: what was sold, as it was recorded when the checkout was made.
        ///   - facts: all that the provider has said of it.
        package init(of purchase: Purchase, given facts: some Sequence<Fact>) {
            self = PurchaseReading(facts).position(of: purchase)
        }

        /// Whether a person can let it count although it isn't what was sold.
        public var awaitsApproval: Bool { !flags.isDisjoint(with: [.amountMismatch, .packMismatch]) }

        init(credits: Credits, status: Status, flags: Set<Flag>, undecided: [UndecidedClaim]) {
            self.credits = credits
            self.status = status
            self.flags = flags
            self.undecided = undecided
        }
    }
}
