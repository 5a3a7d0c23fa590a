import Faregate
import FaregatePayments
import Foundation
import Hummingbird
import Logging
import NIOCore

/// Runs the server until SIGTERM or SIGINT. Then it waits for the open requests and closes the ledger.
public func serve(_ settings: Settings, logger: Logger) async throws {
    var settings = settings
    try makeFolder(of: settings.ownFiles)
    settings.sessionKey = try settings.sessionKey ?? sessionKey(at: settings.ownFiles + ".session-key", logger)
    let events = EventLog(logger: logger)
    let ledger = try await settings.openLedger(observer: events.observe)
    do {
        let files = Policy.Files(path: settings.policies, environment: settings.policyEnvironment, forSale: true)
        let watcher = try await Policy.Watcher(files, orLatestKeptIn: ledger) { logger.report($0) }
        let gate = Gate(ledger: ledger, policies: watcher, observer: events)
        let payments = try PaymentsSetup(settings, ledger: ledger, policies: watcher, events: events)
        let app = try buildApplication(
            settings,
            gate: gate,
            payments: payments,
            ledger: ledger,
            service: FaregateService(gate, payments: payments.payments),
            onListening: { [settings] in logger.announce(settings, watcher.policy) },
            logger: logger
        )
        try await app.runService()
    } catch {
        await ledger.close()
        guard (error as? IOError)?.errnoCode == EADDRINUSE else { throw error }
        throw InvalidInput("port \(settings.port) is in use; stop the program that uses it, or set another PORT")
    }
    logger.info("the open calls have ended and the ledger is closed")
}

private func sessionKey(at path: String, _ logger: Logger) throws -> [UInt8] {
    try SessionKey.stored(at: path) {
        logger.warning(
            """
            others could read the session key \(path) until now; if somebody may have read it, delete the file, which \
            ends all sessions
            """
        )
    }
}

private func makeFolder(of path: String) throws {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
}

extension Logger {
    func announce(_ settings: Settings, _ policy: Policy) {
        info("open \(settings.origin) in a browser")
        info("ledger \(settings.ledgerPlace)")
        info("policy \(policy.version) in \(settings.policies): edit it while this runs")
        let upstream = settings.upstream.map { "the AI server at \($0.baseURL.origin ?? "AI_BASE_URL")" }
        info("pictures by \(upstream ?? "the local painter")")
        switch settings.accounts {
        case .sandbox: info("payments in the sandbox: no payment provider's key is set, nothing is ever charged")
        case .providers(let sellers, _):
            for seller in sellers { info("payments at \(seller.title), \(seller.isLive ? "LIVE" : "test") mode") }
        }
        if settings.isPublic, settings.demoLogin == .on {
            warning("DEMO_LOGIN is on and the server is public: anybody who reaches it can sign in under any name")
        }
        if let explanation = settings.demoLogin.explanation { info("the demo login is off: \(explanation)") }
    }

    fileprivate func report(_ report: Policy.Watcher.Report) {
        switch report {
        case .loaded: info("\(report)")
        case .changed: notice("\(report)")
        case .rejected, .rejectedAtStart: error("\(report)")
        @unknown default: notice("\(report)")
        }
    }
}
