import FaregateSandbox
import FaregateTesting
import Foundation
import HTTPTypes
import Testing

@testable import GenerateApp

@Suite struct SessionTests {
    @Test("A new account gets its opening credits once")
    func openingCredits() async throws {
        try await TestServer().run { browser async throws in
            #expect(try await browser.signedIn(as: "ana").remaining() == 50)
            #expect(try await browser.signedIn(as: "ana").remaining() == 50)
        }
    }

    @Test("Signing in sets a cookie that scripts and other sites can't use")
    func cookie() async throws {
        try await TestServer().run { browser async throws in
            let answer = try await browser.post("/api/session", #"{"user":"ana"}"#)
            let cookie = try #require(answer.headers[.setCookie])
            #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/"))
            let pair = String(cookie.prefix { $0 != ";" })
            #expect(try await browser.get("/api/credits", headers: [.cookie: pair]).number("remaining") == 50)
        }
    }

    @Test(
        "A request without a session is refused",
        arguments: ["/api/credits", "/api/credits/history", "/api/prices", "/api/standing", "/pictures/1"])
    func noSession(path: String) async throws {
        try await TestServer().run { browser async throws in
            let answer = try await browser.get(path)
            #expect(answer.status == 401)
            #expect(answer.isProblem)
            #expect(answer.headers[.wwwAuthenticate]?.hasPrefix("Bearer") == true)
            let forged = Browser(send: browser.send, token: "eyJhIjoxfQ.AAAA")
            #expect(try await forged.get(path).status == 401)
        }
    }

    @Test("A session ends after seven days")
    func sessionLifetime() async throws {
        let server = try await TestServer()
        try await server.run { browser async throws in
            let ana = try await browser.signedIn(as: "ana")
            server.clock.advance(by: SessionTokens.lifetime - .milliseconds(1))
            #expect(try await ana.get("/api/credits").status == 200)
            server.clock.advance(by: .milliseconds(1))
            #expect(try await ana.get("/api/credits").status == 401)
        }
    }

    @Test("A token with any changed character is refused")
    func changedToken() async throws {
        try await TestServer().run { browser async throws in
            let token = try #require(try await browser.signedIn(as: "ana").token)
            // The last character holds bits that base64 ignores.
            for place in token.indices.dropLast() where token[place] != "." {
                var changed = token
                changed.replaceSubrange(place...place, with: token[place] == "A" ? "B" : "A")
                #expect(try await Browser(send: browser.send, token: changed).get("/api/credits").status == 401)
            }
        }
    }

    @Test(
        "The demo login works on loopback addresses only",
        arguments: [("127.0.0.1", 200), ("localhost", 200), ("::1", 200), ("0.0.0.0", 403), ("192.168.1.7", 403)])
    func loopbackLogin(host: String, status: Int) async throws {
        try await TestServer(environment: ["HOST": host, "PAYMENTS": "sandbox"]).run { browser async throws in
            #expect(try await browser.post("/api/session", #"{"user":"ana"}"#).status == status)
        }
    }

    @Test("Another site can't send requests with a visitor's session")
    func foreignSite() async throws {
        try await TestServer().run { browser async throws in
            let cookie = try #require(try await browser.post("/api/session", #"{"user":"ana"}"#).headers[.setCookie])
            let body = #"{"prompt":"hello"}"#
            let foreign: HTTPFields = [
                .cookie: cookie, .contentType: "application/json", .origin: "https://evil.example",
            ]
            #expect(try await browser.post("/api/generate", body, headers: foreign).status == 403)
            let plain: HTTPFields = [.cookie: cookie, .contentType: "text/plain"]
            #expect(try await browser.post("/api/generate", body, headers: plain).status == 415)
            let own: HTTPFields = [.cookie: cookie, .contentType: "application/json", .origin: "http://127.0.0.1:8080"]
            #expect(try await browser.post("/api/generate", body, headers: own).status == 200)
        }
    }

    /// The router treats each of these as the first.
    @Test("Another site is refused however it spells the path", arguments: ["/api", "//api", "/api/", "///api//"])
    func pathSpelling(start: String) async throws {
        try await TestServer().run { browser async throws in
            let cookie = try #require(try await browser.post("/api/session", #"{"user":"ana"}"#).headers[.setCookie])
            let foreign: HTTPFields = [.cookie: cookie, .contentType: "text/plain", .origin: "https://evil.example"]
            #expect(try await browser.post("\(start)/generate", #"{"prompt":"hello"}"#, headers: foreign).status == 403)
            let signIn = try await browser.post("\(start)/session", #"{"user":"eve"}"#, headers: foreign)
            #expect(signIn.status == 403)
            #expect(signIn.headers[.setCookie] == nil)
            #expect(try await browser.get("/api/credits", headers: [.cookie: cookie]).number("remaining") == 50)
        }
    }
}
