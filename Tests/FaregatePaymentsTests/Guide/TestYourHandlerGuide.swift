import Faregate
import FaregatePayments
import FaregateSandbox
import FaregateTesting
import Foundation
import TestSupport
import Testing

private struct EmptyPrompt: Error {}

struct ChatHandler {
    let gate: Gate

    func answer(_ prompt: String, for account: AccountID, key: IdempotencyKey? = nil) async throws -> String {
        try await gate.run("chat", for: account, key: key) { call in
            guard !prompt.isEmpty else { throw EmptyPrompt() }
            return "You said: \(prompt)"
        }
    }
}

/// The code of the guide "Test your gated handler", run as printed there. ``GuideTests`` finds each block of the guide
/// here.
@Suite(.endsWhenStuck) struct TestYourHandlerGuide {
    private func setUp() throws -> (InMemory, GateRecorder, ChatHandler) {
        let memory = InMemory(balances: ["ana": 25])
        let recorder = GateRecorder()
        let policy = try Policy(
            parsing: """
                { "actions": { "chat": { "cost": 10, "limits": [{ "max": 2, "per": "day" }] } } }
                """
        )
        let gate = Gate(ledger: memory.ledger, policies: policy, clock: memory.clock, observer: recorder)
        let handler = ChatHandler(gate: gate)
        return (memory, recorder, handler)
    }

    @Test("An answer costs 10 credits and a failure costs nothing")
    func costs() async throws {
        let (memory, recorder, handler) = try setUp()
        let answer = try await handler.answer("hello", for: "ana")
        #expect(answer == "You said: hello")
        #expect(memory.credits(of: "ana") == 15)

        await #expect(throws: EmptyPrompt.self) { try await handler.answer("", for: "ana") }
        #expect(memory.credits(of: "ana") == 15)
        #expect(recorder.names == [.allowed, .settled, .allowed, .refunded])
        #expect(try await recorder.first(.settled).credits == 10)
    }

    @Test("A caller without credits gets a 402")
    func refused() async throws {
        let (memory, _, handler) = try setUp()
        let error = await #expect(throws: Refusal.self) { try await handler.answer("hello", for: "bob") }
        #expect(error.map { Problem($0).status } == 402)
        #expect(memory.credits(of: "bob") == 0)
    }

    @Test("A daily limit starts anew the next day")
    func nextDay() async throws {
        let (memory, _, handler) = try setUp()
        for _ in 1...2 { _ = try await handler.answer("hello", for: "ana") }
        let error = await #expect(throws: Refusal.self) { try await handler.answer("hello", for: "ana") }
        #expect(error.map { Problem($0).status } == 429)

        memory.clock.advance(by: .seconds(86_400))
        let broke = await #expect(throws: Refusal.self) { try await handler.answer("hello", for: "ana") }
        #expect(broke.map { Problem($0).status } == 402)
    }

    @Test("The same key is charged once")
    func repeats() async throws {
        let (memory, _, handler) = try setUp()
        let key = try IdempotencyKey(header: "\"8e03978e\"", body: Data("hello".utf8))
        _ = try await handler.answer("hello", for: "ana", key: key)
        let again = await #expect(throws: Refusal.self) { try await handler.answer("hello", for: "ana", key: key) }
        #expect(again.map { Problem($0).status } == 409)
        #expect(memory.credits(of: "ana") == 15)
    }

    @Test("A call gets a 503 while the ledger fails")
    func outage() async throws {
        let (memory, _, handler) = try setUp()
        memory.failure = LedgerError(.busy, "the test wants an outage")
        let error = await #expect(throws: Refusal.self) { try await handler.answer("hello", for: "ana") }
        #expect(error.map { Problem($0).status } == 503)

        memory.failure = nil
        _ = try await handler.answer("hello", for: "ana")
        #expect(memory.credits(of: "ana") == 15)
    }

    @Test("Bought credits can be spent, and a refund takes them back")
    func sales() async throws {
        let memory = InMemory()
        let policy = try Policy(
            parsing: """
                {
                  "actions": { "chat": { "cost": 10 } },
                  "packs": { "100": { "credits": 100, "price": "10.00 USD", "stripe": "price_100" } }
                }
                """
        )
        let key = try Secret("sk_test_1")
        let secret = try Secret("whsec_1")
        let sandbox = try PaymentSandbox(
            .stripe, key: key, webhookSecret: secret, pages: "https://stripe.example", clock: memory.clock
        ) { product in
            product == "price_100" ? Money(minorUnits: 1000, currency: "USD") : nil
        }
        let stripe = Stripe(
            key: key, webhookSecrets: [secret], clock: memory.clock, transport: SandboxTransport(sandbox)
        )
        let payments = Payments(
            providers: [stripe], ledger: memory.ledger, policies: policy, clock: memory.clock
        )
        let gate = Gate(ledger: memory.ledger, policies: policy, clock: memory.clock)

        let checkout = try await payments.checkout(
            pack: "100", for: "ana", provider: "stripe",
            successURL: "https://shop.example/thanks", cancelURL: "https://shop.example/credits"
        )
        try sandbox.perform(.pay, on: checkout.id)
        while let webhook = sandbox.nextWebhook() {
            let answer = await payments.receive(provider: "stripe", headers: webhook.headers, body: webhook.body)
            #expect(answer.status == 200, "\(String(decoding: answer.body, as: UTF8.self))")
        }
        _ = try await ChatHandler(gate: gate).answer("hello", for: "ana")
        #expect(memory.credits(of: "ana") == 90)

        try sandbox.perform(.refund(1000), on: checkout.id)
        while let webhook = sandbox.nextWebhook() {
            let answer = await payments.receive(provider: "stripe", headers: webhook.headers, body: webhook.body)
            #expect(answer.status == 200)
        }
        #expect(memory.credits(of: "ana") == 0)
        #expect(memory.balance(of: "ana")?.debt == 10)
    }

    @Test("A test can read the policy files that are shipped") func shippedPolicy() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "guide-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let text = #"{ "actions": { "chat": { "cost": 10 } } }"#
        try text.write(to: folder.appending(path: "credits.jsonc"), atomically: true, encoding: .utf8)
        let policy = try Policy(files: folder.path)
        #expect(policy.actions["chat"] != nil)
        #expect(throws: Policy.FileError.self) { _ = try Policy(files: folder.path + "/nothing") }
    }

    /// Compiled and not run: the folder is that of the reader.
    private func policyAsPrinted() throws -> Policy {
        let policy = try Policy(files: "policies")
        return policy
    }
}
