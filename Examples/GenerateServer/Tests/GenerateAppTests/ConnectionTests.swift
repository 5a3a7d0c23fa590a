import Faregate
import FaregateTesting
import Foundation
import Logging
import NIOCore
import Testing

@testable import GenerateApp

/// Connections that send nothing or almost nothing, with real sockets.
@Suite(.serialized) struct ConnectionTests {
    enum Idler: CaseIterable {
        case saysNothing, neverEndsItsHead, tricklesItsHead, neverEndsItsBody, tricklesItsBody, keepsAlive

        func connect(port: Int) async throws -> RawConnection {
            let connection = try await RawConnection.open(port: port)
            let head = "POST /api/payments/stripe/webhook HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            switch self {
            case .saysNothing: break
            case .neverEndsItsHead, .tricklesItsHead: try connection.send(head + "X-Slow: ")
            case .neverEndsItsBody, .tricklesItsBody: try connection.send(head + "Content-Length: 1000000\r\n\r\n{")
            case .keepsAlive: try connection.send("GET /assets/icon.svg HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            }
            return connection
        }

        /// The bytes that are sent again and again.
        var trickle: String? { self == .tricklesItsHead || self == .tricklesItsBody ? "a" : nil }
    }

    private static let short = ConnectionLimits(idle: .milliseconds(300), body: .milliseconds(300))

    @Test("The server closes a connection that doesn't send a whole request", arguments: Idler.allCases)
    func idleConnection(idler: Idler) async throws {
        var server = try await TestServer()
        server.settings.limits = Self.short
        let log = server.log
        try await server.listen { port in
            let connection = try await idler.connect(port: port)
            let received = try await connection.read(trickling: idler.trickle)
            connection.close()
            #expect(received.hasPrefix("HTTP/1.1 200 ") == (idler == .keepsAlive))
            #expect(log.lines(from: .warning) == [])
        }
    }

    @Test("Webhooks are answered while five hundred connections are half open")
    func halfOpenConnections() async throws {
        let server = try await TestServer()
        try await server.listen { port in
            let idlers = try await connect(500, Idler.allCases, port: port)
            defer { for idler in idlers { idler.close() } }
            try await expectCredits(from: 20, on: server, port: port)
        }
    }

    @Test("An idle connection is closed for a webhook when the server has no room")
    func fullServer() async throws {
        var server = try await TestServer()
        server.settings.limits = ConnectionLimits(idle: .hours(1), body: .hours(1), maxConnections: 64)
        let limited = server
        try await limited.listen { port in
            // No more than fit into the listen queue, where connections wait to be accepted.
            let idlers = try await connect(300, Idler.allCases, port: port)
            defer { for idler in idlers { idler.close() } }
            try await expectCredits(from: 20, on: limited, port: port)
        }
    }

