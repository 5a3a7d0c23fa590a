import Foundation
import HTTPTypes
import Hummingbird
import Testing

@testable import GenerateApp

/// Any site can resolve its own name to 127.0.0.1 and then has the same origin as the server (DNS rebinding).
@Suite(.serialized) struct OwnOriginsTests {
    @Test(
        "A server on loopback accepts its own names as origins and no others",
        arguments: [
            ("127.0.0.1", 8080, "evil.example:8080", "http://evil.example:8080", false),
            ("127.0.0.1", 8080, "localhost.evil.example:8080", "http://localhost.evil.example:8080", false),
            ("127.0.0.1", 8080, "localhost:9090", "http://localhost:9090", false),
            ("127.0.0.1", 8080, "localhost:8080", "http://evil.example:8080", false),
            ("127.0.0.1", 8080, "localhost:8080", "null", false),
            ("127.0.0.1", 8080, "localhost:8080", "http://localhost:8080", true),
            ("127.0.0.1", 8080, "127.0.0.1:8080", "http://127.0.0.1:8080", true),
            ("::1", 8080, "[::1]:8080", "http://[::1]:8080", true),
            ("localhost", 80, "127.0.0.1", "http://127.0.0.1", true),
            // Behind a proxy that ends TLS and may pass on any name.
            ("127.0.0.1", 8080, "shop.internal", "https://demo.example", true),
            ("0.0.0.0", 8080, "lan.example:8080", "http://lan.example:8080", true),
            ("0.0.0.0", 8080, "lan.example:8080", "http://evil.example", false),
        ])
    func ownOrigins(host: String, port: Int, name: String, sender: String, isOwn: Bool) throws {
        let settings = try Settings(environment: [
            "HOST": host, "PORT": "\(port)", "HOST_URL": "https://demo.example", "PAYMENTS": "sandbox",
        ])
        let head = HTTPRequest(
            method: .post,
            scheme: "http",
            authority: name,
            path: "/api/session",
            headerFields: [.origin: sender]
        )
        let request = Request(head: head, body: RequestBody(buffer: ByteBuffer()))
        #expect(OwnOrigins(settings).origin(of: request) == (isOwn ? sender : nil))
    }

    @Test("A site whose name resolves to the server's address can't sign anybody in")
    func dnsRebinding() async throws {
        try await TestServer().runLive { browser async throws in
            let host = try #require(HTTPField.Name("Host"))
            for (name, status) in [("evil.example", 403), ("localhost", 200)] {
                let address = "\(name):\(try #require(browser.port))"
                let headers: HTTPFields = [
                    host: address, .origin: "http://\(address)", .contentType: "application/json",
                ]
                let answer = try await browser.post("/api/session", #"{"user":"ana"}"#, headers: headers)
                #expect(answer.status == status)
                #expect((answer.headers[.setCookie] != nil) == (status == 200))
            }
        }
    }
}
