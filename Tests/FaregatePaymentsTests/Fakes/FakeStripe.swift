import Faregate
import FaregatePayments
import Foundation

/// A fake of Stripe's API: answers in turn, repeats the last answer, and records the requests.
final class FakeStripe: ProviderKit.Transport {
    enum Answer: Sendable {
        case response(ProviderKit.Response)
        case failure(any Error)
        /// Called for each request.
        case reply(@Sendable (ProviderKit.Request) async -> Answer)

        static func json(_ json: JSON, status: Int = 200) -> Answer {
            .response(ProviderKit.Response(status: status, body: json.data))
        }

        /// An open session.
        static func session(_ changes: [String: JSON?] = [:]) -> Answer {
            let open: [String: JSON?] = [
                "status": "open", "payment_status": "unpaid", "payment_intent": JSON.null,
                "customer_details": JSON.null,
            ]
            return .json(StripeJSON.session(open).with(changes))
        }

        static func error(
            _ status: Int,
            _ body: String = #"{"error":{"type":"api_error","message":"try later"}}"#,
            shouldRetry: String? = nil
        ) -> Answer {
            var headers = [(name: "request-id", value: "req_42")]
            if let shouldRetry { headers.append((name: "stripe-should-retry", value: shouldRetry)) }
            return .response(ProviderKit.Response(status: status, headers: headers, body: Data(body.utf8)))
        }
    }

    private let state: Mutex<(answers: [Answer], requests: [ProviderKit.Request])>

    init(_ answers: Answer...) {
        state = Mutex((answers, []))
    }

    var requests: [ProviderKit.Request] { state.withLock { $0.requests } }

    func send(_ request: ProviderKit.Request) async throws -> ProviderKit.Response {
        var answer = state.withLock { state in
            state.requests.append(request)
            return state.answers.count > 1 ? state.answers.removeFirst() : state.answers[0]
        }
        while case .reply(let reply) = answer { answer = await reply(request) }
        switch answer {
        case .response(let response): return response
        case .failure(let error): throw error
        case .reply: preconditionFailure("asked for above")
        }
    }
}

/// A clock that stands still; a sleep ends at once and is recorded.
final class ImpatientClock: WallClock {
    let now = Timestamp(rawValue: 1_767_225_600_000)
    private let sleeps = Mutex<[Int64]>([])

    var sleptMilliseconds: [Int64] { sleeps.withLock { $0 } }

    func sleep(for duration: Duration) async throws {
        try Task.checkCancellation()
        sleeps.withLock { $0.append(duration.milliseconds) }
    }
}

extension ProviderKit.Request {
    func header(_ name: String) -> String? {
        headers.first { $0.name == name }?.value
    }

    /// The form's fields, decoded.
    var form: [String: String] {
        let pairs = String(decoding: body, as: UTF8.self).split(separator: "&").map { pair in
            pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { part in
                part.replacingOccurrences(of: "+", with: " ").removingPercentEncoding ?? "undecodable"
            }
        }
        return Dictionary(pairs.map { ($0[0], $0[1]) }) { _, _ in "twice" }
    }
}
