extension Purchase.Position {
    /// What there is to record of a decision.
    ///
    /// - Returns: nil where nothing waits for it: nobody decides in advance.
    /// - Throws: ``InvalidInput`` for an amount that is not of the payment.
    package func fact(for decision: Purchase.Decision) throws(InvalidInput) -> Purchase.Fact? {
        switch decision {
        case .approve: return awaitsApproval ? .approved : nil
        case .count(let id, let amount):
            guard let claim = undecided.first(where: { ExactText($0.id) == ExactText(id) }) else { return nil }
            guard amount.currency == claim.payment.currency, (0...claim.payment.minorUnits).contains(amount.minorUnits)
            else {
                throw InvalidInput("the payment was \(claim.payment); what was taken of it is 0 to that, not \(amount)")
            }
            return .counted(id: id, amount: amount, stated: claim.whole)
        }
    }
}
