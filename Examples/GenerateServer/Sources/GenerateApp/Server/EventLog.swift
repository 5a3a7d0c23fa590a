import Faregate
import FaregatePayments
import FaregateSQLite
import Logging
import Metrics

/// Logs what the gate and the webhooks decide and what happens to the ledger, and counts it.
struct EventLog: Sendable {
    let logger: Logger

    @Sendable func observe(_ event: GateEvent) {
        switch event {
        case .allowed(let charge):
            logger.debug("\(charge.account): \(charge.action) may run for \(charge.cost) (\(charge.rule))")
            count(charge.action, "allowed")
        case .refused(let refusal) where refusal.isRepeat:
            logger.info("\(refusal.account): \(refusal.action) asked for again under its key")
            count(refusal.action, "repeated")
        case .refused(let refusal):
            logger.info("\(refusal.account): \(refusal.action) refused, \(refusal)")
            count(refusal.action, "refused-\(refusal.problem.status)")
        case .settled(let charge):
            logger.info("\(charge.account): \(charge.action) cost \(charge.cost) (\(charge.rule))")
            count(charge.action, "settled")
        case .refunded(let charge, let reason):
            logger.info("\(charge.account): \(charge.action) failed, \(charge.cost) given back (\(reason.rawValue))")
            count(charge.action, "refunded")
        case .leftOpen(let charge, let error):
            logger.error("\(charge.account): charge \(charge.id) of \(charge.action) stays on hold: \(error)")
            count(charge.action, "left-open")
        case .closedElsewhere(let charge):
            logger.warning("\(charge.account): charge \(charge.id) of \(charge.action) was closed before")
            count(charge.action, "closed-elsewhere")
        case .settledLate(let charge):
            logger.warning(
                "\(charge.account): charge \(charge.id) of \(charge.action) was given back, and charged again"
            )
            count(charge.action, "settled-late")
        case .owed(let charge, let credits):
            logger.notice("\(charge.account): owes \(credits) more for \(charge.action)")
            count(charge.action, "owed")
        case .short(let charge, let credits):
            logger.notice("\(charge.account): nobody pays \(credits) of \(charge.action)")
            count(charge.action, "short")
        case .lowBalance(let account, let credits):
            logger.info("\(account): only \(credits) left")
        case .missingPlan(let plan):
            logger.error("accounts are on plan \(plan), which the policy lacks: they receive nothing")
        case .shadowed(let charge, let limits):
            logger.info(
                "\(charge.account): \(charge.action) would have been refused by \(limits.joined(separator: ", "))"
            )
            count(charge.action, "shadowed")
        case .letThrough(let charge, let error):
            logger.error("\(charge.account): \(charge.action) let through uncharged, \(error)")
            count(charge.action, "let-through")
        case .unpaid(let charge, let reason):
            logger.error("\(charge.account): \(charge.action) was let through and can't be charged any more, \(reason)")
            count(charge.action, "unpaid")
        }
    }

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
        }
    }

    /// What no caller is told of. After `stopped` nothing is written until the server is started again: an alert belongs
    /// on it.
    @Sendable func observe(_ event: LedgerEvent) {
        switch event {
        case .failed:
            logger.warning("\(event)")
            count(ledger: "failed")
        case .recovered:
            logger.notice("\(event)")
            count(ledger: "recovered")
        case .stopped:
            logger.critical("\(event)")
            count(ledger: "stopped")
        }
    }

    private func log(_ receipt: InboxReceipt, _ event: String) {
        switch receipt {
        case .done(let changes):
            if changes.isEmpty { logger.debug("\(event): nothing new") }
            for change in changes { logger.info("\(event): \(change.words)") }
            count("done")
        case .repeated:
            logger.debug("\(event): seen before")
            count("repeated")
        case .notOurs:
            logger.debug("\(event): not ours")
            count("not ours")
        case .flagged(let reason):
            logger.error("\(event): needs a person's eye, \(reason)")
            count("flagged")
        case .postponed(let reason, let until):
            logger.warning("\(event): tried again at \(until), \(reason)")
            count("postponed")
        }
    }

    private func count(_ outcome: String) {
        Counter(label: "faregate_webhooks", dimensions: [("outcome", outcome)]).increment()
    }

    private func count(ledger event: String) {
        Counter(label: "faregate_ledger", dimensions: [("event", event)]).increment()
    }

    private func count(_ action: String, _ outcome: String) {
        Counter(label: "faregate_calls", dimensions: [("action", action), ("outcome", outcome)]).increment()
    }
}

extension Refusal {
    /// What runs once answers with what it answered then: nobody is turned away.
    fileprivate var isRepeat: Bool {
        guard case .keyCompleted = reason else { return false }
        return true
    }
}

extension PurchaseChange {
    /// `ana: paid, 0 -> 100 credits`
    fileprivate var words: String {
        guard let account, let after else { return "of a purchase that nobody here made; kept" }
        let owes = debt > .zero ? ", owes \(debt) more" : ""
        return "\(account): \(after.status.rawValue), \(before?.credits ?? .zero) -> \(after.credits) credits\(owes)"
    }
}
