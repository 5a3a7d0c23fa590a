import Faregate
import FaregateSQLite
import FaregateTesting
import Foundation
import HTTPTypes
import Testing

@testable import GenerateApp

@Suite struct WebhookTests {
    @Test func theSameWebhookFiftyTimesAtOnceCreditsOnce() async throws {
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

    @Test func twoEventsAboutOneCheckoutCreditOnce() async throws {
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

    @Test(arguments: [0, 300, -300])
    func aSignatureIsGoodForFiveMinutes(ageSeconds: Int64) async throws {
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

    @Test(arguments: Forgery.allCases)
    func aWebhookThatIsNotStripesOrNotFreshChangesNothing(forgery: Forgery) async throws {
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

    @Test func anotherAmountThanThePacksIsKeptForAPersonToLookAtAndCreditsNothing() async throws {
        let server = try await TestServer()
        let checkout = try await server.openCheckout(for: "ana")
        try await server.run { browser async throws in
            let webhook = Webhook(checkout: checkout, amount: 1, signedAt: server.clock.now)
            #expect(try await webhook.deliver(to: browser).status == 200)
            #expect(try await browser.signedIn(as: "ana").remaining() == 50)
        }
    }

    @Test func anotherProductAtThePacksPriceIsKeptForAPersonToLookAtAndCreditsNothing() async throws {
        let server = try await TestServer()
        let checkout = try await server.openCheckout(for: "ana")
        try await server.run { browser async throws in
            let webhook = Webhook(checkout: checkout, product: "price_50", signedAt: server.clock.now)
            #expect(try await webhook.deliver(to: browser).status == 200)
            #expect(try await browser.signedIn(as: "ana").remaining() == 50)
        }
    }

    @Test func aBodyOverAMebibyteIsNotEvenRead() async throws {
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

    @Test func whenItCantBeStoredTheProviderIsAskedToSendItAgainAndThenItIsCredited() async throws {
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

    @Test(arguments: ["/api/payments/stripe/webhook", "/api/payments/dodo/webhook"])
    func whatIsNotSignedIsRefusedAtBothAddresses(path: String) async throws {
        try await TestServer().run { browser async throws in
            let answer = try await browser.post(path, #"{"type":"payment.succeeded","data":{}}"#)
            #expect(answer.status == 400)
            #expect(answer.isProblem)
            #expect(try await browser.get(path).status == 405)
        }
    }
}
