import Faregate

extension Payments {
    /// Tells the observer of purchases that changed. One that waits for a person since then is told of once more.
    func report(_ changes: [PurchaseChange], _ cause: PurchaseCause) {
        for change in changes where change.purchase != nil {
            observer(.changed(change, cause))
            let reasons = (change.after?.flags ?? []).subtracting(change.before?.flags ?? [])
            if !reasons.isEmpty { observer(.needsDecision(change, cause)) }
        }
    }

    /// The same for what became of a webhook.
    func report(_ receipt: InboxReceipt, _ event: InboxEventID) {
        if case .done(let changes) = receipt { report(changes, .webhook(event)) }
    }
}
