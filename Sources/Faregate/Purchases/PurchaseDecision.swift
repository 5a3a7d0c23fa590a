/// A refund or a dispute of which nobody but a person can say how much of the payment it took.
public struct UndecidedClaim: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        case refund
        /// All refunds of a payment together: the id is the payment's.
        case refundsSoFar = "refunds so far"
        case dispute
    }

    public let kind: Kind
    /// The provider's id.
    public let id: String
    /// What the provider told, in another currency; nil where what is unclear is of which payment it is.
    public let told: Money?
    /// The payment: what is counted is at most this, in its currency.
    public let payment: Money
    /// What it has told in all: what a count is of. Where more is told later, a person has to count again.
    let whole: Money?

    package init(kind: Kind, id: String, told: Money?, payment: Money, whole: Money? = nil) {
        (self.kind, self.id, self.told, self.payment) = (kind, id, told, payment)
        self.whole = whole ?? told
    }
}

/// What a person decides of a purchase that waits for it.
public enum PurchaseDecision: Sendable, Hashable {
    /// It counts although it isn't what was sold, in amount, currency or pack.
    case approve
    /// So much of the payment was taken by this refund or dispute: one of ``PurchasePosition/undecided``.
    case count(claim: String, Money)
}

extension PurchasePosition {
    /// What there is to record of a decision.
    ///
    /// - Returns: nil where nothing waits for it: nobody decides in advance.
    /// - Throws: ``InvalidInput`` for an amount that is not of the payment.
    package func fact(for decision: PurchaseDecision) throws(InvalidInput) -> PurchaseFact? {
        switch decision {
        case .approve: return awaitsApproval ? .approved : nil
        case .count(let id, let amount):
            guard let claim = undecided.first(where: { ExactText($0.id) == ExactText(id) }) else { return nil }
            guard amount.currency == claim.payment.currency, (0...claim.payment.minorUnits).contains(amount.minorUnits)
            else {
                throw InvalidInput("the payment was \(claim.payment); what was taken of it is 0 to that, not \(amount)")
            }
            return .counted(id: id, amount: amount, told: claim.whole)
        }
    }
}
