extension ProviderKit {
    /// A payment provider's refusal, in its own words.
    public struct Decline: Sendable, Hashable, CustomStringConvertible {
        public let provider: String
        public let status: Int
        /// The provider's message, shortened; nil if there was no message, or if the message might reveal part of the
        /// key.
        public let message: String?
        /// The provider's code for the error, such as `resource_missing`.
        public let code: String?
        /// The request's field that caused the error, such as `customer_email`, if the provider names it.
        public let param: String?
        /// The request id that the provider's support asks for.
        public let requestID: String?

        public init(
            provider: String, status: Int, message: String?, code: String?, param: String? = nil, requestID: String?
        ) {
            self.provider = provider
            self.status = status
            self.message = message
            self.code = code
            self.param = param
            self.requestID = requestID
        }

        public var description: String {
            let marks = ["status \(status)", code, requestID.map { "request \($0)" }].compactMap(\.self)
            return "\(provider) refused: \(words) (\(marks.joined(separator: ", ")))"
        }

        private var words: String {
            switch status {
            case 401: "it doesn't accept the API key; check the key and its mode (test or live)"
            case 403: "the API key lacks a permission; Faregate's guide on setting up \(provider) says which it needs"
            default: message.map { "\"\($0)\"" } ?? "it gave no reason"
            }
        }
    }
}
