public import Faregate
public import Foundation

extension Stripe {
    /// The content of Stripe's `Stripe-Signature` header: the time of signing and the signatures.
    ///
    /// [Stripe: verify webhook signatures manually](https://docs.stripe.com/webhooks#verify-manually)
    public struct Signature: Sendable, Hashable {
        public static let headerName = "Stripe-Signature"
        /// The largest difference between the time of signing and now, in either direction.
        public static let tolerance = Duration.seconds(SigningTime.toleranceSeconds)

        private let signedAt: SigningTime
        /// As received, and compared as text: Stripe writes them in lower-case hexadecimal, as `digest` does.
        private let signatures: [[UInt8]]

        /// Reads `t=<seconds>,v1=<64 hexadecimal digits>`, in any order. Skips schemes other than `v1`. During a
        /// rotation there are several `v1`.
        ///
        /// - Throws: ``ProviderKit/SignatureError`` unless there is exactly one `t`, a whole number, and at least one
        ///   `v1`.
        public init(parsing header: String) throws(ProviderKit.SignatureError) {
            let items = try Stripe.Signature.items(of: header)
            let times = items.filter { $0.name.elementsEqual("t".utf8) }
            guard times.count == 1, let signedAt = SigningTime(digits: Substring(times[0].value)) else {
                throw ProviderKit.SignatureError(.malformed, "the signature has no readable time")
            }
            signatures = items.filter { $0.name.elementsEqual("v1".utf8) }.map { Array($0.value) }
            guard !signatures.isEmpty else {
                throw ProviderKit.SignatureError(.malformed, "the signature has no part of the scheme v1")
            }
            self.signedAt = signedAt
        }

        /// Verifies the signature against the received bytes of the body, and checks its time.
        ///
        /// - Parameters:
        ///   - body: the received bytes, unchanged.
        ///   - secrets: the secrets that may have signed: two during a rotation.
        ///   - now: at most 300 seconds before or after the time of signing.
        /// - Throws: ``ProviderKit/SignatureError``. Only a correct signature is reported as stale.
        public func verify(body: Data, secrets: [Secret], at now: Timestamp) throws(ProviderKit.SignatureError) {
            // Compares every secret with every signature, even after a match.
            var isSigned = false
            for secret in secrets {
                let expected = Stripe.Signature.digest(of: body, secret: secret, signedAt: signedAt)
                for signature in signatures where isEqualInConstantTime(signature, expected) { isSigned = true }
            }
            guard isSigned else {
                throw ProviderKit.SignatureError(
                    .mismatch, "no signature matches the body and a secret of this endpoint")
            }
            try signedAt.check(at: now)
        }

        /// Returns the header that Stripe would send with the body: for sandboxes and tests.
        public static func sign(body: Data, secret: Secret, at now: Timestamp) -> String {
            let signedAt = SigningTime(now)
            let signature = String(decoding: digest(of: body, secret: secret, signedAt: signedAt), as: UTF8.self)
            return "t=\(signedAt.seconds),v1=\(signature)"
        }
    }
}

extension Stripe.Signature {
    private typealias Item = (name: Substring.UTF8View, value: Substring.UTF8View)

    /// Anybody who can reach the endpoint can send a header, so the header is read up to a limit.
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

    /// The HMAC of `<seconds>.<body>` in lower-case hexadecimal, as ASCII. The key is the whole text of the secret,
    /// with its prefix.
    private static func digest(of body: Data, secret: Secret, signedAt: SigningTime) -> [UInt8] {
        let message = Array("\(signedAt.seconds).".utf8) + body
        return Array(hexadecimal(HMACSHA256.code(for: message, key: secret.text.utf8)).utf8)
    }
}
