import Faregate
import FaregatePayments
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// The time limit ends a test that hangs; nothing else depends on it.
@Suite(.endsWhenStuck) struct URLSessionTransportTests {
    private static let ok =
        "HTTP/1.1 200 OK\r\nRequest-Id: req_1\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"

    private func send(
        to server: LoopbackServer,
        port: UInt16? = nil,
        clock: any WallClock = ManualClock(),
        maxResponseBytes: Int = 100
    ) async throws -> ProviderKit.Response {
        let request = ProviderKit.Request(
            method: .post,
            url: try #require(URL(string: "http://127.0.0.1:\(port ?? server.port)/v1/checkout/sessions")),
            headers: [("Authorization", "Bearer sk_test_1"), ("Idempotency-Key", "pur_1")],
            body: Data("a[b]=c".utf8),
            timeout: .seconds(15),
            maxResponseBytes: maxResponseBytes
        )
        return try await ProviderKit.URLSessionTransport(clock: clock).send(request)
    }

    @Test("A request sends its body and headers and returns the answer")
    func posts() async throws {
        let server = try LoopbackServer(.answer(Self.ok))
        defer { server.stop() }
        let response = try await send(to: server)
        #expect(response.status == 200)
        #expect(response.body == Data("hello".utf8))
        #expect(response.headers.contains { $0.name.lowercased() == "request-id" && $0.value == "req_1" })
        let request = try #require(server.requests.first)
        #expect(request.hasPrefix("POST /v1/checkout/sessions HTTP/1.1\r\n"))
        #expect(request.contains("\r\nAuthorization: Bearer sk_test_1\r\n"))
        #expect(request.contains("\r\nIdempotency-Key: pur_1\r\n"))
        #expect(request.hasSuffix("\r\n\r\na[b]=c"))
    }

    @Test("A redirect is not followed", arguments: [301, 302, 303, 307, 308])
    func redirects(status: Int) async throws {
        let elsewhere = try LoopbackServer(.answer(Self.ok))
        defer { elsewhere.stop() }
        let location = "http://127.0.0.1:\(elsewhere.port)/"
        let server = try LoopbackServer(
            .answer(
                "HTTP/1.1 \(status) Moved\r\nLocation: \(location)\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            )
        )
        defer { server.stop() }
        #expect(try await send(to: server).status == status)
        #expect(elsewhere.requests.isEmpty)
    }

    @Test("An answer of any status is returned", arguments: [400, 401, 500, 503])
    func statuses(status: Int) async throws {
        let text = "HTTP/1.1 \(status) No\r\nContent-Length: 2\r\nWWW-Authenticate: Basic realm=\"a\"\r\n"
        let server = try LoopbackServer(.answer(text + "Connection: close\r\n\r\nno"))
        defer { server.stop() }
        let response = try await send(to: server)
        #expect(response.status == status)
        // Not every platform waits for the body of an answer that asks for credentials.
        if status != 401 { #expect(response.body == Data("no".utf8)) }
    }

    @Test("An answer of exactly the largest size is accepted")
    func largestAnswer() async throws {
        let server = try LoopbackServer(.answer(Self.ok))
        defer { server.stop() }
        #expect(try await send(to: server, maxResponseBytes: 5).body.count == 5)
        let error = await #expect(throws: ProviderKit.TransportError.self) {
            try await send(to: server, maxResponseBytes: 4)
        }
        #expect(error?.description == "the answer is larger than 4 bytes")
    }

    @Test("An endless answer is cut off")
    func endless() async throws {
        let server = try LoopbackServer(.endless("HTTP/1.1 200 OK\r\n\r\n", String(repeating: "a", count: 10_000)))
        defer { server.stop() }
        let error = await #expect(throws: ProviderKit.TransportError.self) {
            try await send(to: server, maxResponseBytes: 1 << 20)
        }
        #expect(error?.description == "the answer is larger than 1048576 bytes")
    }

    @Test("A silent server is given up at the timeout")
    func silent() async throws {
        let server = try LoopbackServer(.silence)
        defer { server.stop() }
        let clock = ManualClock()
        let answer = Task { try await send(to: server, clock: clock) }
        await clock.waitForSleeper()
        clock.advance(milliseconds: 15_000)
        let error = await #expect(throws: ProviderKit.TransportError.self) { try await answer.value }
        #expect(error?.description == "no answer within 15s")
        #expect(error?.mayHaveBeenReceived == true)
    }

    @Test("A cancelled task stops waiting")
    func cancelled() async throws {
        let server = try LoopbackServer(.silence)
        defer { server.stop() }
        let clock = ManualClock()
        let answer = Task { try await send(to: server, clock: clock) }
        await clock.waitForSleeper()
        answer.cancel()
        await #expect(throws: CancellationError.self) { try await answer.value }
    }

    @Test(
        "An answer that breaks off, or that isn't HTTP, is an error",
        arguments: ["", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello", "nonsense\r\n\r\n"])
    func broken(text: String) async throws {
        let server = try LoopbackServer(.answer(text))
        defer { server.stop() }
        let error = await #expect(throws: (any Error).self) { try await send(to: server) }
        let transportError = try #require(error as? ProviderKit.TransportError)
        #expect(transportError.mayHaveBeenReceived)
    }

    @Test("A port without a listener is an error")
    func closedPort() async throws {
        let server = try LoopbackServer(.silence)
        server.stop()
        let error = await #expect(throws: ProviderKit.TransportError.self) { try await send(to: server, port: 1) }
        #expect(error?.mayHaveBeenReceived == false)
    }
}
