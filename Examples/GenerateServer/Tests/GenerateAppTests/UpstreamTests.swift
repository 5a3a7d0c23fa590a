import Foundation
import Hummingbird
import HummingbirdTesting
import Testing

@testable import GenerateApp

/// The painter that asks an AI server.
@Suite(.serialized) struct UpstreamTests {
    private static let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3]

    private static func answer(_ bytes: [UInt8]) -> String {
        #"{"created":1,"data":[{"b64_json":"\#(Data(bytes).base64EncodedString())"}]}"#
    }

    @Test("The upstream painter requests one picture in the format of the images API", arguments: ["", "/v1", "/v1/"])
    func upstreamRequest(path: String) async throws {
        try await withServer(answering: Self.answer(Self.png)) { port, requests in
            let settings = try Self.settings(port: port, path: path)
            let picture = try await UpstreamPainter(settings: settings).picture(of: "a \"fjord\"", size: .large)
            #expect(picture.mediaType == "image/png")
            #expect(picture.bytes == Self.png)
            let request = try #require(await requests.latest)
            #expect(request.authorization == "Bearer sk-ai")
            let body = try #require(JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any])
            #expect(body["prompt"] as? String == "a \"fjord\"")
            #expect(body["model"] as? String == "painter-1")
            #expect(body["size"] as? String == "1024x1024")
            #expect(body["n"] as? Int == 1)
            #expect(body["response_format"] as? String == "b64_json")
        }
    }

    @Test(
        "A bad answer of the AI server is a failure that costs nothing",
        arguments: [
            (500, "{}"), (429, "{}"), (200, "{}"), (200, "<html>"), (200, #"{"data":[]}"#),
            (200, #"{"data":[{"b64_json":"%%%"}]}"#), (200, answer(Array("<svg onload='x'>".utf8))),
        ])
    func badAnswer(status: Int, body: String) async throws {
        try await withServer(status: status, answering: body) { port, _ in
            var server = try await TestServer()
            server.settings.upstream = try Self.settings(port: port, path: "")
            try await server.run { browser async throws in
                let ana = try await browser.signedIn(as: "ana")
                let answer = try await ana.post("/api/generate", #"{"prompt":"a fjord"}"#)
                #expect(answer.status == 502)
                #expect(answer.isProblem)
                #expect(try await ana.remaining() == 50)
            }
        }
    }

    @Test("An AI server that can't be reached is a failure")
    func unreachableUpstream() async throws {
        let settings = try Self.settings(port: try freePort(), path: "")
        await #expect(throws: GeneratorError.self) {
            try await UpstreamPainter(settings: settings).picture(of: "a fjord", size: .small)
        }
    }

    private static func settings(port: Int, path: String) throws -> Settings.Upstream {
        let variables = [
            "AI_BASE_URL": "http://localhost:\(port)\(path)", "AI_API_KEY": "sk-ai", "AI_MODEL": "painter-1",
        ]
        return try #require(try Settings(environment: variables).upstream)
    }
}

/// The requests that an AI server received.
private actor Requests {
    struct Seen {
        let authorization: String?
        let body: [UInt8]
    }

    var latest: Seen?

    func note(_ seen: Seen) { latest = seen }
}

private func withServer(
    status: Int = 200,
    answering body: String,
    _ test: @Sendable (Int, Requests) async throws -> Void
) async throws {
    let requests = Requests()
    let router = Router()
    router.post("/v1/images/generations") { request, _ in
        let bytes = Array(try await request.body.collect(upTo: 1 << 20).readableBytesView)
        await requests.note(Requests.Seen(authorization: request.headers[.authorization], body: bytes))
        return Response(
            status: HTTPResponse.Status(code: status),
            body: ResponseBody(byteBuffer: ByteBuffer(string: body))
        )
    }
    try await Application(router: router).test(.live) { client in
        try await test(try #require(client.port), requests)
    }
}
