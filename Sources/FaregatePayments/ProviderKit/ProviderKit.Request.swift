public import Foundation

extension ProviderKit {
    /// A request to a payment provider. Its headers hold the API key: it is not for logs.
    public struct Request: Sendable {
        public enum Method: String, Sendable {
            case get = "GET"
            case post = "POST"
        }

        public let method: Method
        public let url: URL
        public let headers: [(name: String, value: String)]
        /// Empty where there is none.
        public let body: Data
        /// How long the answer may take to be there as a whole.
        public let timeout: Duration
        /// How large the answer's body may be.
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
