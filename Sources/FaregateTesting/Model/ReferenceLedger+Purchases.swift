import Faregate

extension ReferenceLedger {
    /// If a purchase has more credits than before, grants the difference. If it has fewer, takes the difference back:
    /// first from the purchase's own grants, then from the account's other grants; the rest becomes debt.
    ///
    /// - Returns: the same change, with the change of debt.
    mutating func apply(_ change: Purchase.Change, of sold: Purchase?, at now: Timestamp) -> Purchase.Change {
        guard let purchase = change.purchase, let account = change.account else { return change }
        let difference = (change.after?.credits ?? 0).rawValue - (change.before?.credits ?? 0).rawValue
        refresh(account, under: .empty, at: now)
        let debt = accounts[account]?.debt ?? 0
        if difference > 0 {
            let expiresAt = sold?.lifetimeMilliseconds.map { now.advanced(byMilliseconds: $0) } ?? .never
            let general = sold?.actions == nil ? 0 : min(difference, generalTaken[purchase] ?? 0)
            generalTaken[purchase, default: 0] -= general
            for (credits, actions) in [(general, nil), (difference - general, sold?.actions)] where credits > 0 {
                let reference = "\(purchase) \(grants(of: purchase, account).count + 1)"
                give(account, reference, credits, source: .purchase, actions: actions, expiresAt: expiresAt, at: now)
            }
        } else {
            takeBack(-difference, of: purchase, account, at: now)
        }
        return Purchase.Change(
            purchase: purchase,
            account: account,
            before: change.before,
            after: change.after,
            debt: Credits(inRange: (accounts[account]?.debt ?? 0) - debt)
        )
    }

    private func grants(of purchase: Purchase.ID, _ account: AccountID) -> [Grant] {
        (accounts[account]?.grants ?? []).compactMap { grants[$0] }
            .filter { $0.reference.text.hasPrefix("\(purchase) ") }
    }

    private mutating func takeBack(_ credits: Int64, of purchase: Purchase.ID, _ account: AccountID, at now: Timestamp)
    {
        let own = grants(of: purchase, account).filter { $0.expiresAt > now }
        let others = spendingOrder(of: account).filter { lot in !own.contains { $0.id == lot.id } }
        var rest = credits
        for lot in own + others where rest > 0 && lot.remaining > 0 {
            let taken = min(rest, lot.remaining)
            grants[lot.id]?.remaining -= taken
            grants[lot.id]?.reversed += taken
            if lot.actions == nil { generalTaken[purchase, default: 0] += taken }
            append(.reverse, account, -taken, grant: lot.id, reason: "\(purchase)", at: now)
            rest -= taken
        }
        guard rest > 0 else { return }
        accounts[account]?.debt += rest
        generalTaken[purchase, default: 0] += rest
        append(.debt, account, 0, debt: rest, reason: "\(purchase)", at: now)
    }
}
