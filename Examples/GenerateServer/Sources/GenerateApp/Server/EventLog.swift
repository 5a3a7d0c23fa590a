import Faregate
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

    /// What no caller is told of. After `stopped` nothing is written until the server is started again: an alert belongs
    /// on it.
    @Sendable func observe(_ event: Ledger.Event) {
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
