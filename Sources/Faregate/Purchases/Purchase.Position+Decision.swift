extension Purchase.Position {
    /// Returns the fact to record for a decision.
    ///
    /// - Returns: nil if nothing waits for this decision: decisions can't be made in advance.
    /// - Throws: ``InvalidInput`` for an amount outside the payment, or in another currency.
    package func fact(for decision: Purchase.Decision) throws(InvalidInput) -> Purchase.Fact? {
        switch decision {
        case .approve: return awaitsApproval ? .approved : nil
        case .count(let id, let amount):
            guard let claim = undecided.first(where: { ExactText($0.id) == ExactText(id) }) else { return nil }
            guard amount.currency == claim.payment.currency, (0...claim.payment.minorUnits).contains(amount.minorUnits)
            else {
                throw InvalidInput(
                    "the payment was \(claim.payment); the amount taken must be in \(claim.payment.currency), "
                        + "from 0 to the payment's amount, not \(amount)")
            }
            return .counted(id: id, amount: amount, stated: claim.totalStated)
        }
    }
}
