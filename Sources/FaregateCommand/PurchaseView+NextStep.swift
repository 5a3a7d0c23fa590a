import Faregate

extension PurchaseView {
    /// What somebody has to do now, in words; nil if nothing.
    ///
    /// - Parameter now: decides how far back to ask the provider.
    static func nextStep(of record: Purchase.Record, at now: Timestamp) -> String? {
        let (id, provider) = (record.purchase.id, record.purchase.provider)
        if record.position.awaitsApproval {
            return
                "the payment differs from the sale; to grant the credits: faregate purchases approve \(id) --reason …"
        }
        if let claim = record.position.undecided.first {
            return "say how much \(claim.subject) took: faregate purchases resolve \(id) --claim \(claim.id) "
                + "--amount … --reason …"
        }
        if record.position.flags.contains(.paidTwice) { return "paid twice; refund one of the payments at \(provider)" }
        switch record.position.status {
        case .opened:
            let days = max(7, (now.rawValue - record.openedAt.rawValue) / 86_400_000 + 1)
            return "isn't paid yet; to ask the provider: faregate reconcile --provider \(provider) --since \(days)d"
        case .pending: return "the money is on its way; nothing to do"
        case .failed: return "the payment failed; the customer can buy again"
        case .expired: return "the checkout expired unpaid; the customer can buy again"
        case .disputed, .chargedBack: return "there is a dispute; answer it at \(provider)"
        case .paid, .partlyRefunded, .refunded, .held: return nil
        @unknown default: return nil
        }
    }
}
