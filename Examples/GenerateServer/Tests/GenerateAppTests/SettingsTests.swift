import Faregate
import Foundation
import Logging
import Testing

@testable import GenerateApp

@Suite struct SettingsTests {
    @Test(
        "The sandbox is used on loopback or if the settings ask for it",
        arguments: [
            [:], ["HOST": "::1"], ["HOST": "localhost", "HOST_URL": "http://[::1]:8080"], ["STRIPE_SECRET_KEY": ""],
            ["HOST": "0.0.0.0", "PAYMENTS": "sandbox"], ["HOST_URL": "https://demo.example", "PAYMENTS": "sandbox"],
        ])
    func sandboxChoice(environment: [String: String]) throws {
        guard case .sandbox = try Settings(environment: environment).accounts else {
            Issue.record("\(environment) should have the sandbox")
            return
        }
    }

    @Test(
        "Incomplete payment settings are an error that names the variable",
        arguments: [
            (["HOST": "0.0.0.0"], "PAYMENTS=sandbox"), (["HOST": "shop.example"], "PAYMENTS=sandbox"),
            (["HOST_URL": "https://shop.example"], "PAYMENTS=sandbox"),
            (["HOST": "0.0.0.0", "STRIPE_SECRET_KEY": ""], "STRIPE_SECRET_KEY"),
            (["STRIPE_WEBHOOK_SECRET": "whsec_1"], "STRIPE_SECRET_KEY"),
            (["STRIPE_WEBHOOK_SECRET": "whsec_1", "PAYMENTS": "sandbox"], "STRIPE_SECRET_KEY"),
            (["STRIPE_SECRET_KEY": "sk_test_1"], "STRIPE_WEBHOOK_SECRET"),
            (["DODO_PAYMENTS_WEBHOOK_KEY": TestServer.webhookSecret], "DODO_PAYMENTS_API_KEY"),
            (["DODO_PAYMENTS_API_KEY": "key"], "DODO_PAYMENTS_WEBHOOK_KEY"),
            (
                [
                    "DODO_PAYMENTS_API_KEY": "key", "DODO_PAYMENTS_WEBHOOK_KEY": TestServer.webhookSecret,
                    "PAYMENTS": "sandbox",
                ], "PAYMENTS"
            ),
            (
                [
                    "DODO_PAYMENTS_API_KEY": "key", "DODO_PAYMENTS_WEBHOOK_KEY": TestServer.webhookSecret,
                    "DODO_PAYMENTS_ENVIRONMENT": "test",
                ],
                "DODO_PAYMENTS_ENVIRONMENT"
            ),
            (["STRIPE_SECRET_KEY": "sk_1", "STRIPE_WEBHOOK_SECRET": "whsec_1", "PAYMENTS": "sandbox"], "PAYMENTS"),
            (["PAYMENTS": "stripe"], "PAYMENTS"),
        ])
    func incompletePayments(environment: [String: String], name: String) throws {
        let error = #expect(throws: InvalidInput.self) { try Settings(environment: environment) }
        #expect(try #require(error).description.contains(name))
    }

    @Test("The log and the names of files contain no secret of a PostgreSQL ledger's address")
    func ledgerAddress() throws {
        let address = "postgres://shop:hunter2@db.example.com:5433/shop?sslmode=verify-full&password=hunter2"
        let settings = try Settings(environment: ["FAREGATE_DATABASE": address])
        #expect(settings.ledgerPlace == "postgres://db.example.com:5433/shop")
        #expect(settings.ownFiles == "demo-data/credits.postgres")
        let file = try Settings(environment: ["FAREGATE_DATABASE": "data/shop.faregate"])
        #expect(file.ledgerPlace == "data/shop.faregate" && file.ownFiles == "data/shop.faregate")
    }

    #if !Postgres
    @Test("A server that was built without PostgreSQL says so")
    func withoutPostgres() async throws {
        let settings = try Settings(environment: ["FAREGATE_DATABASE": "postgres://127.0.0.1:1/shop"])
        let error = await #expect(throws: InvalidInput.self) { try await settings.openLedger { _ in } }
        #expect(error?.description.contains("swift build --traits Postgres") == true)
    }
    #endif

    @Test(
        "An error about a variable names it and never repeats its value",
        arguments: [
            "HOST_URL", "PORT", "DEMO_LOGIN", "PAYMENTS", "AI_BASE_URL", "STRIPE_API_BASE", "STRIPE_SECRET_KEY",
            "STRIPE_WEBHOOK_SECRET", "SESSION_SECRET", "DODO_API_BASE", "DODO_PAYMENTS_API_KEY",
            "DODO_PAYMENTS_WEBHOOK_KEY", "DODO_PAYMENTS_ENVIRONMENT",
        ])
    func secretsInErrors(name: String) throws {
        var environment = [
            "STRIPE_SECRET_KEY": "sk_test_1", "STRIPE_WEBHOOK_SECRET": "whsec_1",
            "DODO_PAYMENTS_API_KEY": "key", "DODO_PAYMENTS_WEBHOOK_KEY": TestServer.webhookSecret,
            "DODO_PAYMENTS_ENVIRONMENT": "test_mode",
        ]
        environment[name] = "hush hush"
        let error = try #require(#expect(throws: InvalidInput.self) { try Settings(environment: environment) })
        #expect(error.description.contains(name))
        #expect(!error.description.contains("hush"))
    }

    @Test("Each provider is set up by its own key")
    func providerKeys() throws {
        let stripe = ["STRIPE_SECRET_KEY": "sk_live_1", "STRIPE_WEBHOOK_SECRET": "whsec_1, whsec_2"]
        let dodo = [
            "DODO_PAYMENTS_API_KEY": "key", "DODO_PAYMENTS_WEBHOOK_KEY": TestServer.webhookSecret,
            "DODO_PAYMENTS_ENVIRONMENT": "test_mode",
        ]
        for (environment, hasStripe, hasDodo) in [
            (stripe, true, false), (dodo, false, true), (stripe.merging(dodo) { $1 }, true, true),
        ] {
            guard case .providers(let sellers, _) = try Settings(environment: environment).accounts else {
                Issue.record("\(environment.keys) is not for the sandbox")
                continue
            }
            #expect(sellers.map(\.name) == (hasStripe ? ["stripe"] : []) + (hasDodo ? ["dodo"] : []))
            #expect(sellers.allSatisfy { $0.isLive == ($0.name == "stripe") })
        }
    }

    @Test("The log names the AI server's address and holds no secret")
    func announcement() throws {
        let settings = try Settings(environment: [
            "AI_BASE_URL": "https://hush-user:hush-word@ai.example:8443/hush-path?key=hush-query#hush-part",
            "AI_API_KEY": "hush-key", "STRIPE_SECRET_KEY": "hush-stripe", "STRIPE_WEBHOOK_SECRET": "hush-webhook",
            "DODO_PAYMENTS_API_KEY": "hush-dodo", "DODO_PAYMENTS_WEBHOOK_KEY": TestServer.webhookSecret,
            "DODO_PAYMENTS_ENVIRONMENT": "live_mode",
            "HOST_URL": "http://hush-user:hush-word@127.0.0.1:8080/?hush-query",
            "SESSION_SECRET": String(repeating: "hush", count: 8),
        ])
        let log = Lines()
        log.logger.announce(settings, try Policy(parsing: #"{ "actions": { "generate": { "cost": 10 } } }"#))
        let text = log.text
        #expect(text.contains("the AI server at https://ai.example:8443\n"))
        #expect(text.contains("open http://127.0.0.1:8080 in a browser"))
        #expect(!text.contains("hush"))
    }
}
