import Faregate
import FaregateSQLite
import FaregateSandbox
import FaregateTesting
import Foundation
import Hummingbird
import HummingbirdTesting
import Logging

@testable import GenerateApp

/// A server on a ledger of its own, in a folder that is removed with it.
struct TestServer {
    /// A valid secret at both providers: Dodo's are Base64.
    static let webhookSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    let folder: URL
    let ledger: Ledger
    let policy: Policy
    /// Replaces the policy in tests that edit it.
    var policies: (any Policy.Source)?
    let clock: ManualClock
    var settings: Settings
    /// Replaces the generator that the settings ask for.
    var painter: (any PictureGenerator)?
    let log = Lines()

    /// - Parameters:
    ///   - openingCredits: what every account has at first.
    ///   - memory: the ledger, for tests in which it fails; nil for one in the folder.
    init(openingCredits: Int = 50, environment: [String: String] = [:], memory: InMemory? = nil) async throws {
        clock = memory?.clock ?? ManualClock()
        folder = FileManager.default.temporaryDirectory.appending(path: "generate-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        if let memory {
            ledger = memory.ledger
        } else {
            ledger = try await Ledger.sqlite(folder.appending(path: "test.faregate").path(), clock: clock)
        }
        policy = try Policy(parsing: policyText(openingCredits: openingCredits), environment: [:], forSale: true)
        settings = try Settings(environment: environment)
        settings.pause = .zero
        settings.database = folder.appending(path: "test.faregate").path()
        if case .sandbox(var account) = settings.accounts {
            account.webhookSecret = try Secret(Self.webhookSecret)
            settings.accounts = .sandbox(account)
        }
    }

    /// An application that leaves the ledger open when it ends, so that another one can be started on it.
    func build() throws -> some ApplicationProtocol {
        let (events, policies) = (EventLog(logger: log.logger), policies ?? policy)
        return try buildApplication(
            settings,
            gate: Gate(ledger: ledger, policies: policies, clock: clock, observer: events),
            payments: PaymentsSetup(settings, ledger: ledger, policies: policies, clock: clock, events: events),
            ledger: ledger,
            clock: clock,
            painter: painter,
            logger: log.logger
        )
    }

    /// Runs each test on a newly started server: against the router, or over one connection for each concurrent call.
    func run(_ setup: TestingSetup = .router, _ tests: @Sendable (Browser) async throws -> Void...) async throws {
        try await tearingDown {
            for test in tests { try await build().test(setup) { try await test(Browser($0)) } }
        }
    }

    /// Runs the test against a listening server, whose own sandbox it can reach.
    func runLive(_ test: @escaping @Sendable (Browser) async throws -> Void) async throws {
        try await listen { port in
            try await TestClient.withClient(host: "127.0.0.1", port: port) { client in
                var browser = Browser(client)
                browser.port = port
                try await test(browser)
            }
        }
    }

    /// Runs the test against a listening server, and passes it the port.
    func listen(_ test: @escaping @Sendable (Int) async throws -> Void) async throws {
        var server = self
        server.settings.port = try freePort()
        server.settings.origin = "http://127.0.0.1:\(server.settings.port)"
        let (app, port) = (try server.build(), server.settings.port)
        try await tearingDown {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await app.run() }
                try await waitForListener(port: port)
                try await test(port)
                group.cancelAll()
            }
        }
    }

    private func tearingDown(after test: () async throws -> Void) async throws {
        do {
            try await test()
        } catch {
            await tearDown()
            throw error
        }
        await tearDown()
    }

    private func tearDown() async {
        await ledger.close()
        try? FileManager.default.removeItem(at: folder)
    }
}

private func policyText(openingCredits: Int) -> String {
    """
    {
      "actions": {
        "generate": { "cost": 10, "rules": [{ "when": { "size": "large" }, "cost": 25 }] }
      },
      "plans": { "free": { "grants": [{ "credits": \(openingCredits), "every": "once" }] } },
      "defaultPlan": "free",
      "packs": {
        "50": { "credits": 50, "price": "10.00 USD", "stripe": "price_50", "dodo": "pdt_50", "quantity": { "max": 9 } },
        "100": { "credits": 100, "price": "18.00 USD", "stripe": "price_100", "dodo": "pdt_100" },
        "250": { "credits": 250, "price": "40.00 USD", "stripe": "price_250" },
      },
      "lowBalance": 10,
    }
    """
}
