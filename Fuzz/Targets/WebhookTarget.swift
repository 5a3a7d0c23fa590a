import Faregate
import FaregatePayments
import Foundation

/// A body that was signed rightly is read or refused, and read the same when it comes from the inbox. What it says
/// survives being stored, and can be added up.
func checkWebhook(_ bytes: [UInt8]) throws -> Bool {
    guard let first = bytes.first else { return false }
    let body = Data(bytes.dropFirst())
    let now = Timestamp(rawValue: 1_790_000_000_000)
    let secret = try Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    let provider: any PaymentProvider
    let headers: [(name: String, value: String)]
    if first & 1 == 0 {
        provider = Stripe(key: nil, webhookSecrets: [secret], livemode: first & 2 == 0)
        headers = [(Stripe.Signature.headerName, Stripe.Signature.sign(body: body, secret: secret, at: now))]
    } else {
        provider = try Dodo(key: nil, webhookSecrets: [secret], mode: .test)
        headers = try ProviderKit.StandardWebhooks.sign(body: body, id: "evt_1", secret: secret, at: now)
    }
    let verified: ProviderKit.VerifiedEvent
    do throws(ProviderKit.WebhookRefusal) {
        verified = try provider.verify(headers: headers, body: body, at: now)
    } catch {
        try require((400...599).contains(error.problem.status), "a webhook was refused with \(error.problem.status)")
        return false
    }
    try require(provider.read(verified.event) == verified.reading, "read again, the event says something else")
    guard case .facts(let events) = verified.reading else { return false }
    for event in events {
        let stored = try JSONDecoder().decode(Purchase.Fact.self, from: JSONEncoder().encode(event.fact))
        try require(stored == event.fact, "stored, the event says something else: \(event)")
    }
    return !events.isEmpty
}
