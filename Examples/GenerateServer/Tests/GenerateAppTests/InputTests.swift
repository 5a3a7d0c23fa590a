import HTTPTypes
import Testing

@testable import GenerateApp

@Suite struct InputTests {
    @Test(
        "An invalid body is answered with a problem and changes nothing",
        arguments: [
            ("/api/generate", "not json", 400), ("/api/generate", "[]", 400), ("/api/generate", "{}", 400),
            ("/api/generate", "", 400), ("/api/generate", #"{"prompt":7}"#, 400),
            ("/api/generate", #"{"prompt":"  "}"#, 400),
            ("/api/generate", #"{"prompt":"x","size":"huge"}"#, 400),
            ("/api/generate", #"{"prompt":"x","cost":-10}"#, 400),
            ("/api/billing/checkout", #"{"pack":"7"}"#, 404), ("/api/billing/checkout", #"{"pack":-100}"#, 400),
            ("/api/billing/checkout", #"{"pack":"100","credits":9007199254740993}"#, 400),
            ("/api/billing/checkout", #"{"pack":"100","quantity":-1}"#, 400),
            ("/api/billing/checkout", #"{"pack":99999999999999999999999}"#, 400),
        ])
    func invalidBody(path: String, body: String, status: Int) async throws {
        try await TestServer().run { browser async throws in
            let ana = try await browser.signedIn(as: "ana")
            let answer = try await ana.post(path, body)
            #expect(answer.status == status)
            #expect(answer.isProblem)
            #expect(try !answer.text("detail").isEmpty)
            #expect(try await ana.remaining() == 50)
            #expect(try await ana.get("/api/credits/history").list("entries").count == 1)
        }
    }

    @Test(
        "A name that is not a valid account id is refused",
        arguments: [("", 1), ("x", 300), (#"\u0000"#, 1), (#"\n"#, 1)])
    func invalidName(letter: String, count: Int) async throws {
        let user = String(repeating: letter, count: count)
        try await TestServer().run { browser async throws in
            let answer = try await browser.post("/api/session", #"{"user":"\#(user)"}"#)
            #expect(answer.status == 400)
            #expect(answer.isProblem)
            #expect(answer.headers[.setCookie] == nil)
        }
    }

    @Test("A prompt and a body that are too long are refused", arguments: [(2000, 200), (2001, 400), (1 << 20, 413)])
    func longPrompt(length: Int, status: Int) async throws {
        try await TestServer().run { browser async throws in
            let ana = try await browser.signedIn(as: "ana")
            let prompt = String(repeating: "é", count: length)
            #expect(try await ana.post("/api/generate", #"{"prompt":"\#(prompt)"}"#).status == status)
            #expect(try await ana.remaining() == (status == 200 ? 40 : 50))
        }
    }

    @Test(
        "A history's cursor and count outside their ranges are refused",
        arguments: ["cursor=x", "cursor=-1", "cursor=0", "count=0", "count=501", "count=x"])
    func invalidPage(query: String) async throws {
        try await TestServer().run { browser async throws in
            let ana = try await browser.signedIn(as: "ana")
            #expect(try await ana.get("/api/credits/history?\(query)").status == 400)
        }
    }

    @Test("A history is read page by page")
    func historyPages() async throws {
        try await TestServer().run { browser async throws in
            let ana = try await browser.signedIn(as: "ana")
            for _ in 0..<2 { _ = try await ana.post("/api/generate", #"{"prompt":"a fjord","fail":true}"#) }
            var ids: [Int] = []
            var cursor: String? = ""
            while let place = cursor {
                let page = try await ana.get("/api/credits/history?count=2\(place)")
                ids += try page.list("entries").compactMap { $0["id"] as? Int }
                cursor = page.optionalText("next").map { "&cursor=\($0)" }
            }
            #expect(ids.count == 5)
            #expect(ids == ids.sorted(by: >))
        }
    }

    @Test("An unknown path or method is answered with a problem")
    func unknownRoute() async throws {
        try await TestServer().run { browser async throws in
            let missing = try await browser.get("/api/nothing")
            #expect(missing.status == 404)
            #expect(missing.isProblem)
            #expect(try await browser.get("/api/nothing", headers: [.accept: "text/html"]).isProblem)
            let lost = try await browser.get("/nothing", headers: [.accept: "text/html"])
            #expect(lost.status == 404)
            #expect(lost.page.contains("<h1>There is nothing here</h1>"))
            let wrong = try await browser.get("/api/generate")
            #expect(wrong.status == 405)
            #expect(wrong.headers[.allow] == "POST")
            #expect(wrong.isProblem)
        }
    }
}
