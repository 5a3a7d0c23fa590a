public import Foundation

extension ProviderKit {
    /// A payment provider's answer.
    public struct Response: Sendable {
        public let status: Int
        public let headers: [(name: String, value: String)]
        public let body: Data

        public init(status: Int, headers: [(name: String, value: String)] = [], body: Data) {
            self.status = status
            self.headers = headers
            self.body = body
        }

        /// Returns the first header of the name, in any case: [RFC
        /// 9110](https://www.rfc-editor.org/rfc/rfc9110.html#fields).
        func header(_ name: String) -> String? {
            headers.first { $0.name.lowercased() == name.lowercased() }?.value
        }
    }
}
