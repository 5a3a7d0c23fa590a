/// What a charge cost in the end: `paid + debt + short` is the cost it was settled at.
package struct Settled: Sendable, Hashable {
    /// Taken from the account's grants; nil where the whole hold was settled.
    package let paid: Credits?
    /// Owed by the account from now on.
    package let debt: Credits
    /// Neither paid nor owed: the account had no more, and the policy allows no (more) debt.
    package let short: Credits
    /// The hold had been refunded as abandoned, and was charged again.
    package let isLate: Bool
    /// What was taken beyond the hold; nil where nothing was.
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
