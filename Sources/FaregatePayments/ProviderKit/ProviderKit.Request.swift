public import Foundation

extension ProviderKit {
    /// A request to a payment provider. Its headers hold the API key, so it must not be logged.
    public struct Request: Sendable {
        public enum Method: String, Sendable {
            case get = "GET"
            case post = "POST"
        }

        public let method: Method
        public let url: URL
        public let headers: [(name: String, value: String)]
        /// Empty if the request has no body.
        public let body: Data
        /// The time within which the whole answer must arrive.
        public let timeout: Duration
        /// The largest body that the answer may have.
        public let maxResponseBytes: Int

        public init(
            method: Method,
            url: URL,
            headers: [(name: String, value: String)],
            body: Data,
            timeout: Duration,
            maxResponseBytes: Int
        ) {
            self.method = method
            self.url = url
            self.headers = headers
            self.body = body
            self.timeout = timeout
            self.maxResponseBytes = maxResponseBytes
        }
    }
}
