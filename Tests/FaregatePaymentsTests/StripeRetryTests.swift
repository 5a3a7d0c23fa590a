import Faregate
import FaregatePayments
import Foundation
import Testing

@Suite struct StripeRetryTests {
    private static let key = Shop.key
    private let clock = ImpatientClock()

    private struct Quoting: Error {
        let request = "Bearer \(StripeRetryTests.key)"
    }

    private func open(at stripe: FakeStripe) async throws -> Purchase.Checkout {
        let shop = Shop(stripe)
        return try await shop.payments(try shop.provider(clock: clock)).checkout(
            pack: "small",
            for: Shop.account,
            provider: "stripe",
            successURL: "https://shop.example/thanks",
            cancelURL: "https://shop.example/packs"
        )
    }

    private func failure(at stripe: FakeStripe) async throws -> Payments.CheckoutFailure {
        try #require(await #expect(throws: Payments.CheckoutFailure.self) { try await open(at: stripe) })
    }

    @Test(
        "A request that may succeed later is repeated with the same idempotency key",
        arguments: [
            FakeStripe.Answer.error(409), .error(500), .error(502), .error(503), .error(599),
            .error(429), .error(400, shouldRetry: "true"),
            .failure(ProviderKit.TransportError("the connection broke off")), .failure(URLError(.timedOut)),
        ])
    func repeats(answer: FakeStripe.Answer) async throws {
        let stripe = FakeStripe(answer, answer, .session())
        let session = try await open(at: stripe)
        #expect(stripe.requests.count == 3)
        #expect(Set(stripe.requests.map { $0.header("Idempotency-Key") }) == [session.purchase.rawValue])
        #expect(Set(stripe.requests.map(\.body)).count == 1)
        #expect(clock.sleptMilliseconds == [500, 1000])
    }

    @Test(
        "A request is given up after three tries",
        arguments: [
            FakeStripe.Answer.error(409), .error(500), .error(400, shouldRetry: "true"),
            .failure(ProviderKit.TransportError("the connection broke off")),
        ])
    func givesUp(answer: FakeStripe.Answer) async throws {
        let stripe = FakeStripe(answer)
        #expect(try await failure(at: stripe).problem.status == 502)
        #expect(stripe.requests.count == 3)
        #expect(clock.sleptMilliseconds == [500, 1000])
    }

    @Test(
        "A request is sent once if another try would change nothing",
        arguments: [
            FakeStripe.Answer.error(400), .error(401), .error(402), .error(403), .error(404),
            .error(429, shouldRetry: "false"), .error(302),
            .error(100), .error(500, shouldRetry: "false"), .error(409, shouldRetry: "false"),
        ])
    func asksOnce(answer: FakeStripe.Answer) async throws {
        let stripe = FakeStripe(answer, .session())
        #expect(try await failure(at: stripe).problem.status == 502)
        #expect(stripe.requests.count == 1)
        #expect(clock.sleptMilliseconds.isEmpty)
    }

    @Test("A refusal is reported in Stripe's words, with the request's id")
    func refusalWords() async throws {
        let body =
            #"{"error":{"type":"invalid_request_error","code":"resource_missing","param":"line_items","#
            + #""message":"No such price: 'price_small'"}}"#
        let error = try await failure(at: FakeStripe(.error(400, body)))
        #expect(
            error.description
                == "no checkout of the pack \"small\" was opened: Stripe refused: \"No such price: 'price_small'\" "
                + "(status 400, resource_missing, request req_42)"
        )
        #expect(!error.problem.detail.contains("price_small"))
    }

    @Test(
        "A refusal without a readable message is reported by its status",
        arguments: ["", "<html>", "{}", #"{"error":"no"}"#, #"{"error":{"message":7}}"#])
    func refusalWithoutWords(body: String) async throws {
        let error = try await failure(at: FakeStripe(.error(400, body)))
        #expect(error.description.hasSuffix("Stripe refused: it gave no reason (status 400, request req_42)"))
    }

    @Test("No error contains the API key, even when Stripe's answer repeats it", arguments: [400, 401, 403, 500])
    func keys(status: Int) async throws {
        let message = "the key \(Self.key) or sk_test_***show\\u0007\\n is wrong" + String(repeating: "!", count: 1000)
        let body = #"{"error":{"code":"\#(Self.key)","message":"\#(message)"}}"#
        let error = try await failure(at: FakeStripe(.error(status, body)))
        let problem = String(decoding: error.problem.body, as: UTF8.self)
        for text in [error.description, String(reflecting: error), problem] {
            #expect(!text.contains("do_not_show"))
            #expect(text.utf8.count < 1000)
        }
        guard case .provider(_, .declined(let failure)) = error else {
            Issue.record("\(error)")
            return
        }
        // Stripe's message is repeated, unless it is about the key.
        if status == 401 || status == 403 {
            #expect(failure.message == nil)
        } else {
            #expect(failure.message?.hasPrefix("the key ••• or sk_test_***show  is wrong!!!") == true)
            #expect(failure.message?.unicodeScalars.count == 300)
        }
    }

    @Test("A custom transport's error text is not repeated, because it could contain the key")
    func foreignErrors() async throws {
        let error = try await failure(at: FakeStripe(.failure(Quoting())))
        #expect(error.description.hasSuffix("Stripe can't be reached: Quoting"))
        #expect(!String(reflecting: error).contains("do_not_show"))
    }

    @Test("A cancelled task sends no further request")
    func cancelled() async throws {
        let stripe = FakeStripe(.failure(CancellationError()), .session())
        guard case .provider(_, .cancelled) = try await failure(at: stripe) else {
            Issue.record("not cancelled")
            return
        }
        #expect(stripe.requests.count == 1)
    }

    @Test("A task that is cancelled between two tries sends no further request")
    func cancelledBetween() async throws {
        let stripe = FakeStripe(.error(500))
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await failure(at: stripe)
        }
        guard case .provider(_, .cancelled) = try await task.value else {
            Issue.record("not cancelled")
            return
        }
        #expect(stripe.requests.count == 1)
    }
}
