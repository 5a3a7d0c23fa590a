import Crypto
import Faregate
import Foundation

/// Signs and checks session tokens: `payload.signature`, both in base64url.
struct SessionTokens: Sendable {
    static let lifetime = Duration.seconds(7 * 24 * 60 * 60)

    private struct Payload: Codable {
        let account: AccountID
        let expiresAt: Timestamp
    }

    private let key: SymmetricKey
    private let clock: any WallClock
    /// The signed text begins with this purpose, so that the signatures are valid for sessions only.
    private let purpose: String

    /// - Parameter isDemo: whether the demo login is on. Its tokens are invalid once it is off.
    init(key: [UInt8], clock: any WallClock, isDemo: Bool) {
        self.key = SymmetricKey(data: key)
        self.clock = clock
        purpose = isDemo ? "demo-session." : "session."
    }

    func token(for account: AccountID) throws -> String {
        let expiresAt = clock.now.advanced(by: Self.lifetime)
        let payload = Array(try JSONEncoder().encode(Payload(account: account, expiresAt: expiresAt)))
        return "\(base64URL(payload)).\(base64URL(signature(of: payload)))"
    }

    /// Returns the token's account; nil if the token is forged, changed or expired.
    func account(of token: String) -> AccountID? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard
            token.utf8.count <= 1024, parts.count == 2,
            let payload = bytes(base64URL: parts[0]),
            let claimed = bytes(base64URL: parts[1]),
            HMAC<SHA256>.isValidAuthenticationCode(claimed, authenticating: signedText(payload), using: key),
            let content = try? JSONDecoder().decode(Payload.self, from: Data(payload)),
            clock.now < content.expiresAt
        else { return nil }
        return content.account
    }

    private func signature(of payload: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: signedText(payload), using: key))
    }

    private func signedText(_ payload: [UInt8]) -> [UInt8] { Array(purpose.utf8) + payload }
}

private func base64URL(_ bytes: [UInt8]) -> String {
    String(
        Data(bytes).base64EncodedString().compactMap { character -> Character? in
            switch character {
            case "+": "-"
            case "/": "_"
            case "=": nil
            default: character
            }
        }
    )
}

private func bytes(base64URL text: Substring) -> [UInt8]? {
    let standard = text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }
    let padding = String(repeating: "=", count: (4 - standard.count % 4) % 4)
    return Data(base64Encoded: String(standard) + padding).map(Array.init)
}
