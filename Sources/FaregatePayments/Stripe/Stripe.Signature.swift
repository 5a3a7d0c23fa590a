public import Faregate
public import Foundation

extension Stripe {
    /// What Stripe's `Stripe-Signature` header says: when a webhook was signed, and its signatures.
    ///
    /// [Stripe: verify webhook signatures manually](https://docs.stripe.com/webhooks#verify-manually)
    public struct Signature: Sendable, Hashable {
        public static let headerName = "Stripe-Signature"
        /// How far the time of signing may lie from now, in either direction.
        public static let tolerance = Duration.seconds(SigningTime.toleranceSeconds)

        private let signedAt: SigningTime
        /// As they were sent: a signature in upper case is not one of Stripe's.
        private let signatures: [[UInt8]]

        /// Reads `t=<seconds>,v1=<64 hexadecimal digits>`, in any order. Schemes other than `v1` are skipped; several
        /// `v1` are there while a secret is rotated.
        ///
        /// - Throws: ``ProviderKit/SignatureError`` unless there is exactly one `t`, a whole number, and a `v1`.
        public init(parsing header: String) throws(ProviderKit.SignatureError) {
            let items = try Stripe.Signature.items(of: header)
            let times = items.filter { $0.name.elementsEqual("t".utf8) }
            guard times.count == 1, let signedAt = SigningTime(digits: Substring(times[0].value)) else {
                throw ProviderKit.SignatureError(.malformed, "the signature has no time that can be read")
            }
            signatures = items.filter { $0.name.elementsEqual("v1".utf8) }.map { Array($0.value) }
            guard !signatures.isEmpty else {
                throw ProviderKit.SignatureError(.malformed, "the signature has no part of the scheme v1")
            }
            self.signedAt = signedAt
        }

        /// Holds the signature to the body, byte by byte as it came in, and to the time.
        ///
        /// - Parameters:
        ///   - body: byte by byte as it came in.
        ///   - secrets: any one may have signed: two, while one replaces the other.
        ///   - now: at most 300 seconds away from when it was signed, on either side.
        /// - Throws: ``ProviderKit/SignatureError``. Only who signed rightly is told that it is stale.
        public func verify(body: Data, secrets: [Secret], at now: Timestamp) throws(ProviderKit.SignatureError) {
            // Every secret and every signature is looked at, whichever matched.
            var isSigned = false
            for secret in secrets {
                let expected = Stripe.Signature.digest(of: body, secret: secret, signedAt: signedAt)
                for signature in signatures where isEqualInConstantTime(signature, expected) { isSigned = true }
            }
            guard isSigned else {
                throw ProviderKit.SignatureError(
                    .mismatch, "no signature is the body's, made with a secret of this endpoint")
            }
            try signedAt.check(at: now)
        }

        /// The header that Stripe would send with the body: for sandboxes and tests.
        public static func sign(body: Data, secret: Secret, at now: Timestamp) -> String {
            let signedAt = SigningTime(now)
            let signature = String(decoding: digest(of: body, secret: secret, signedAt: signedAt), as: UTF8.self)
            return "t=\(signedAt.seconds),v1=\(signature)"
        }
    }
}

extension Stripe.Signature {
    private typealias Item = (name: Substring.UTF8View, value: Substring.UTF8View)

    /// Whoever can reach the endpoint can send a header: what is read of it is bounded.
    private static let maxHeaderBytes = 4096
    private static let maxItems = 32

    private static func items(of header: String) throws(ProviderKit.SignatureError) -> [Item] {
        guard header.utf8.count <= maxHeaderBytes else {
            throw ProviderKit.SignatureError(.malformed, "the signature is longer than \(maxHeaderBytes) bytes")
        }
        let items = header.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard items.count <= maxItems else {
            throw ProviderKit.SignatureError(.malformed, "the signature has more than \(maxItems) parts")
        }
        return items.compactMap { item in
            guard let equals = item.firstIndex(of: UInt8(ascii: "=")) else { return nil }
            return (item[..<equals], item[item.index(after: equals)...])
        }
    }

    /// The HMAC of `<seconds>.<body>` in lower-case hexadecimal, as ASCII. The key is the secret as it is written,
    /// its prefix included.
    private static func digest(of body: Data, secret: Secret, signedAt: SigningTime) -> [UInt8] {
        let message = Array("\(signedAt.seconds).".utf8) + body
        return Array(hexadecimal(HMACSHA256.code(for: message, key: secret.text.utf8)).utf8)
    }
}
