import Faregate
import Foundation
import Testing

@testable import FaregatePayments

@Suite struct ProviderAPITests {
    private let clock = ImpatientClock()

    private func api(_ provider: FakeStripe, baseURL: String = "https://pay.example/base") throws -> ProviderAPI {
        ProviderAPI(
            dialect: ProviderDialect(
                provider: "Pay",
                headers: [("Pay-Version", "7")],
                requestIDHeader: "request-id"
            ) { _ in nil },
            key: try Secret("key_do_not_show"),
            baseURL: try #require(URL(string: baseURL)),
            clock: clock,
            transport: provider
        )
    }

    @Test("A GET request has an escaped query, no body and no content type")
    func get() async throws {
        let provider = FakeStripe(.session())
        let answer = try await api(provider).get("v1/things", [("created[gte]", "5"), ("expand[]", "a+b c&ü")])
        #expect(answer.count > 2)
        let request = try #require(provider.requests.first)
        #expect(request.method == .get)
        #expect(
            request.url.absoluteString
                == "https://pay.example/base/v1/things?created%5Bgte%5D=5&expand%5B%5D=a%2Bb+c%26%C3%BC"
        )
        #expect(request.body.isEmpty)
        #expect(request.headers.map(\.name) == ["Authorization", "Pay-Version"])
    }

    @Test("A POST request carries JSON, the dialect's headers and its own headers")
    func postOfJSON() async throws {
        let provider = FakeStripe(.session())
        _ = try await api(provider).post("things", .json(.object(["b": 1, "a": "x/y"])), headers: [("Key", "k")])
        let request = try #require(provider.requests.first)
        #expect(request.method == .post)
        #expect(String(decoding: request.body, as: UTF8.self) == #"{"a":"x/y","b":1}"#)
        #expect(request.header("Content-Type") == "application/json")
        #expect(request.header("Authorization") == "Bearer key_do_not_show")
        #expect(request.headers.map(\.name) == ["Authorization", "Content-Type", "Pay-Version", "Key"])
    }

    @Test(
        "A request is repeated after the wait that the provider names",
        arguments: [(nil, 500), ("3", 3000), ("0", 500), ("soon", 500)])
    func waitsAsLongAsItIsTold(header: String?, milliseconds: Int64) async throws {
        let provider = FakeStripe(.busy(retryAfter: header), .session())
        _ = try await api(provider).get("things")
        #expect(clock.sleptMilliseconds == [milliseconds])
    }

    @Test(
        "A request that would have to wait too long fails at once", arguments: ["11", "86400", "9223372036854775807"])
    func givesUp(header: String) async throws {
        let provider = FakeStripe(.busy(retryAfter: header), .session())
        let error = await #expect(throws: ProviderKit.Failure.self) { try await api(provider).get("things") }
        #expect(error?.description == "Pay refused: it gave no reason (status 429)")
        #expect(provider.requests.count == 1)
        #expect(clock.sleptMilliseconds.isEmpty)
    }

    @Test("A retry header counts only if the dialect has one")
    func foreignHeader() async throws {
        let provider = FakeStripe(.error(400, shouldRetry: "true"), .session())
        await #expect(throws: ProviderKit.Failure.self) { try await api(provider).get("things") }
        #expect(provider.requests.count == 1)
    }

    @Test("A path takes only ids that can't lead to another resource")
    func ids() {
        for id in ["cs_test_a1B2", "pay-1", String(repeating: "a", count: 255)] { #expect(isProviderID(id)) }
        for id in ["", "a/b", "..", "a?b", "a b", "é", "a%2F", "a\n", String(repeating: "a", count: 256)] {
            #expect(!isProviderID(id))
        }
    }

    @Test("A request that must not be acted on twice is repeated only if the provider did not act on it")
    func repeatsUnlessHeard() async throws {
        let tries: [(FakeStripe.Answer, Int)] = [
            (.error(429), 3), (.error(503), 3), (.error(500), 1), (.error(409), 1), (.error(408), 1),
            (.error(400, shouldRetry: "true"), 1),
            (.failure(ProviderKit.TransportError("no host", mayHaveBeenReceived: false)), 3),
            (.failure(ProviderKit.TransportError("no answer")), 1), (.failure(URLError(.cannotConnectToHost)), 1),
        ]
        for (answer, count) in tries {
            let provider = FakeStripe(answer)
            let pay = try self.api(provider)
            await #expect(throws: ProviderKit.Failure.self) {
                try await pay.post("things", .json(.object([:])), repeats: .unlessReceived)
            }
            #expect(provider.requests.count == count)
        }
    }
}

extension FakeStripe.Answer {
    fileprivate static func busy(retryAfter: String?) -> FakeStripe.Answer {
        let headers = retryAfter.map { [(name: "retry-after", value: $0)] } ?? []
        return .response(ProviderKit.Response(status: 429, headers: headers, body: Data()))
    }
}
