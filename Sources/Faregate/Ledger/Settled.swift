/// The final cost of a charge, `paid + debt + short`.
package struct Settled: Sendable, Hashable {
    /// Credits taken from the account's grants; nil if the final cost was exactly the held amount.
    package let paid: Credits?
    /// Credits that the account owes from now on.
    package let debt: Credits
    /// Credits written off: the account had no more, and the policy allows no more debt.
    package let short: Credits
    /// Whether the hold had been refunded as abandoned, and was charged again.
    package let isLate: Bool
    /// The drawdown beyond the hold; nil if nothing more was taken.
    package let drawdown: Drawdown?

    package init(
        paid: Credits? = nil,
        debt: Credits = 0,
        short: Credits = 0,
        isLate: Bool = false,
        drawdown: Drawdown? = nil
    ) {
        self.paid = paid
        self.debt = debt
        self.short = short
        self.isLate = isLate
        self.drawdown = drawdown
    }
}
