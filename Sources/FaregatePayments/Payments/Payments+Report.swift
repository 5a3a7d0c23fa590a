import Faregate

extension Payments {
    /// Reports each changed purchase to the observer. If the change leaves a person with more to decide than before,
    /// reports that as a second event.
    func report(_ changes: [Purchase.Change], _ cause: Payments.Cause) {
        for change in joined(changes) {
            observer(.changed(change, cause))
            if change.hasNewDoubts { observer(.needsDecision(change, cause)) }
        }
    }

    /// Reports the purchases that a webhook changed.
    func report(_ receipt: Inbox.Receipt, _ event: Inbox.Event.ID) {
        if case .done(let changes) = receipt { report(changes, .webhook(event)) }
    }

    /// Merges the changes of each purchase into one, from its first state to its last.
    func joined(_ changes: [Purchase.Change]) -> [Purchase.Change] {
        var joined: [Purchase.ID: Purchase.Change] = [:]
        for change in changes {
            guard let purchase = change.purchase else { continue }
            let earlier = joined[purchase]
            joined[purchase] = Purchase.Change(
                purchase: purchase,
                account: change.account,
                before: earlier == nil ? change.before : earlier?.before,
                after: change.after,
                debt: Credits(rawValue: (earlier?.debt.rawValue ?? 0) + change.debt.rawValue) ?? change.debt
            )
        }
        return joined.sorted { $0.key.rawValue < $1.key.rawValue }.map(\.value).filter { $0.before != $0.after }
    }
}

extension Purchase.Change {
    /// Whether a person has more to decide than before.
    fileprivate var hasNewDoubts: Bool {
        let flags = (after?.flags ?? []).subtracting(before?.flags ?? [])
        let claims = Set(after?.undecided ?? []).subtracting(before?.undecided ?? [])
        return !flags.isEmpty || !claims.isEmpty
    }
}
