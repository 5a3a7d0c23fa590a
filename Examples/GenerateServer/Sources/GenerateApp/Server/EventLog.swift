import Faregate
import FaregatePayments
import Logging
import Metrics

/// Writes down what the gate and the webhooks decide, and counts it.
struct EventLog: Sendable {
    let logger: Logger

    @Sendable func observe(_ event: GateEvent) {
        switch event {
        case .allowed(let charge):
            logger.debug("\(charge.account): \(charge.action) may run for \(charge.cost) (\(charge.rule))")
            count(charge.action, "allowed")
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
        case .shadowed(let charge, let limits):
            logger.info(
                "\(charge.account): \(charge.action) would have been refused by \(limits.joined(separator: ", "))"
            )
            count(charge.action, "shadowed")
        case .letThrough(let charge, let error):
            logger.error("\(charge.account): \(charge.action) let through uncharged, \(error)")
            count(charge.action, "let-through")
        }
    }

    @Sendable func observe(_ event: WebhookEvent) {
        switch event {
        case .refused(let problem): logger.warning("webhook refused: \(problem.detail)")
        case .repeated(let id): logger.debug("webhook \(id.event): seen before")
        case .dismissed(let id, let type): logger.debug("webhook \(id.event): \(type) asks for nothing")
        case .fulfilled(let id, .credited(let account, let credits)):
            logger.info("webhook \(id.event): \(account) bought \(credits)")
        case .fulfilled(let id, .alreadyCredited(let account)):
            logger.info("webhook \(id.event): \(account) has been credited before")
        case .fulfilled(let id, .flagged(let flag)):
            logger.error("webhook \(id.event): a payment needs a person's eye, \(flag.rawValue)")
        case .kept(let id, let type, let reason): logger.error("webhook \(id.event): \(type) kept, \(reason)")
        case .failed(let id, let type, let error): logger.error("webhook \(id.event): \(type) failed, \(error)")
        }
        Counter(label: "faregate_webhooks", dimensions: [("outcome", event.name)]).increment()
    }

    private func count(_ action: String, _ outcome: String) {
        Counter(label: "faregate_calls", dimensions: [("action", action), ("outcome", outcome)]).increment()
    }
}

extension WebhookEvent {
    fileprivate var name: String {
        switch self {
        case .refused: "refused"
        case .repeated: "repeated"
        case .dismissed: "dismissed"
        case .fulfilled: "fulfilled"
        case .kept: "kept"
        case .failed: "failed"
        }
    }
}
