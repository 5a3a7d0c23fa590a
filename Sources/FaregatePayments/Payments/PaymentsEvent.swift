public import Faregate

/// What became of webhooks and purchases, for servers to log and count. As text it is one line, which tells nothing of a
/// body, a secret, a signature or who paid: `"\(event)"`. What ``needsPerson`` belongs into an alert.
public enum PaymentsEvent: Sendable {
    /// A webhook was not taken: nothing was changed. The provider is nil where there is none of the name.
    case refused(provider: String?, Problem)
    /// A webhook is safely kept: what it brought about, or why a person should look at it.
    case received(Inbox.Event.ID, type: String, Inbox.Receipt)
    /// The ledger could not store a webhook. The provider was asked to send it again.
    case notStored(Inbox.Event.ID, type: String, LedgerError)
    /// A webhook was kept before, and acted on or tried again just now.
    case retried(Inbox.Event.ID, type: String, Inbox.Receipt)
    /// The ledger could not be asked what is to be tried again. That is asked again in a while.
    case notRetried(LedgerError)

    /// A purchase stands otherwise than before. Every change is told once, whoever it came from.
    case changed(Purchase.Change, PurchaseCause)
    /// A purchase waits for a person since this change: somebody paid, and what that is worth has to be decided. The flags
    /// of `after` say why; `faregate purchases show` says what can be done. ``changed(_:_:)`` has been told before.
    case needsDecision(Purchase.Change, PurchaseCause)

    /// ``Payments/run(pauseMilliseconds:reconcileMilliseconds:)`` has asked a provider what was missed.
    case reconciled(Reconciliation)
    /// It could not. It asks again after the next pause.
    case notReconciled(provider: String, PaymentsError)
}

/// Why a purchase changed.
public enum PurchaseCause: Sendable, Hashable {
    /// The provider said so by itself.
    case webhook(Inbox.Event.ID)
    /// The checkout was opened, and what had been said of it before counts now.
    case checkout
    /// The customer came back, and the provider was asked.
    case confirm
    /// The provider was asked what was missed.
    case reconcile
    /// A person decided.
    case decision(Ledger.Note)
}
