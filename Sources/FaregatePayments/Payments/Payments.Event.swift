public import Faregate

extension Payments {
    /// What happened to webhooks and purchases, for logs and counters. `"\(event)"` is one line without any body,
    /// secret, signature or payer's name. Alert on events whose ``needsPerson`` is true.
    #if hasAttribute(nonexhaustive)
    @nonexhaustive
    #endif
    public enum Event: Sendable {
        /// A webhook was refused and changed nothing. The provider is nil if no provider has the name.
        case refused(provider: String?, Problem)
        /// A webhook was stored. The receipt says what it changed, or why a person should check it.
        case received(Inbox.Event.ID, type: String, Inbox.Receipt)
        /// The ledger could not store a webhook. The provider was asked to send it again.
        case notStored(Inbox.Event.ID, type: String, LedgerError)
        /// A stored webhook was retried.
        case retried(Inbox.Event.ID, type: String, Inbox.Receipt)
        /// The ledger failed while the due events were listed or retried. They are retried after the pause.
        case notRetried(LedgerError)

        /// No checkout was opened for a purchase. The customer saw only the failure's ``CheckoutFailure/problem``.
        case notOpened(Purchase.ID, Payments.CheckoutFailure)
        /// A purchase changed. Every change is reported once, whatever caused it.
        case changed(Purchase.Change, Payments.Cause)
        /// This change gave a person something to do: accept a payment that isn't what was sold, say how much of a
        /// payment a refund or a dispute took, or refund a second payment. The flags of `after` say why, and
        /// `faregate purchases show` says what the person can do. ``changed(_:_:)`` was reported just before.
        case needsDecision(Purchase.Change, Payments.Cause)

        /// ``Payments/run(pause:reconcileEvery:)`` asked a provider for missed events.
        case reconciled(Payments.Reconciliation)
        /// The provider could not be asked. It is asked again after the next pause.
        case notReconciled(provider: String, Payments.Failure)
    }
}

extension Payments.Event {
    /// Whether a person must act on the event. Log these events as errors. `faregate status` lists everything that
    /// waits for a person.
    public var needsPerson: Bool {
        switch self {
        case .needsDecision: true
        case .received(_, _, .flagged), .retried(_, _, .flagged): true
        case .notOpened(_, let failure): failure.needsPerson
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
        case .notRetried(let error): "the inbox can't be read: \(error)"
        case .notOpened(let purchase, let failure): "\(purchase): \(failure)"
        case .changed(let change, let cause): "\(change) (\(cause))"
        case .needsDecision(let change, let cause):
            "a person must decide: \(change) (\(cause)); faregate purchases show \(change.purchase?.rawValue ?? "")"
        case .reconciled(let found): found.description
        case .notReconciled(let provider, let error): "\(provider): can't be asked for missed events, \(error)"
        }
    }
}
