import Faregate
public import Foundation

extension Payments {
    /// What to answer a provider's webhook with, for any server to send as it stands.
    public struct WebhookAnswer: Sendable {
        /// 200 when the event is safely kept; otherwise the status of the problem, and the provider sends it again.
        public let status: Int
        /// Without `Content-Length`.
        public let headers: [(name: String, value: String)]
        /// `application/problem+json` where there is a problem, otherwise empty.
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
