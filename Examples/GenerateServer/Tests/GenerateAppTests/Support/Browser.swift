import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

/// A client of the server, in process or over a connection.
struct Browser: Sendable {
    typealias Send = @Sendable (HTTPRequest.Method, String, HTTPFields, ByteBuffer?) async throws -> Answer

    let send: Send
    var token: String?
    /// The port of the server, if it listens.
    var port: Int?

    func get(_ path: String, headers: HTTPFields = [:]) async throws -> Answer {
        try await send(.get, path, authorized(headers), nil)
    }

    func post(_ path: String, _ body: String, headers: HTTPFields = [.contentType: "application/json"]) async throws
        -> Answer
    {
        try await send(.post, path, authorized(headers), ByteBuffer(string: body))
    }

    /// Signs in and returns a browser with the session.
    func signedIn(as user: String) async throws -> Browser {
        let answer = try await post("/api/session", #"{"user":"\#(user)"}"#)
        try #require(answer.status == 200)
        return Browser(send: send, token: try answer.text("token"))
    }

    func remaining() async throws -> Int { try await get("/api/credits").number("remaining") }

    private func authorized(_ headers: HTTPFields) -> HTTPFields {
        var headers = headers
        if let token { headers[.authorization] = "Bearer \(token)" }
        return headers
    }
}

extension Browser {
    init(_ client: any TestClientProtocol) {
        self.init { method, path, headers, body in
            let response = try await client.execute(uri: path, method: method, headers: headers, body: body)
            return Answer(status: response.status.code, headers: response.headers, body: response.body)
        }
    }

    init(_ client: TestClient) {
        self.init { method, path, headers, body in
            let request = TestClient.Request(path, method: method, headers: headers, body: body)
            let response = try await client.execute(request)
            return Answer(status: response.status.code, headers: response.headers, body: response.body ?? ByteBuffer())
        }
    }
}

struct Answer: Sendable {
    let status: Int
    let headers: HTTPFields
    let body: ByteBuffer

    var page: String { String(buffer: body) }

    var isProblem: Bool { headers[.contentType] == "application/problem+json" }

    private var object: [String: Any]? {
        (try? JSONSerialization.jsonObject(with: Data(body.readableBytesView))) as? [String: Any]
    }

    private func member<Value>(_ name: String, as type: Value.Type) throws -> Value {
        try #require(object?[name] as? Value, "\(name) in \(page)")
    }

    func optionalText(_ name: String) -> String? { object?[name] as? String }

    func text(_ name: String) throws -> String { try member(name, as: String.self) }

    func number(_ name: String) throws -> Int { try member(name, as: NSNumber.self).intValue }

    func list(_ name: String) throws -> [[String: Any]] { try member(name, as: [[String: Any]].self) }
}
