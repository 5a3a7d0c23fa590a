import Faregate

extension PaymentsEvent {
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

extension PaymentsEvent: CustomStringConvertible {
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

extension PurchaseCause: CustomStringConvertible {
    public var description: String {
        switch self {
        case .webhook(let event): "webhook \(event.event) of \(event.provider)"
        case .checkout: "its checkout was opened"
        case .confirm: "the customer came back"
        case .reconcile: "the provider was asked"
        case .decision(let note): "decided by \(note.by)"
        }
    }
}

extension Reconciliation: CustomStringConvertible {
    /// One line: how much the provider told of, and what a person has to look at, by its ids.
    public var description: String {
        let lost = lost.map { "\($0.purchase.account) paid for \($0.purchase.id), which is not on record" }
        let unreadable = unreadableOnRecord.map {
            "the \($0.kind) \($0.id ?? "without an id") can't be read, \($0.reason)"
        }
        let absent = absent.map { "\($0.purchase.id) of \($0.purchase.account) has credits and is not there" }
        let figures = "orders \(orderCount), not ours \(foreignCount), otherwise than on record \(differences.count)"
        return "\(provider), asked since \(since): " + ([figures] + lost + unreadable + absent).joined(separator: "; ")
    }
}
