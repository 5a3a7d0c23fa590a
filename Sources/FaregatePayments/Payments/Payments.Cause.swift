public import Faregate

extension Payments {
    /// Why a purchase changed.
    #if hasAttribute(nonexhaustive)
    @nonexhaustive
    #endif
    public enum Cause: Sendable, Hashable {
        /// The provider sent a webhook.
        case webhook(Inbox.Event.ID)
        /// The checkout was opened, and events that had arrived before that count now.
        case checkout
        /// No checkout was opened, so the purchase expired.
        case noCheckout
        /// The customer came back, and the provider was asked.
        case confirm
        /// Reconcile asked the provider for missed events.
        case reconcile
        /// A person decided.
        case decision(Ledger.Note)
    }
}

extension Payments.Cause: CustomStringConvertible {
    public var description: String {
        switch self {
        case .webhook(let event): "webhook \(event.event) of \(event.provider)"
        case .checkout: "its checkout was opened"
        case .noCheckout: "no checkout was opened"
        case .confirm: "the customer came back"
        case .reconcile: "the provider was asked"
        case .decision(let note): "decided by \(note.by)"
        }
    }
}
