import Faregate
import FaregateSQLite
import FaregateTesting
import Foundation
import HTTPTypes
import Testing

@testable import GenerateApp

@Suite struct WebhookTests {
    @Test("A webhook that arrives fifty times at once adds its credits once")
    func repeatedWebhook() async throws {
        let server = try await TestServer()
        let checkout = try await server.openCheckout(for: "ana")
        try await server.run { browser async throws in
            let webhook = Webhook(checkout: checkout, signedAt: server.clock.now)
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<50 { group.addTask { try await webhook.deliver(to: browser).status } }
                for try await status in group { #expect(status == 200) }
            }
            #expect(try await browser.signedIn(as: "ana").remaining() == 150)
        }
    }

    @Test("Two events about one checkout add its credits once")
    func twoEvents() async throws {
        let server = try await TestServer()
        let checkout = try await server.openCheckout(for: "ana")
        try await server.run { browser async throws in
            for event in ["evt_1", "evt_2"] {
                let webhook = Webhook(event: event, checkout: checkout, signedAt: server.clock.now)
                #expect(try await webhook.deliver(to: browser).status == 200)
            }
            #expect(try await browser.signedIn(as: "ana").remaining() == 150)
        }
    }

    @Test("A signature is valid for five minutes before and after its time", arguments: [0, 300, -300])
    func signatureAge(ageSeconds: Int64) async throws {
        let server = try await TestServer()
        let checkout = try await server.openCheckout(for: "ana")
        try await server.run { browser async throws in
            let signedAt = server.clock.now.advanced(by: .seconds(-ageSeconds))
            let answer = try await Webhook(checkout: checkout, signedAt: signedAt).deliver(to: browser)
            #expect(answer.status == 200)
            #expect(try await browser.signedIn(as: "ana").remaining() == 150)
        }
    }

    enum Forgery: CaseIterable {
        case altered, wrongSecret, stale, ahead, unsigned
    }

    @Test("A forged or stale webhook is refused and changes nothing", arguments: Forgery.allCases)
    func forgedWebhook(forgery: Forgery) async throws {
        let server = try await TestServer()
        let checkout = try await server.openCheckout(for: "ana")
        try await server.run { browser async throws in
            var webhook = Webhook(checkout: checkout, signedAt: server.clock.now)
            let answer: Answer
            switch forgery {
            case .altered:
                answer = try await webhook.deliver(to: browser, altered: webhook.body.replacing("1800", with: "1801"))
            case .wrongSecret:
                webhook.secret = "whsec_of_somebody_else"
                answer = try await webhook.deliver(to: browser)
            case .stale:
                webhook.signedAt = server.clock.now.advanced(by: .seconds(-301))
                answer = try await webhook.deliver(to: browser)
            case .ahead:
                webhook.signedAt = server.clock.now.advanced(by: .seconds(301))
                answer = try await webhook.deliver(to: browser)
            case .unsigned:
                answer = try await browser.post("/api/payments/stripe/webhook", webhook.body)
            }
            #expect(answer.status == 400)
            #expect(answer.isProblem)
            #expect(try await browser.signedIn(as: "ana").remaining() == 50)
        }
    }

    @Test("A payment of another amount than the pack's price adds no credits")
    func wrongAmount() async throws {
        let server = try await TestServer()
        let checkout = try await server.openCheckout(for: "ana")
        try await server.run { browser async throws in
            let webhook = Webhook(checkout: checkout, amount: 1, signedAt: server.clock.now)
            #expect(try await webhook.deliver(to: browser).status == 200)
            #expect(try await browser.signedIn(as: "ana").remaining() == 50)
        }
    }

    @Test("A payment for another product at the same price adds no credits")
    func wrongProduct() async throws {
        let server = try await TestServer()
        let checkout = try await server.openCheckout(for: "ana")
        try await server.run { browser async throws in
            let webhook = Webhook(checkout: checkout, product: "price_50", signedAt: server.clock.now)
            #expect(try await webhook.deliver(to: browser).status == 200)
            #expect(try await browser.signedIn(as: "ana").remaining() == 50)
        }
    }

    @Test("A webhook with a body of more than one mebibyte is refused")
    func largeWebhook() async throws {
        try await TestServer().run { browser async throws in
            let name = try Webhook.headerName
            let answer = try await browser.post(
                "/api/payments/stripe/webhook",
                String(repeating: "x", count: (1 << 20) + 1),
                headers: [.contentType: "application/json", name: "t=1,v1=00"]
            )
            #expect(answer.status == 413)
        }
    }

    @Test("A webhook that the ledger can't store is answered 503, and its repetition adds the credits")
    func failingLedger() async throws {
        let memory = InMemory()
        let server = try await TestServer(memory: memory)
        let webhook = Webhook(checkout: try await server.openCheckout(for: "ana"), signedAt: server.clock.now)
        try await server.run { browser async throws in
            let ana = try await browser.signedIn(as: "ana")
            memory.failure = LedgerError(.full, "the disk is full; make room")
            #expect(try await webhook.deliver(to: browser).status == 503)
            memory.failure = nil
            #expect(try await ana.remaining() == 50)
            #expect(try await webhook.deliver(to: browser).status == 200)
            #expect(try await ana.remaining() == 150)
        }
    }

    @Test(
        "An unsigned webhook is refused at the addresses of both providers",
        arguments: ["/api/payments/stripe/webhook", "/api/payments/dodo/webhook"])
    func unsignedWebhook(path: String) async throws {
        try await TestServer().run { browser async throws in
            let answer = try await browser.post(path, #"{"type":"payment.succeeded","data":{}}"#)
            #expect(answer.status == 400)
            #expect(answer.isProblem)
            #expect(try await browser.get(path).status == 405)
        }
    }
}
