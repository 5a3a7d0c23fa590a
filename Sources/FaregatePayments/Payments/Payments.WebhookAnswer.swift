import Faregate
public import Foundation

extension Payments {
    /// The answer to a provider's webhook, for any server to send unchanged.
    public struct WebhookAnswer: Sendable {
        /// 200 if the event is stored; otherwise the problem's status, and the provider sends the event again.
        public let status: Int
        /// Without `Content-Length`.
        public let headers: [(name: String, value: String)]
        /// `application/problem+json` if there is a problem, otherwise empty.
        public let body: Data

        static let acknowledged = Payments.WebhookAnswer(status: 200, headers: [], body: Data())

        init(_ problem: Problem) {
            self.init(
                status: problem.status,
                headers: [("Content-Type", Problem.contentType)] + problem.headers,
                body: problem.body
            )
        }

        private init(status: Int, headers: [(name: String, value: String)], body: Data) {
            self.status = status
            self.headers = headers
            self.body = body
        }
    }
}
