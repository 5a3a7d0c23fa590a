import Faregate
import FaregatePayments
import Logging
import Metrics

extension EventLog {
    /// Logs and counts an event. An event that needs a person is logged as an error, so that an alert can be set on it.
    /// Events of other shops are logged for debugging only.
    @Sendable func observe(_ event: Payments.Event) {
        logger.log(level: level(of: event), "\(event)")
        if let outcome = outcome(of: event) {
            Counter(label: "faregate_payments", dimensions: [("outcome", outcome)]).increment()
        }
    }

    private func level(of event: Payments.Event) -> Logger.Level {
        if event.needsPerson { return .error }
        return switch event {
        case .notStored, .notRetried, .notReconciled: .error
        case .refused, .received(_, _, .postponed), .retried(_, _, .postponed): .warning
        case .reconciled(let found) where !found.absent.isEmpty: .warning
        case .changed, .needsDecision: .info
        case .received, .retried, .reconciled: .debug
        @unknown default: .notice
        }
    }

    /// The value of the counter's dimension; nil if another event counts the same outcome.
    private func outcome(of event: Payments.Event) -> String? {
        switch event {
        case .refused: "refused"
        case .received(_, _, let receipt), .retried(_, _, let receipt): outcome(of: receipt)
        case .notStored: "not-stored"
        case .notRetried, .changed: nil
        case .needsDecision: "needs-decision"
        case .reconciled(let found): found.isClean ? "reconciled" : "reconciled-with-findings"
        case .notReconciled: "not-reconciled"
        @unknown default: "other"
        }
    }

    private func outcome(of receipt: Inbox.Receipt) -> String {
        switch receipt {
        case .done: "done"
        case .repeated: "repeated"
        case .notOurs: "not-ours"
        case .flagged: "flagged"
        case .postponed: "postponed"
        @unknown default: "other"
        }
    }
}
