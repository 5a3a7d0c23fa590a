import Faregate
import FaregatePayments
import Hummingbird
import Logging
import ServiceLifecycle

/// Puts the server together. Nothing listens yet: run it, or test it.
///
/// - Parameters:
///   - painter: makes the pictures; nil for the one that the settings ask for.
///   - services: run beside the server, and end with it.
///   - onListening: called once browsers can connect.
public func buildApplication(
    _ settings: Settings,
    ledger: Ledger,
    policies: any PolicySource,
    clock: any WallClock = SystemClock(),
    painter: (any PictureGenerator)? = nil,
    services: [any Service] = [],
    onListening: @escaping @Sendable () -> Void = {},
    logger: Logger
) throws -> some ApplicationProtocol {
    let events = EventLog(logger: logger)
    let gate = Gate(ledger: ledger, policies: policies, clock: clock, observer: events)
    let tokens = SessionTokens(
        key: settings.sessionKey ?? SessionKey.random(),
        clock: clock,
        isDemo: settings.demoLogin == .on
    )
    let gallery = try Gallery(PictureFolder(path: settings.database + ".pictures"), clock: clock)
    let till = try Till(settings, ledger: ledger, policies: policies, clock: clock, events: events)

    let waiting = WaitingConnections()

    let router = Router(context: AppContext.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: SecurityHeaders())
    router.add(middleware: ProblemMiddleware())
    router.add(middleware: PageErrors())
    // Before there are sessions: who calls these shows a signature or a key of another kind.
    let origins = OwnOrigins(settings)
    WebhookRoutes(payments: till.payments).add(to: router)
    if !settings.isPublic, settings.demoLogin == .on || till.desks != nil { router.add(middleware: ThisMachineOnly()) }
    if let desks = till.desks {
        SandboxControls(desks: desks, origins: origins).add(to: router)
        SandboxRoutes(desks: desks, origins: origins).add(to: router)
    }

    router.add(middleware: SessionMiddleware(tokens: tokens, origins: origins))
    SessionRoutes(
        tokens: tokens,
        gate: gate,
        isSecure: settings.origin.hasPrefix("https://"),
        login: settings.demoLogin
    ).add(to: router)
    PageRoutes(
        gate: gate,
        gallery: gallery,
        till: till,
        ledger: ledger,
        login: settings.demoLogin
    ).add(to: router)
    router.refuseOtherMethods()

    let signedIn = router.group(context: SignedInContext.self)
    GenerateRoutes(
        gate: gate,
        painter: painter ?? settings.painter,
        brokenPainter: BrokenPainter(pause: settings.pause),
        gallery: gallery
    ).add(to: signedIn)
    CreditsRoutes(gate: gate).add(to: signedIn)
    BillingRoutes(payments: till.payments, sellers: till.sellers, ledger: ledger, origins: origins)
        .add(to: signedIn)

    return Application(
        router: router,
        server: settings.limits.server(waiting),
        configuration: ApplicationConfiguration(
            address: .hostname(settings.host, port: settings.port),
            availableConnectionsDelegate: LimitedConnections(
                maxCount: settings.limits.maxConnections,
                waiting: waiting
            )
        ),
        services: services + [InboxService(payments: till.payments)],
        onServerRunning: { _ in onListening() },
        logger: logger
    )
}

/// Looks after what waits in the inbox, beside the server.
private struct InboxService: Service {
    let payments: Payments

    func run() async throws {
        await cancelWhenGracefulShutdown { await payments.run() }
    }
}

extension Settings {
    fileprivate var painter: any PictureGenerator {
        guard let upstream else { return LocalPainter(pause: pause) }
        return UpstreamPainter(settings: upstream)
    }
}

extension Router<AppContext> {
    /// 405 where the path is right and the method is not.
    fileprivate func refuseOtherMethods() {
        let methods: [(RouterPath, [HTTPRequest.Method])] = [
            ("/api/session", [.post, .delete]),
            ("/api/generate", [.post]),
            ("/api/credits", [.get]),
            ("/api/credits/history", [.get]),
            ("/api/prices", [.get]),
            ("/api/standing", [.get]),
            ("/api/billing/checkout", [.post]),
            ("/api/billing/purchases", [.get]),
            ("/api/payments/stripe/webhook", [.post]),
            ("/api/payments/dodo/webhook", [.post]),
        ]
        for (path, allowed) in methods {
            let allow = allowed.map(\.rawValue).joined(separator: ", ")
            for method in [HTTPRequest.Method.get, .post, .put, .patch, .delete] where !allowed.contains(method) {
                on(path, method: method) { _, _ -> Response in
                    throw HTTPError(.methodNotAllowed, headers: [.allow: allow], message: "this takes \(allow)")
                }
            }
        }
    }
}
