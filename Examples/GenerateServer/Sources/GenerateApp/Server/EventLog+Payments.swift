import Faregate
import FaregatePayments
import Logging
import Metrics

extension EventLog {
    /// Money for which a person must decide is an error: an alert belongs on it. What is not ours is nobody's news.
    @Sendable func observe(_ event: PaymentsEvent) {
        switch event {
        case .refused(let provider, let problem):
            logger.warning("\(provider ?? "unknown"): webhook refused, \(problem.detail)")
            count("refused")
        case .received(let id, let type, let receipt): log(receipt, "\(id.provider): \(type) \(id.event)")
        case .retried(let id, let type, let receipt): log(receipt, "\(id.provider), again: \(type) \(id.event)")
        case .notStored(let id, let type, let error):
            logger.error("\(id.provider): \(type) \(id.event) can't be stored, \(error)")
            count("not-stored")
        case .notRetried(let error): logger.error("the inbox can't be looked after: \(error)")
        case .changed(let change, let cause): logger.info("\(change.words) (\(cause.words))")
        case .needsDecision(let change, let cause):
            let flags = (change.after?.flags ?? []).map(\.rawValue).sorted().joined(separator: ", ")
            logger.error("a person must decide: \(change.words), \(flags) (\(cause.words))")
            count("needs-decision")
        case .reconciled(let found): log(found)
        case .notReconciled(let provider, let error):
            logger.error("\(provider): can't be asked what was missed, \(error)")
            count("not-reconciled")
        }
    }

    private func log(_ receipt: InboxReceipt, _ event: String) {
        switch receipt {
        case .done:
            logger.debug("\(event): done")
            count("done")
        case .repeated:
            logger.debug("\(event): seen before")
            count("repeated")
        case .notOurs:
            logger.debug("\(event): not ours")
            count("not-ours")
        case .flagged(let reason):
            logger.error("\(event): needs a person's eye, \(reason)")
            count("flagged")
        case .postponed(let reason, let until):
            logger.warning("\(event): tried again at \(until), \(reason)")
            count("postponed")
        }
    }

    private func log(_ found: Reconciliation) {
        let name = found.provider
        logger.debug("\(name): \(found.orderCount) orders since \(found.since), \(found.foreignCount) of them not ours")
        for lost in found.lost {
            logger.error(
                "\(name): \(lost.purchase.account) paid for \(lost.purchase.id), which is not on record; faregate reconcile"
            )
        }
        for object in found.unreadableOnRecord {
            logger.error("\(name): the \(object.kind) \(object.id ?? "without an id") can't be read, \(object.reason)")
        }
        for record in found.absent {
            logger.warning("\(name): doesn't know \(record.purchase.id) of \(record.purchase.account)")
        }
        count(found.isClean ? "reconciled" : "reconciled-with-findings")
    }

    private func count(_ outcome: String) {
        Counter(label: "faregate_payments", dimensions: [("outcome", outcome)]).increment()
    }
}

extension PurchaseChange {
    /// `pur_1 of ana: paid, 0 -> 100 credits`
    fileprivate var words: String {
        guard let purchase, let account, let after else { return "a purchase that is not on record" }
        let owes = debt > .zero ? ", owes \(debt) more" : ""
        return
            "\(purchase) of \(account): \(after.status.rawValue), \(before?.credits ?? 0) -> \(after.credits) credits\(owes)"
    }
}

extension PurchaseCause {
    fileprivate var words: String {
        switch self {
        case .webhook(let event): "webhook \(event.event) of \(event.provider)"
        case .checkout: "its checkout"
        case .confirm: "the customer came back"
        case .reconcile: "asked for"
        case .decision(let note): "decided by \(note.by)"
        }
    }
}
