import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// A client of the example server, for its customers and the providers.
struct Shop: Sendable {
    let client: HTTPClient
    let address: String

    struct Answer: Sendable {
        let status: Int
        let body: Data

        func member(_ name: String) -> Any? {
            ((try? JSONSerialization.jsonObject(with: body)) as? [String: Any])?[name]
        }
    }

    struct Purchase: Sendable {
        let id: String
        let credits: Int
        let status: String
    }

    func send(
        _ method: HTTPMethod,
        _ path: String,
        headers: [(name: String, value: String)] = [],
        body: Data? = nil
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: address + path)
        request.method = method
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body { request.body = .bytes(ByteBuffer(bytes: body)) }
        let response = try await client.execute(request, timeout: .seconds(20))
        let bytes = try await response.body.collect(upTo: 1 << 22)
        return Answer(status: Int(response.status.code), body: Data(bytes.readableBytesView))
    }

    /// - Returns: the headers with the customer's session.
    func signIn(_ name: String) async throws -> [(name: String, value: String)] {
        let headers = [(name: "Content-Type", value: "application/json")]
        let answer = try await send(.POST, "/api/session", headers: headers, body: Data(#"{"user":"\#(name)"}"#.utf8))
        guard let token = answer.member("token") as? String else { throw Failure("\(name) can't sign in") }
        return headers + [("Authorization", "Bearer \(token)")]
    }

    /// - Returns: the id of the purchase and the id of its checkout at the provider.
    func checkout(
        _ order: String,
        _ headers: [(name: String, value: String)]
    ) async throws -> (purchase: String, checkout: String) {
        let answer = try await send(.POST, "/api/billing/checkout", headers: headers, body: Data(order.utf8))
        guard let purchase = answer.member("purchase") as? String, let url = answer.member("url") as? String,
            let checkout = url.split(separator: "/").last
        else {
            throw Failure("no checkout was opened: \(answer.status) \(String(decoding: answer.body, as: UTF8.self))")
        }
        return (purchase, String(checkout))
    }

    func remaining(_ headers: [(name: String, value: String)]) async throws -> Int {
        let answer = try await send(.GET, "/api/credits", headers: headers)
        guard let remaining = answer.member("remaining") as? Int else { throw Failure("the balance can't be read") }
        return remaining
    }

    func purchases(_ headers: [(name: String, value: String)]) async throws -> [Purchase] {
        let answer = try await send(.GET, "/api/billing/purchases", headers: headers)
        let list = answer.member("purchases") as? [[String: Any]] ?? []
        return list.compactMap { purchase in
            guard let id = purchase["id"] as? String, let credits = purchase["credits"] as? Int,
                let status = purchase["status"] as? String
            else { return nil }
            return Purchase(id: id, credits: credits, status: status)
        }
    }
}
