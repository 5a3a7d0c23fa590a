import Faregate
import FaregateSandbox
import Foundation
import Hummingbird
import Logging

/// A sandbox of one provider on this server: its API for the shop's own client, its pages for customers, and the
/// courier of its webhooks.
struct SandboxProvider: Sendable {
    let sandbox: PaymentSandbox
    let courier: WebhookCourier
    let policies: any Policy.Source

    var name: String { sandbox.provider.rawValue }
    var title: String { sandbox.provider.title }
    var path: String { "/sandbox/\(name)" }

    /// The goods of the checkout as people see them: `150 credits`.
    func goods(_ checkout: SandboxCheckout) -> String {
        let pack = policies.policy.packs.values.first { $0.products[name] == checkout.product }
        let credits = pack.flatMap { try? $0.credits(for: checkout.quantity) }
        return credits.map { "\($0) credits" } ?? "\(checkout.quantity) × \(checkout.product)"
    }

    /// The discount codes that the customer can enter now.
    func codes(for checkout: SandboxCheckout) -> [SandboxAct] {
        sandbox.acts(on: checkout.id).filter { $0.kind == .enterCode }
    }

    /// Does an act on a checkout and delivers its webhooks to the shop.
    ///
    /// - Returns: whether the shop has accepted every webhook.
    /// - Throws: ``SandboxRefusal``.
    func perform(_ act: SandboxAct, on checkout: String, logger: Logger) async throws -> Bool {
        try sandbox.perform(act, on: checkout)
        return await courier.deliver(logger: logger)
    }
}

extension PaymentSandbox.Provider {
    /// The name that people see.
    var title: String {
        switch self {
        case .stripe: "Stripe"
        case .dodo: "Dodo Payments"
        }
    }
}

/// The sandboxes of all providers.
struct SandboxProviders: Sendable {
    let all: [SandboxProvider]

    /// Returns the sandbox of the provider in the address.
    func provider(_ context: some RequestContext) throws -> SandboxProvider {
        let name = try context.parameters.require("provider")
        guard let provider = all.first(where: { $0.name == name }) else {
            throw HTTPError(.notFound, message: "there is no sandbox for a provider with this name")
        }
        return provider
    }
}

/// Returns the fields of a form that a browser sent.
func formFields(_ body: [UInt8]) -> [String: String] {
    var fields: [String: String] = [:]
    for pair in String(decoding: body, as: UTF8.self).split(separator: "&") {
        let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let texts = parts.map { $0.replacing("+", with: " ").removingPercentEncoding }
        guard let name = texts[0] else { continue }
        fields[name] = texts.count == 2 ? texts[1] : ""
    }
    return fields
}
