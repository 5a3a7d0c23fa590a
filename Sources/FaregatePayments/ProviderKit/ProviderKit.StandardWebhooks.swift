public import Faregate
public import Foundation

extension ProviderKit {
    /// Signs webhooks and verifies their signatures, as Dodo Payments and many others do.
    ///
    /// The signature is HMAC-SHA256 over `<id>.<seconds>.<body>`. The key is the Base64 after the secret's `whsec_`.
    ///
    /// [Standard Webhooks: signature
    /// scheme](https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#signature-scheme)
    public struct StandardWebhooks: Sendable {
        /// The largest difference between the time of signing and now, in either direction.
        public static let tolerance = Duration.seconds(SigningTime.toleranceSeconds)

        private static let idHeader = "webhook-id"
        private static let timeHeader = "webhook-timestamp"
        private static let signatureHeader = "webhook-signature"
        private static let version = "v1,"
        /// Anybody who can reach the endpoint can send headers, so the headers are read up to a limit.
        private static let maxSignatureBytes = 4096
        private static let maxSignatures = 32

        private let secrets: [Secret]

        /// - Parameter secrets: the secrets that may have signed: two during a rotation.
        /// - Throws: `InvalidInput`, which doesn't repeat a secret, unless each is Base64 of 24 to 64 bytes, with or
        ///   without `whsec_` before it.
        public init(secrets: [Secret]) throws(InvalidInput) {
            for secret in secrets { _ = try ProviderKit.StandardWebhooks.key(of: secret) }
            self.secrets = secrets
        }

        /// Verifies the signature against the received bytes of the body, and checks its time.
        ///
        /// Skips signatures of other versions and other parts of the header.
        ///
        /// - Parameters:
        ///   - headers: all headers of the request; names in any case.
        ///   - body: the received bytes, unchanged.
        ///   - now: at most 300 seconds before or after the time of signing.
        /// - Returns: the webhook's id, which is the same for every delivery.
        /// - Throws: ``ProviderKit/SignatureError``. Only a correct signature is reported as stale.
        public func verify(
            headers: [(name: String, value: String)],
            body: Data,
            at now: Timestamp
        ) throws(ProviderKit.SignatureError) -> String {
            let id = try ProviderKit.StandardWebhooks.id(in: headers)
            let time = try ProviderKit.StandardWebhooks.time(in: headers)
            let signatures = try ProviderKit.StandardWebhooks.signatures(in: headers)
            // Compares every secret with every signature, even after a match.
            var isSigned = false
            for secret in secrets {
                guard let key = try? ProviderKit.StandardWebhooks.key(of: secret) else { continue }
                let expected = ProviderKit.StandardWebhooks.code(for: body, id: id, time: time.text, key: key)
                for signature in signatures where isEqualInConstantTime(signature, expected) { isSigned = true }
            }
            guard isSigned else {
                throw ProviderKit.SignatureError(
                    .mismatch, "no signature matches the body and a secret of this endpoint")
            }
            try time.moment.check(at: now)
            return id
        }

        /// Returns the headers that a provider would send with the body: for sandboxes and tests.
        ///
        /// - Throws: `InvalidInput` when the id is not 1 to 255 bytes without control characters, or the secret is not
        ///   Base64 of 24 to 64 bytes.
        public static func sign(
            body: Data,
            id: String,
            secret: Secret,
            at now: Timestamp
        ) throws(InvalidInput) -> [(name: String, value: String)] {
            let id = try checked(id, is: idHeader)
            let time = String(SigningTime(now).seconds)
            let code = code(for: body, id: id, time: time, key: try key(of: secret))
            return [
                (idHeader, id), (timeHeader, time), (signatureHeader, version + String(decoding: code, as: UTF8.self)),
            ]
        }
    }
}

extension ProviderKit.StandardWebhooks {
    private static func id(in headers: [(name: String, value: String)]) throws(ProviderKit.SignatureError) -> String {
        let text = try value(of: idHeader, in: headers)
        do throws(InvalidInput) {
            return try checked(text, is: idHeader)
        } catch {
            throw ProviderKit.SignatureError(.malformed, error.description)
        }
    }

    /// - Returns: the time, and its text as it was signed.
    private static func time(
        in headers: [(name: String, value: String)]
    ) throws(ProviderKit.SignatureError) -> (text: String, moment: SigningTime) {
        let text = try value(of: timeHeader, in: headers)
        guard text.utf8.count <= 19, let moment = SigningTime(digits: text) else {
            throw ProviderKit.SignatureError(.malformed, "\(timeHeader) is not a time in seconds")
        }
        return (text, moment)
    }

    /// - Returns: the Base64 of each `v1,<Base64>`, as ASCII.
    private static func signatures(
        in headers: [(name: String, value: String)]
    ) throws(ProviderKit.SignatureError) -> [[UInt8]] {
        let text = try value(of: signatureHeader, in: headers)
        guard text.utf8.count <= maxSignatureBytes else {
            throw ProviderKit.SignatureError(.malformed, "\(signatureHeader) is longer than \(maxSignatureBytes) bytes")
        }
        let items = text.utf8.split(separator: UInt8(ascii: " "))
        guard items.count <= maxSignatures else {
            throw ProviderKit.SignatureError(.malformed, "\(signatureHeader) has more than \(maxSignatures) parts")
        }
        let signatures = items.filter { $0.starts(with: version.utf8) }.map { Array($0.dropFirst(version.utf8.count)) }
        guard !signatures.isEmpty else {
            throw ProviderKit.SignatureError(.malformed, "\(signatureHeader) has no part of the version v1")
        }
        return signatures
    }

    private static func value(
        of name: String,
        in headers: [(name: String, value: String)]
    ) throws(ProviderKit.SignatureError) -> String {
        let value = try onlyHeader(name, in: headers)
        guard !value.isEmpty else { throw ProviderKit.SignatureError(.missing, "the \(name) header is empty") }
        return value
    }

    /// Returns the signature in Base64, as ASCII.
    private static func code(for body: Data, id: String, time: String, key: [UInt8]) -> [UInt8] {
        let message = Array("\(id).\(time).".utf8) + body
        return Array(Data(HMACSHA256.code(for: message, key: key)).base64EncodedString().utf8)
    }

    /// Accepts Base64 without padding, because some dashboards show secrets without it.
    private static func key(of secret: Secret) throws(InvalidInput) -> [UInt8] {
        let prefix = "whsec_"
        let text = secret.text.hasPrefix(prefix) ? String(secret.text.dropFirst(prefix.count)) : secret.text
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        guard let key = Data(base64Encoded: text + padding), (24...64).contains(key.count) else {
            throw InvalidInput(
                "a webhook secret is 24 to 64 bytes in Base64, after \"whsec_\"; copy it again from the provider's page"
            )
        }
        return Array(key)
    }
}
