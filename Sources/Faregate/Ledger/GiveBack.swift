/// A request to give an account back what a settled call cost, by hand.
package struct GiveBack: Sendable {
    package var charge: ChargeID
    /// 1 or more; nil for all that the call cost.
    package let credits: Credits?
    /// Who gives them back, and why: recorded with the credits.
    package let note: Ledger.Note
    /// The plans in force. Credits that the account's plan owes it are granted first.
    package let plans: PlanBook

    /// Credits that are given back can be spent for at least 30 days.
    package static let leastLifetimeMilliseconds: Int64 = 30 * 86_400_000

    /// - Throws: ``InvalidInput`` if the credits are less than 1.
    package init(
        _ charge: ChargeID, credits: Credits? = nil, note: Ledger.Note, plans: PlanBook = .empty
    ) throws(InvalidInput) {
        if let credits, credits <= 0 {
            throw InvalidInput("1 credit or more must be given back, not \(credits)")
        }
        (self.charge, self.credits, self.note, self.plans) = (charge, credits, note, plans)
    }

    /// When the credits expire: with the paying grant that expires latest; never if only debt paid. They last at least
    /// 30 days, or the policy's `refundGrace` if that is longer.
    ///
    /// - Parameters:
    ///   - payers: when the grants that paid expire, or expired.
    ///   - grace: the `refundGrace` under which the call was charged.
    ///   - now: the present moment.
    package static func expiry(ofPayers payers: [Timestamp], graceMilliseconds grace: Int64, at now: Timestamp)
        -> Timestamp
    {
        let least = now.advanced(byMilliseconds: max(leastLifetimeMilliseconds, grace))
        return max(payers.max() ?? .never, least)
    }

    /// The actions that the credits pay for: those of all the paying grants together. Nil for all actions, also if a
    /// part of the cost became debt, since any credits may have paid that.
    package static func actions(ofPayers payers: [[String]?], debt: Int64) -> [String]? {
        let lists = payers.compactMap(\.self)
        guard !lists.isEmpty, lists.count == payers.count, debt == 0 else { return nil }
        return Set(lists.joined()).sorted()
    }
}
