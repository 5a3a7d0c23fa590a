public import Faregate

extension ProviderKit {
    /// Why a webhook's signature is refused. Never holds any of the body, the secret or the signature.
    public struct SignatureError: Error, Sendable, Hashable, CustomStringConvertible {
        /// The kind of error: an open set.
        public struct Code: RawRepresentable, Sendable, Hashable {
            public let rawValue: String

            public init(rawValue: String) {
                self.rawValue = rawValue
            }

            /// The webhook has no signature.
            public static let missing = Code(rawValue: "missing")
            /// The signature can't be read.
            public static let malformed = Code(rawValue: "malformed")
            /// The signature was not made with any of the secrets, or was made for another body.
            public static let mismatch = Code(rawValue: "mismatch")
            /// The signature is right, but was made too long ago, or is dated too far ahead.
            public static let stale = Code(rawValue: "stale")
        }

        public let code: Code
        public let description: String

        /// - Parameters:
        ///   - code: the kind of error.
        ///   - description: the reason in words, without any of the body, the secret or the signature.
        public init(_ code: Code, _ description: String) {
            self.code = code
            self.description = description
        }
    }
}

extension ProviderKit.SignatureError: ProblemConvertible {
    /// 400, with the reason, which holds none of the body, the secret or the signature.
    public var problem: Problem { Problem(400, "webhook-signature", "Signature not accepted", description) }
}
