import Faregate
import FaregateSandbox
import Foundation
import Hummingbird

/// The routes of the page on which a person acts as customer, bank or network after a payment.
struct SandboxControls {
    let providers: SandboxProviders
    let origins: OwnOrigins

    func add(to router: some RouterMethods<AppContext>) {
        router.get("/sandbox", use: show)
        router.post("/sandbox/:provider/acts/:id", use: act)
        router.post("/sandbox/:provider/webhooks", use: webhooks)
    }

    @Sendable private func show(_ request: Request, _ context: AppContext) async throws -> Response {
        var panels: [SandboxControlPage.Panel] = []
        for provider in providers.all {
            panels.append(
                SandboxControlPage.Panel(
                    provider: provider,
                    isHolding: await provider.courier.isHolding,
                    waiting: provider.sandbox.waitingWebhooks,
                    checkouts: provider.sandbox.checkouts(count: 10)
                )
            )
        }
        return .page(
            SandboxControlPage(panels: panels, note: request.uri.queryParameters["note"].map(String.init)).html
        )
    }

    @Sendable private func act(_ request: Request, _ context: AppContext) async throws -> Response {
        try origins.refuseForeign(request)
        let provider = try providers.provider(context)
        let id = try context.parameters.require("id")
        let fields = formFields(try await request.bytes(upTo: context.maxUploadSize))
        let offered = provider.sandbox.acts(on: id).first {
            $0.kind.rawValue == fields["act"] && $0.object ?? "" == fields["object"] ?? ""
        }
        guard var act = offered else { return .controls("This is not possible now.") }
        if let text = fields["amount"], !text.isEmpty {
            guard let minorUnits = Int64(text) else { return .controls("An amount is a number of cents.") }
            act.minorUnits = minorUnits
        }
        do {
            let isDelivered = try await provider.perform(act, on: id, logger: context.logger)
            return .controls(isDelivered ? nil : "The shop did not accept the webhook. It is waiting to be delivered.")
        } catch let refusal as SandboxRefusal {
            return .controls(refusal.description)
        }
    }

    @Sendable private func webhooks(_ request: Request, _ context: AppContext) async throws -> Response {
        try origins.refuseForeign(request)
        let provider = try providers.provider(context)
        let fields = formFields(try await request.bytes(upTo: context.maxUploadSize))
        switch fields["action"] {
        case "hold": await provider.courier.hold(true)
        case "shuffle": provider.sandbox.shuffleWebhooks(seed: UInt64.random(in: 1 ... .max))
        case "duplicate": provider.sandbox.duplicateWebhooks()
        case "lose": provider.sandbox.loseWebhooks()
        case "redeliver": provider.sandbox.redeliver(checkout: fields["checkout"] ?? "")
        case "deliver": await provider.courier.hold(false)
        default: throw HTTPError(.badRequest, message: "choose what to do with the webhooks")
        }
        let isDelivered = await provider.courier.deliver(logger: context.logger)
        return .controls(
            isDelivered ? nil : "The shop did not accept all webhooks. The rest are waiting to be delivered.")
    }
}

extension Response {
    fileprivate static func controls(_ note: String?) -> Response {
        let query = note?.addingPercentEncoding(withAllowedCharacters: .alphanumerics)
        return .redirect(to: "/sandbox" + (query.map { "?note=\($0)" } ?? ""))
    }
}
