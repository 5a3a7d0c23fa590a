extension Purchase {
    /// The credits that an account should have from a purchase, and the purchase's status. Both are a pure function of
    /// the set of facts about the purchase, so repeated facts and the order of arrival don't matter.
    ///
    /// - A payment that matches the purchase in amount and product, or that a person approved, gives the purchase's
    ///   credits once, even if the customer paid twice.
    /// - Refunds and disputes take back their share of their payment, together at most all of it. The credits taken are
    ///   rounded down, in the customer's favour.
    /// - A refund that failed or was cancelled takes nothing, and neither does a dispute that was won or reinstated.
    public struct Position: Sendable, Hashable {
        /// The net credits that the account should have received for the purchase by now.
        public let credits: Credits
        public let status: Status
        /// Why a person should check the purchase.
        public let flags: Set<Flag>
        /// The refunds and disputes for which a person has to decide how much they took:
        /// ``Purchase/Decision/count(claim:_:)``.
        public let undecided: [UndecidedClaim]

        /// - Parameters:
        ///   - purchase: the purchase as recorded when the checkout was made.
        ///   - facts: all facts about it.
        package init(of purchase: Purchase, given facts: some Sequence<Fact>) {
            self = PurchaseReading(facts).position(of: purchase)
        }

        /// Whether a person can approve a payment that isn't what was sold.
        public var awaitsApproval: Bool { !flags.isDisjoint(with: [.amountMismatch, .packMismatch]) }

        init(credits: Credits, status: Status, flags: Set<Flag>, undecided: [UndecidedClaim]) {
            self.credits = credits
            self.status = status
            self.flags = flags
            self.undecided = undecided
        }
    }
}
