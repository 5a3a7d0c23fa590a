import Faregate
import FaregatePayments
import Foundation

/// A fake of Dodo's API: answers each path in turn, repeats the last answer, and records the requests.
final class FakeDodo: ProviderKit.Transport {
    enum Answer: Sendable {
        case response(ProviderKit.Response)
        case failure(any Error)

        static func json(_ json: JSON, status: Int = 200) -> Answer { text(json.text, status: status) }

        static func text(_ text: String, status: Int = 200, retryAfter: String? = nil) -> Answer {
            var headers = [(name: "X-Request-Id", value: "req_42")]
            if let retryAfter { headers.append((name: "Retry-After", value: retryAfter)) }
            return .response(ProviderKit.Response(status: status, headers: headers, body: Data(text.utf8)))
        }

        static func error(_ status: Int, retryAfter: String? = nil) -> Answer {
            text(#"{"code":"SOME_CODE","message":"some words"}"#, status: status, retryAfter: retryAfter)
        }

        static let notFound = error(404)
    }

    private let state: Mutex<(answers: [String: [Answer]], requests: [ProviderKit.Request])>

    /// - Parameter answers: by method and path, such as `GET /payments`.
    init(_ answers: [String: [Answer]] = [:]) {
        state = Mutex((answers, []))
    }

    var requests: [ProviderKit.Request] { state.withLock { $0.requests } }

    /// The requests, without the query.
    var lines: [String] { requests.map(\.line) }

    func send(_ request: ProviderKit.Request) async throws -> ProviderKit.Response {
        let answer: Answer = state.withLock { state in
            state.requests.append(request)
            guard let answers = state.answers[request.line], let first = answers.first else { return .notFound }
            if answers.count > 1 { state.answers[request.line] = Array(answers.dropFirst()) }
            return first
        }
        switch answer {
        case .response(let response): return response
        case .failure(let error): throw error
        }
    }
}

extension ProviderKit.Request {
    var line: String { "\(method.rawValue) \(url.path)" }

    /// The requests that were sent twice, in one text.
    var query: [String: String] {
        let items = URLComponents(url: url, resolvingAgainstBaseURL: false)?.queryItems ?? []
        return Dictionary(items.map { ($0.name, $0.value ?? "") }) { "\($0) \($1)" }
    }

    var json: JSON { (try? JSON(String(decoding: body, as: UTF8.self))) ?? .null }
}
