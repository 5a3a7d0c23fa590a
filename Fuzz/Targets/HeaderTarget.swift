import Faregate
import FaregatePayments
import Foundation

/// Headers and tokens are read or refused. What nobody signed is never believed.
func checkHeaders(_ bytes: [UInt8]) throws -> Bool {
    let text = String(decoding: bytes, as: UTF8.self)
    try checkToken(text)
    try checkSignatures(text)
    return try checkKey(text)
}

/// A key that is written in quotes again reads the same.
private func checkKey(_ text: String) throws -> Bool {
    guard let key = try? IdempotencyKey.text(ofHeader: text) else { return false }
    let escaped = key.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    let again = try IdempotencyKey.text(ofHeader: "\"\(escaped)\"")
    try require(again.utf8.elementsEqual(key.utf8), "in quotes, the key \(key) reads \(again)")
    try require(key.utf8.allSatisfy { (0x20...0x7E).contains($0) }, "the key is not ASCII: \(key)")
    if let made = try? IdempotencyKey(key) { try require(made.key == key, "the key was changed") }
    return true
}

private func checkToken(_ text: String) throws {
    let now = Timestamp(rawValue: 1_790_000_000_000)
    let check = try QuickCheck(key: try Secret("0123456789abcdef0123456789abcdef"))
    let token = check.token(for: AccountBalance(remaining: 7), of: "ana", at: now)
    try require(check.snapshot(token, of: "ana", at: now)?.spendable == 7, "a token of ours is not believed")
    for forged in [text, token + text, text + token, String(token.prefix(text.utf8.count % token.utf8.count)) + text]
    where !forged.utf8.elementsEqual(token.utf8) {
        try require(check.snapshot(forged, of: "ana", at: now) == nil, "a forged token is believed: \(forged)")
    }
}

private func checkSignatures(_ text: String) throws {
    let now = Timestamp(rawValue: 1_790_000_000_000)
    let secret = try Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    let right = Stripe.Signature.sign(body: Data("body".utf8), secret: secret, at: now)
    for header in [text, right + text, text + right, "\(right),\(text)"] {
        let isRight =
            (try? Stripe.Signature(parsing: header).verify(body: Data("body!".utf8), secrets: [secret], at: now)) != nil
        try require(!isRight, "a signature of another body is believed: \(header)")
    }
    let webhooks = try ProviderKit.StandardWebhooks(secrets: [secret])
    for name in ["webhook-id", "webhook-timestamp", "webhook-signature", text] {
        var headers = try ProviderKit.StandardWebhooks.sign(
            body: Data("body".utf8), id: "evt_1", secret: secret, at: now)
        headers = headers.map { $0.name == name ? (name, text) : $0 } + [(text, text)]
        let isRight = (try? webhooks.verify(headers: headers, body: Data("body!".utf8), at: now)) != nil
        try require(!isRight, "a webhook with another body is believed")
    }
}
