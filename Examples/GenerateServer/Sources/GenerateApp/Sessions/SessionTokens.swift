import Crypto
import Faregate
import Foundation

/// Signs and checks the tokens that say who somebody is: `payload.signature`, both in base64url.
struct SessionTokens: Sendable {
    static let lifetime = Duration.seconds(7 * 24 * 60 * 60)

    private struct Payload: Codable {
        let account: AccountID
        let expiresAt: Timestamp
    }

    private let key: SymmetricKey
    private let clock: any WallClock
    /// What is signed begins with this: signatures of this key are good for sessions only.
    private let purpose: String

    /// - Parameter isDemo: whether a name is all that a token stands for. Such tokens are worth nothing once it is not.
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

    /// Who the token was made for; nil when it was not made here, was changed, or has expired.
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
