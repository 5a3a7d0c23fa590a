import FaregateSandbox
import Foundation
import Logging

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// Posts a sandbox's webhooks to the shop as the provider would: signed, and repeated until the shop accepts them.
///
/// It can hold them back, so that a person can shuffle, repeat or drop them first.
actor WebhookCourier {
    static let maxRounds = 4

    private(set) var isHolding = false
    private let sandbox: PaymentSandbox
    private let endpoint: URL

    init(_ sandbox: PaymentSandbox, endpoint: URL) {
        self.sandbox = sandbox
        self.endpoint = endpoint
    }

    func hold(_ isHolding: Bool) { self.isHolding = isHolding }

    /// Delivers the waiting webhooks, unless they are held back.
    ///
    /// - Returns: whether the shop has accepted all of them.
    func deliver(logger: Logger) async -> Bool {
        guard !isHolding else { return true }
        for round in 1...Self.maxRounds {
            var missed: [SandboxWebhook] = []
            while let webhook = sandbox.nextWebhook() {
                let status = await send(webhook)
                if let status, (200..<300).contains(status) { continue }
                logger.warning("sandbox: \(webhook.type) was answered with \(status.map(String.init) ?? "nothing")")
                missed.append(webhook)
            }
            for webhook in missed { sandbox.redeliver(webhook) }
            if missed.isEmpty { return true }
            if round < Self.maxRounds { try? await Task.sleep(for: .milliseconds(150 << round)) }
        }
        return false
    }

    private func send(_ webhook: SandboxWebhook) async -> Int? {
        var request = URLRequest(url: endpoint, timeoutInterval: 10)
        request.httpMethod = "POST"
        for header in webhook.headers { request.setValue(header.value, forHTTPHeaderField: header.name) }
        request.httpBody = webhook.body
        let response = try? await URLSession.shared.data(for: request).1
        return (response as? HTTPURLResponse)?.statusCode
    }
}
