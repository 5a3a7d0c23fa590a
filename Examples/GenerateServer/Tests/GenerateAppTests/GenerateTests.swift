import Faregate
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import GenerateApp

@Suite struct GenerateTests {
    @Test("A picture costs what the policy says")
    func pictureCost() async throws {
        try await TestServer().run { browser async throws in
            let ana = try await browser.signedIn(as: "ana")
            let answer = try await ana.post("/api/generate", #"{"prompt":"a fjord"}"#)
            #expect(answer.status == 200)
            #expect(try answer.number("cost") == 10)
            #expect(try await ana.remaining() == 40)
            #expect(try await ana.post("/api/generate", #"{"prompt":"a fjord","size":"large"}"#).number("cost") == 25)
            #expect(try await ana.remaining() == 15)
            let picture = try await ana.get(try answer.text("url"))
            #expect(picture.headers[.contentType] == "image/svg+xml")
            #expect(picture.page.hasPrefix("<svg"))
        }
    }

    @Test("A generator that fails costs nothing")
    func failingGenerator() async throws {
        try await TestServer().run { browser async throws in
            let ana = try await browser.signedIn(as: "ana")
            let answer = try await ana.post("/api/generate", #"{"prompt":"a fjord","fail":true}"#)
            #expect(answer.status == 502)
            #expect(answer.isProblem)
            #expect(try await ana.remaining() == 50)
            let entries = try await ana.get("/api/credits/history").list("entries")
            #expect(entries.map { $0["kind"] as? String } == ["refund", "charge", "grant"])
            #expect(entries.map { $0["credits"] as? Int } == [10, -10, 50])
        }
    }

    @Test("The badge and the standing show the balance and the actions that it pays for")
    func standing() async throws {
        try await TestServer(openingCredits: 15).run { browser async throws in
            let ana = try await browser.signedIn(as: "ana")
            let standing = try await ana.get("/api/standing")
            #expect(standing.status == 200)
            #expect(standing.page.contains(#""spendable":15"#))
            #expect(try standing.list("actions").first { $0["name"] as? String == "generate" }?["refusal"] == nil)
            #expect(try await ana.get("/").page.contains("<strong data-remaining>15</strong>"))
            #expect(try await ana.post("/api/generate", #"{"prompt":"a fjord"}"#).status == 200)
            let after = try await ana.get("/api/standing").list("actions")
            let refusal = after.first { $0["name"] as? String == "generate" }?["refusal"] as? [String: Any]
            #expect(refusal?["shortfall"] as? Int == 5)
        }
    }

    @Test("A refusal names the cost, the balance and the packs that would cover the difference")
    func refusal() async throws {
        try await TestServer(openingCredits: 5).run { browser async throws in
            let ana = try await browser.signedIn(as: "ana")
            #expect(try await ana.get("/api/credits").page.contains(#""lowBalance":true"#))
            let answer = try await ana.post("/api/generate", #"{"prompt":"a fjord"}"#)
            #expect(answer.status == 402)
            #expect(answer.isProblem)
            #expect(try answer.text("detail") == "you need 10 credits, you have 5")
            #expect(try answer.number("required") == 10)
            #expect(try answer.number("available") == 5)
            #expect(try answer.number("shortfall") == 5)
            #expect(try answer.list("packs").map { $0["name"] as? String } == ["50", "100", "250"])
            #expect(try await ana.remaining() == 5)
        }
    }

    @Test("Sixty-four calls at once with credits for ten pictures make ten pictures", arguments: [true, false])
    func concurrentCalls(overHTTP: Bool) async throws {
        try await TestServer(openingCredits: 100).run(overHTTP ? .ahc() : .router) { browser async throws in
            let ana = try await browser.signedIn(as: "ana")
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<64 {
                    group.addTask { try await ana.post("/api/generate", #"{"prompt":"picture \#(number)"}"#).status }
                }
                return try await group.reduce(into: [:]) { counts, status in counts[status, default: 0] += 1 }
            }
            #expect(statuses == [200: 10, 402: 54])
            #expect(try await ana.remaining() == 0)
            #expect(try await ana.get("/api/credits").number("total") == 100)
        }
    }

    @Test("A request that is repeated under its key is charged once", arguments: ["\"8e03978e\"", "8e03978e"])
    func idempotencyKey(key: String) async throws {
        let name = try #require(HTTPField.Name("Idempotency-Key"))
        try await TestServer().run { browser async throws in
            let ana = try await browser.signedIn(as: "ana")
            let headers: HTTPFields = [.contentType: "application/json", name: key]
            let first = try await ana.post("/api/generate", #"{"prompt":"a fjord"}"#, headers: headers)
            let second = try await ana.post("/api/generate", #"{"prompt":"a fjord"}"#, headers: headers)
            #expect(first.status == 200 && second.status == 200)
            #expect(first.page == second.page)
            #expect(try await ana.post("/api/generate", #"{"prompt":"a boat"}"#, headers: headers).status == 422)
            #expect(try await ana.remaining() == 40)
        }
    }

    @Test("A picture is shown to its own account only")
    func foreignPicture() async throws {
        try await TestServer().run { browser async throws in
            let ana = try await browser.signedIn(as: "ana")
            let url = try await ana.post("/api/generate", #"{"prompt":"a fjord"}"#).text("url")
            #expect(try await browser.signedIn(as: "bea").get(url).status == 404)
        }
    }

    @Test("A prompt with markup is escaped in pictures and pages")
    func hostilePrompt() async throws {
        let hostile = #"</title><script>alert(1)</script>\" onload=\"x' & ]]> <!--"#
        try await TestServer().run { browser async throws in
            let ana = try await browser.signedIn(as: "ana")
            let answer = try await ana.post("/api/generate", #"{"prompt":"\#(hostile)"}"#)
            let picture = try await ana.get(try answer.text("url"))
            let page = try await ana.get("/")
            for markup in [picture.page, page.page] {
                #expect(!markup.contains("<script>alert"))
                #expect(!markup.contains("\" onload"))
                #expect(markup.contains("&lt;script&gt;"))
            }
            #expect(picture.headers[.contentSecurityPolicy]?.contains("default-src 'none'") == true)
            #expect(page.headers[.contentSecurityPolicy]?.contains("default-src 'self'") == true)
        }
    }

    @Test("The same prompt gives the same picture, and another prompt another one")
    func deterministicPicture() {
        func svg(_ prompt: String) -> String {
            LocalPainter.drawing(of: prompt, size: .small).svg(title: prompt, width: 640)
        }
        #expect(svg("a fjord") == svg("a fjord"))
        #expect(svg("a fjord") != svg("a forest"))
    }
}
