import Faregate
import FaregateSQLite
import Logging
import Metrics

/// Logs and counts the events of the gate, the payments and the ledger.
struct EventLog: GateObserver {
    let logger: Logger

    func observe(_ event: GateEvent) {
        logger.log(level: EventLog.levels[event.name] ?? .info, "\(event)")
        var dimensions = [("action", event.action ?? "none"), ("outcome", "\(event.name)")]
        if let status = event.refusal?.problem.status { dimensions.append(("status", "\(status)")) }
        Counter(label: "faregate_calls", dimensions: dimensions).increment()
        Counter(label: "faregate_credits", dimensions: dimensions).increment(by: event.credits.rawValue)
    }

    /// Events that are not listed are logged as info.
    private static let levels: [GateEvent.Name: Logger.Level] = [
        .allowed: .debug, .owed: .notice, .short: .notice, .closedElsewhere: .warning, .settledLate: .warning,
        .leftOpen: .error, .letThrough: .error, .unpaid: .error, .missingPlan: .error,
    ]

    /// Logs and counts an event of the ledger. After `stopped` the ledger writes nothing until the server is restarted,
    /// so it needs an alert.
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
