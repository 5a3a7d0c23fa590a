public import Faregate

extension Payments {
    /// What became of webhooks and purchases, for servers to log and count. As text it is one line, which tells nothing of a
    /// body, a secret, a signature or who paid: `"\(event)"`. What ``needsPerson`` belongs into an alert.
    #if hasAttribute(nonexhaustive)
        @nonexhaustive
    #endif
    public enum Event: Sendable {
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
        case changed(Purchase.Change, Payments.Cause)
        /// A purchase waits for a person since this change: somebody paid, and what that is worth has to be decided. The flags
        /// of `after` say why; `faregate purchases show` says what can be done. ``changed(_:_:)`` has been told before.
        case needsDecision(Purchase.Change, Payments.Cause)

        /// ``Payments/run(pause:reconcileEvery:)`` has asked a provider what was missed.
        case reconciled(Payments.Reconciliation)
        /// It could not. It asks again after the next pause.
        case notReconciled(provider: String, Payments.Failure)
    }
}

extension Payments.Event {
    /// Whether it stays as it is until a person does something: log these as errors. `faregate status` lists what waits.
    public var needsPerson: Bool {
        switch self {
        case .needsDecision: true
        case .received(_, _, .flagged), .retried(_, _, .flagged): true
        case .reconciled(let found): !found.lost.isEmpty || !found.unreadableOnRecord.isEmpty
        default: false
        }
    }
}

extension Payments.Event: CustomStringConvertible {
    public var description: String {
        switch self {
        case .refused(let provider, let problem): "\(provider ?? "unknown"): webhook refused, \(problem.detail)"
        case .received(let id, let type, let receipt): "\(id.provider): \(type) \(id.event): \(receipt)"
        case .retried(let id, let type, let receipt): "\(id.provider), again: \(type) \(id.event): \(receipt)"
        case .notStored(let id, let type, let error):
            "\(id.provider): \(type) \(id.event) can't be stored, \(error); it will be sent again"
        case .notRetried(let error): "the inbox can't be looked after: \(error)"
        case .changed(let change, let cause): "\(change) (\(cause))"
        case .needsDecision(let change, let cause):
            "a person must decide: \(change) (\(cause)); faregate purchases show \(change.purchase?.rawValue ?? "")"
        case .reconciled(let found): found.description
        case .notReconciled(let provider, let error): "\(provider): can't be asked what was missed, \(error)"
        }
    }
}
