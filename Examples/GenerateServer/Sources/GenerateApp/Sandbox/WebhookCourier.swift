import Faregate
import FaregatePayments
import Foundation
import Logging

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Tells the shop of a payment the way Stripe does: a signed request to its webhook, again until it says yes.
struct WebhookCourier: Sendable {
    static let maxTries = 4

    let endpoint: URL
    let secret: Secret
    let clock: any WallClock

    func deliver(_ session: SandboxSession, logger: Logger) async -> Bool {
        guard let body = try? JSONEncoder().encode(SandboxEvent(session, at: clock.now)) else { return false }
        for attempt in 1...Self.maxTries {
            let status = await send(body)
            if let status, (200..<300).contains(status) { return true }
            logger.warning(
                "sandbox: the webhook was answered with \(status.map(String.init) ?? "nothing"), try \(attempt)"
            )
            guard attempt < Self.maxTries else { break }
            try? await Task.sleep(for: .milliseconds(150 << attempt))
        }
        return false
    }

    private func send(_ body: Data) async -> Int? {
        var request = URLRequest(url: endpoint, timeoutInterval: 10)
        request.httpMethod = "POST"
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        request.setValue(
            StripeSignature.sign(body: body, secret: secret, at: clock.now),
            forHTTPHeaderField: StripeSignature.headerName
        )
        request.httpBody = body
        let response = try? await URLSession.shared.data(for: request).1
        return (response as? HTTPURLResponse)?.statusCode
    }
}
