import Faregate
import FaregatePayments
import Hummingbird
import Logging
import ServiceLifecycle

/// Puts the server together. Nothing listens yet: run it, or test it.
///
/// - Parameters:
///   - gate: has the same ledger and policies as `payments`.
///   - painter: makes the pictures; nil for the painter in the settings.
///   - service: runs beside the server and ends after it; nil if the ledger stays open afterwards.
///   - onListening: called once browsers can connect.
func buildApplication(
    _ settings: Settings,
    gate: Gate,
    payments: PaymentsSetup,
    ledger: Ledger,
    clock: any WallClock = SystemClock(),
    painter: (any PictureGenerator)? = nil,
    service: FaregateService? = nil,
    onListening: @escaping @Sendable () -> Void = {},
    logger: Logger
) throws -> some ApplicationProtocol {
    let waiting = WaitingConnections()
    let router = Router(context: AppContext.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: SecurityHeaders())
    router.add(middleware: ProblemMiddleware())
    router.add(middleware: PageErrors())
    let origins = OwnOrigins(settings)
    router.addProviderRoutes(settings, payments, origins)
    let tokens = SessionTokens(
        key: settings.sessionKey ?? SessionKey.random(),
        clock: clock,
        isDemo: settings.demoLogin == .on
    )
    let gallery = try Gallery(PictureFolder(path: settings.ownFiles + ".pictures"), clock: clock)
    router.add(middleware: SessionMiddleware(tokens: tokens, origins: origins))
    SessionRoutes(
        tokens: tokens,
        gate: gate,
        isSecure: settings.origin.hasPrefix("https://"),
        login: settings.demoLogin
    ).add(to: router)
    PageRoutes(gate: gate, gallery: gallery, setup: payments, ledger: ledger, login: settings.demoLogin).add(to: router)
    router.refuseOtherMethods()

    let signedIn = router.group(context: SignedInContext.self)
    GenerateRoutes(
        gate: gate,
        painter: painter ?? settings.painter,
        brokenPainter: BrokenPainter(pause: settings.pause),
        gallery: gallery
    ).add(to: signedIn)
    CreditsRoutes(gate: gate).add(to: signedIn)
    BillingRoutes(payments: payments.payments, sellers: payments.sellers, ledger: ledger, origins: origins)
        .add(to: signedIn)

    return Application(
        router: router,
        server: settings.limits.server(waiting),
        configuration: settings.configuration(waiting),
        // Services are stopped in reverse order: the ledger is closed when no request needs it any more.
        services: service.map { [BackgroundService(service: $0)] } ?? [],
        onServerRunning: { _ in onListening() },
        logger: logger
    )
}

/// Follows the policy files and retries webhooks beside the server. When the server has stopped, it closes the ledger.
private struct BackgroundService: Service {
    let service: FaregateService

    func run() async throws {
        try await cancelWhenGracefulShutdown { try await service.run() }
    }
}

extension Router<AppContext> {
    /// The routes of payment providers and sandboxes. They come before sessions: a provider's request has a signature
    /// or an API key, and no session.
    fileprivate func addProviderRoutes(_ settings: Settings, _ payments: PaymentsSetup, _ origins: OwnOrigins) {
        WebhookRoutes(payments: payments.payments).add(to: self)
        let isUnguarded = settings.demoLogin == .on || payments.sandboxes != nil
        if !settings.isPublic, isUnguarded { add(middleware: ThisMachineOnly()) }
        guard let sandboxes = payments.sandboxes else { return }
        SandboxControls(providers: sandboxes, origins: origins).add(to: self)
        SandboxRoutes(providers: sandboxes, origins: origins).add(to: self)
    }
}

extension Settings {
    fileprivate func configuration(_ waiting: WaitingConnections) -> ApplicationConfiguration {
        ApplicationConfiguration(
            address: .hostname(host, port: port),
            availableConnectionsDelegate: LimitedConnections(maxCount: limits.maxConnections, waiting: waiting)
        )
    }
}

extension Settings {
    fileprivate var painter: any PictureGenerator {
        guard let upstream else { return LocalPainter(pause: pause) }
        return UpstreamPainter(settings: upstream)
    }
}

extension Router<AppContext> {
    /// Answers 405 if the path exists and the method is not allowed there.
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
                    throw HTTPError(.methodNotAllowed, headers: [.allow: allow], message: "allowed here: \(allow)")
                }
            }
        }
    }
}
