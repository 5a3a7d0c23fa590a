import Faregate
import FaregateSQLite
import Logging
import Metrics

/// Logs what the gate and the webhooks decide and what happens to the ledger, and counts it.
struct EventLog: GateObserver {
    let logger: Logger

    func observe(_ event: GateEvent) {
        logger.log(level: EventLog.levels[event.name] ?? .info, "\(event)")
        var dimensions = [("action", event.action ?? "none"), ("outcome", "\(event.name)")]
        if let status = event.refusal?.problem.status { dimensions.append(("status", "\(status)")) }
        Counter(label: "faregate_calls", dimensions: dimensions).increment()
        Counter(label: "faregate_credits", dimensions: dimensions).increment(by: event.credits.rawValue)
    }

    /// The others are logged as info.
    private static let levels: [GateEvent.Name: Logger.Level] = [
        .allowed: .debug, .owed: .notice, .short: .notice, .closedElsewhere: .warning, .settledLate: .warning,
        .leftOpen: .error, .letThrough: .error, .unpaid: .error, .missingPlan: .error,
    ]

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
        @unknown default:
            logger.notice("\(event)")
        }
    }

    private func count(ledger event: String) {
        Counter(label: "faregate_ledger", dimensions: [("event", event)]).increment()
    }
}
