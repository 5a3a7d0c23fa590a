import Faregate
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import GenerateApp

/// An answer that never arrived is given again under its key, and charged once.
@Suite(.serialized) struct LostAnswerTests {
    private static let key = "Idempotency-Key: \"8e03978e\""

    private static func wish(_ token: String) -> RawRequest {
        RawRequest(
            path: "/api/generate",
            headers: ["Authorization: Bearer \(token)", key],
            body: #"{"prompt":"a fjord"}"#
        )
    }

    private static func headers() throws -> HTTPFields {
        [.contentType: "application/json", try #require(HTTPField.Name("Idempotency-Key")): "\"8e03978e\""]
    }

    @Test(arguments: [true, false], [true, false])
    func aClientThatWentAwayInTheMiddleGetsItsPictureWhenItAsksAgain(abruptly: Bool, isDone: Bool) async throws {
        let painter = HeldPainter()
        var server = try await TestServer()
        server.painter = painter
        let log = server.log
        try await server.runLive { browser async throws in
            let ana = try await browser.signedIn(as: "ana")
            let (token, port) = (try #require(ana.token), try #require(browser.port))
            let lost = try await RawConnection.open(port: port)
            try lost.send(Self.wish(token).text)
            await painter.begun()
            lost.close(abruptly: abruptly)
            if isDone {
                await painter.release()
                while try await ana.get("/api/credits").number("held") > 0 { await Task.yield() }
            }
            async let again = RawConnection.exchange(Self.wish(token), port: port)
            await painter.release()
            let first = try await again
            #expect(first.hasPrefix("HTTP/1.1 200 "))

            let answer = try await ana.post("/api/generate", #"{"prompt":"a fjord"}"#, headers: Self.headers())
            #expect(answer.status == 200)
            #expect(first.hasSuffix(answer.page))
            #expect(try await ana.get(try answer.text("url")).status == 200)
            #expect(await painter.count == 1)
            #expect(try await ana.remaining() == 40)
            #expect(log.text.contains("ana: generate was answered with the result of an earlier call under its key"))
            #expect(!log.text.contains("refused"))
        }
    }

    @Test func theSameAnswerAndItsPictureAreThereAfterARestart() async throws {
        var server = try await TestServer()
        server.settings.sessionKey = SessionKey.random()
        let ask: @Sendable (Browser) async throws -> Answer = { browser in
            let ana = try await browser.signedIn(as: "ana")
            let answer = try await ana.post("/api/generate", #"{"prompt":"a fjord"}"#, headers: try Self.headers())
            let picture = try await ana.get(try answer.text("url"))
            #expect(picture.headers[.contentType] == "image/svg+xml")
            #expect(picture.page.hasPrefix("<svg"))
            #expect(try await ana.get("/").page.contains(try answer.text("url")))
            #expect(try await ana.remaining() == 40)
            return answer
        }
        let answers = Answers()
        try await server.run(
            .router,
            { browser async throws in await answers.add(try await ask(browser).page) },
            { browser async throws in await answers.add(try await ask(browser).page) },
            { browser async throws in
                // Another request under the same key is still another request.
                let ana = try await browser.signedIn(as: "ana")
                let other = try await ana.post("/api/generate", #"{"prompt":"a boat"}"#, headers: try Self.headers())
                #expect(other.status == 422)
            }
        )
        let pages = await answers.pages
        #expect(pages.count == 2)
        #expect(Set(pages).count == 1)
        #expect(!pages[0].contains("a fjord"))
    }

    @Test func aCallThatFailedIsMadeAgainUnderItsKey() async throws {
        try await TestServer().run { browser async throws in
            let ana = try await browser.signedIn(as: "ana")
            for _ in 0..<2 {
                let answer = try await ana.post(
                    "/api/generate",
                    #"{"prompt":"a fjord","fail":true}"#,
                    headers: try Self.headers()
                )
                #expect(answer.status == 502)
            }
            #expect(try await ana.remaining() == 50)
        }
    }
}

private actor Answers {
    private(set) var pages: [String] = []

    func add(_ page: String) { pages.append(page) }
}
