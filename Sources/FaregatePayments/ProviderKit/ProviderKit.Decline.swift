extension ProviderKit {
    /// A payment provider's refusal, in its own words.
    public struct Decline: Sendable, Hashable, CustomStringConvertible {
        public let provider: String
        public let status: Int
        /// What the provider says, shortened; nil where that could tell part of the key, or nothing was said.
        public let message: String?
        /// The provider's name for the error, `resource_missing`.
        public let code: String?
        /// Which field of the request it is about, `customer_email`, where the provider says so.
        public let param: String?
        /// By which the provider's support finds the request.
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
            case 401: "it does not know the API key; look at the key and its mode"
            case 403: "the API key may not do this; give it the permissions that the guide lists"
            default: message.map { "\"\($0)\"" } ?? "it gave no reason"
            }
        }
    }
}