    @Test("A connection whose request is being answered is not closed to make room")
    func busyConnection() async throws {
        let painter = HeldPainter()
        var server = try await TestServer()
        server.settings.limits.maxConnections = 8
        server.painter = painter
        try await server.runLive { browser async throws in
            let ana = try await browser.signedIn(as: "ana")
            let (token, port) = (try #require(ana.token), try #require(browser.port))
            let picture = RawRequest(
                path: "/api/generate",
                headers: ["Authorization: Bearer \(token)"],
                body: #"{"prompt":"a fjord"}"#
            )
            async let answer = RawConnection.exchange(picture, port: port)
            await painter.begun()
            let idlers = try await connect(50, [.saysNothing], port: port)
            defer { for idler in idlers { idler.close() } }
            // When this request is answered, all earlier connections have been accepted.
            let icon = RawRequest(method: "GET", path: "/assets/icon.svg")
            #expect(try await RawConnection.exchange(icon, port: port).hasPrefix("HTTP/1.1 200 "))
            await painter.release()
            #expect(try await answer.hasPrefix("HTTP/1.1 200 "))
        }
    }

    /// Opens connections of each kind in turn.
    private func connect(_ count: Int, _ kinds: [Idler], port: Int) async throws -> [RawConnection] {
        var idlers: [RawConnection] = []
        for number in 0..<count { idlers.append(try await kinds[number % kinds.count].connect(port: port)) }
        return idlers
    }

    /// Posts webhooks at once, each about a purchase of its own, and checks the credits.
    private func expectCredits(from count: Int, on server: TestServer, port: Int) async throws {
        try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<count {
                let checkout = try await server.openCheckout(for: "ana")
                let webhook = Webhook(
                    event: "evt_\(number)",
                    payment: "pi_\(number)",
                    checkout: checkout,
                    signedAt: server.clock.now
                )
                let request = RawRequest(
                    path: "/api/payments/stripe/webhook",
                    headers: ["Stripe-Signature: \(try webhook.signature)"],
                    body: webhook.body
                )
                group.addTask { try await RawConnection.exchange(request, port: port) }
            }
            for try await answer in group { #expect(answer.hasPrefix("HTTP/1.1 200 "), "\(answer)") }
        }
        let gate = Gate(ledger: server.ledger, policies: server.policy, clock: server.clock)
        let balance = try await gate.balance(of: "ana")
        #expect(balance.sources[.purchase] == Credits(rawValue: Int64(100 * count)))
    }

    @Test(
        "A body that breaks off is answered 400 and not logged as an error",
        arguments: ["/api/payments/stripe/webhook", "/api/generate", "/api/billing/checkout"], [true, false])
    func brokenBody(path: String, abruptly: Bool) async throws {
        let server = try await TestServer()
        try await server.runLive { browser async throws in
            let ana = try await browser.signedIn(as: "ana")
            let connection = try await RawConnection.open(port: try #require(browser.port))
            let authorization = "Authorization: Bearer \(try #require(ana.token))"
            let request = RawRequest(path: path, headers: [authorization], body: #"{"prompt":"a fj"#, length: 100)
            try connection.send(request.text)
            if abruptly {
                connection.close(abruptly: true)
            } else {
                connection.finishSending()
                let answer = try await connection.read()
                #expect(answer.hasPrefix("HTTP/1.1 400 "))
                #expect(answer.contains("application/problem+json"))
                connection.close()
            }
            let expected = "POST \(path): 400"
            for _ in 0..<12_000 where !server.log.text.contains(expected) {
                try await Task.sleep(for: .milliseconds(5))
            }
            #expect(server.log.text.contains(expected))
            #expect(try await ana.remaining() == 50)
            #expect(server.log.lines(from: .warning) == [])
        }
    }

    @Test("The server closes a connection whose client does not read its answer")
    func unreadAnswer() async throws {
        var server = try await TestServer()
        server.painter = LargePainter()
        server.settings.limits = ConnectionLimits(idle: .seconds(2), answer: .milliseconds(200))
        server.settings.sessionKey = SessionKey.random()
        let slow = server
        try await slow.listen { port in
            let token = try SessionTokens(key: slow.settings.sessionKey ?? [], clock: slow.clock, isDemo: true)
                .token(for: "ana")
            let authorization = ["Authorization: Bearer \(token)"]
            let picture = RawRequest(path: "/api/generate", headers: authorization, body: #"{"prompt":"a fjord"}"#)
            let answer = try await RawConnection.exchange(picture, port: port)
            let url = String(try #require(answer.firstMatch(of: /"url":"([^"]*)"/)).1)
            let connection = try await RawConnection.open(port: port, receiveBytes: 4096)
            defer { connection.close() }
            try connection.send(RawRequest(method: "GET", path: url, headers: authorization).text)
            // When an idle connection has been closed, the time for the answer is over too.
            let other = try await RawConnection.open(port: port)
            _ = try await other.read()
            other.close()
            let taken = try await connection.read().utf8.count
            #expect(taken < LargePainter.byteCount)
        }
    }
}

/// Makes a picture that is larger than the buffers of a connection.
private struct LargePainter: PictureGenerator {
    static let byteCount = 32 << 20

    func picture(of prompt: String, size: PictureSize) async throws -> Picture {
        Picture(mediaType: "image/png", bytes: [UInt8](repeating: 65, count: Self.byteCount))
    }
}
