import Faregate
import FaregatePayments
import FaregateSQLite
import FaregateSandbox
import Foundation
import TestSupport
import Testing

/// The code of the README, run as printed there. ``GuideTests`` finds each block of the README here.
@Suite(.endsWhenStuck) struct ReadmeGuide {
    private struct Response {
        let status: Int
        let headers: [(name: String, value: String)]
        let body: Data
    }

    private struct Model {
        func draw(_ prompt: String) async throws -> String { "a picture of \(prompt)" }
    }

    /// A server that is stopped at once.
    private struct Server {
        func run() async throws {}
    }

    private let model = Model()
    private let server = Server()
    private let prompt = "a lighthouse"
    private let userID = "ana"
    private let account: AccountID = "ana"

    /// Runs in a folder with the ledger and the policies of the README.
    private func inServer(_ body: (URL) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "readme-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(
            at: folder.appending(path: "policies"), withIntermediateDirectories: true)
        let policy = """
            {
              "actions": { "generate": { "cost": 10 }, "chat": { "cost": 2 } },
              "packs": { "100": { "credits": 100, "price": "10.00 USD", "stripe": "price_100" } }
            }
            """
        try policy.write(to: folder.appending(path: "policies/credits.jsonc"), atomically: true, encoding: .utf8)
        try await body(folder)
    }

    private func chat(_ request: String) async throws -> Data { Data("You said: \(request)".utf8) }

    private func draw(_ gate: Gate) async throws -> String {
        let picture = try await gate.run("generate", for: account) { call in
            try await model.draw(prompt)
        }
        return picture
    }

    private func answer(_ gate: Gate, to request: String) async -> Response {
        do {
            let answer = try await gate.run("chat", for: AccountID(userID), attributes: ["model": "large"]) { call in
                try await chat(request)
            }
            return Response(status: 200, headers: [], body: answer)
        } catch {
            let problem = Problem(error)  // 402, 429, 409, 503, …, in the form of RFC 9457
            return Response(status: problem.status, headers: problem.headers, body: problem.body)
        }
    }

    /// Compiled and not run: it would make a ledger in the folder from which the tests run.
    private func serverAsPrinted() async throws -> Gate {
        let ledger = try await Ledger.sqlite("credits.faregate")
        let files = Policy.Files(path: "policies")
        let policies = try await Policy.Watcher(files, orLatestKeptIn: ledger) { report in print(report) }
        let gate = Gate(ledger: ledger, policies: policies) { event in print(event) }
        let service = FaregateService(gate)
        try await service.run { try await server.run() }
        return gate
    }

    /// Compiled and not run: it needs a key.
    private func shopAsPrinted(
        _ gate: Gate, _ ledger: Ledger, _ policies: Policy.Watcher, headers: [(name: String, value: String)], body: Data
    ) async throws -> (FaregateService, Purchase.Checkout, Payments.WebhookAnswer) {
        // STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET
        let stripe = try Stripe(environment: ProcessInfo.processInfo.environment)
        let payments = Payments(providers: [stripe], ledger: ledger, policies: policies) { event in print(event) }
        let service = FaregateService(gate, payments: payments)

        // the button: send the customer to checkout.url
        let checkout = try await payments.checkout(
            pack: "100",
            for: account,
            provider: "stripe",
            successURL: "https://shop.example/thanks?purchase={PURCHASE_ID}",
            cancelURL: "https://shop.example/credits"
        )

        // POST /api/payments/stripe/webhook; headers: [(name: String, value: String)], body: Data, the raw bytes
        let answer = await payments.receive(provider: "stripe", headers: headers, body: body)
        return (service, checkout, answer)
    }

    @Test("The server of the README refuses an account without credits, gates a handler, and ends when it is cancelled")
    func server() async throws {
        try await inServer { folder in
            let ledger = try await Ledger.sqlite(folder.appending(path: "credits.faregate").path)
            let files = Policy.Files(path: folder.appending(path: "policies").path)
            let policies = try await Policy.Watcher(files, orLatestKeptIn: ledger) { _ in }
            let gate = Gate(ledger: ledger, policies: policies)
            let service = FaregateService(gate)
            let running = Task { try await service.run() }

            #expect(await answer(gate, to: "hello").status == 402)
            try await gate.grant(100, to: "ana", as: .promotion, reference: "welcome")
            let credits = try await gate.balance(of: "ana").remaining
            #expect(credits == 100)
            #expect(try await draw(gate) == "a picture of a lighthouse")
            #expect(await answer(gate, to: "hello").status == 200)
            #expect(try await gate.balance(of: "ana").remaining == 88)

            running.cancel()
            try await running.value
            #expect(await answer(gate, to: "hello").status == 503)
        }
    }
}
