import Faregate
import FaregateSandbox
import Foundation
import HTTPTypes
import Hummingbird

/// The routes of the sandboxes: the providers' APIs for the shop, and checkout and receipt pages for customers.
struct SandboxRoutes {
    let providers: SandboxProviders
    let origins: OwnOrigins

    func add(to router: some RouterMethods<AppContext>) {
        router.get("/sandbox/:provider/checkout/:id", use: checkout)
        router.post("/sandbox/:provider/checkout/:id", use: pay)
        router.get("/sandbox/:provider/receipt/:id", use: receipt)
        for method in [HTTPRequest.Method.get, .post] {
            router.on("/sandbox/:provider/**", method: method, use: api)
        }
    }

    /// Answers a request to the provider's API.
    @Sendable private func api(_ request: Request, _ context: AppContext) async throws -> Response {
        let provider = try providers.provider(context)
        let answer = provider.sandbox.answer(
            SandboxRequest(
                method: request.method.rawValue,
                path: String(request.uri.path.dropFirst(provider.path.count)),
                query: request.uri.query ?? "",
                headers: request.headers.map { (name: $0.name.rawName, value: $0.value) },
                body: Data(try await request.bytes(upTo: context.maxUploadSize))
            )
        )
        var headers = HTTPFields()
        for (name, value) in answer.headers {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
        return Response(
            status: HTTPResponse.Status(code: answer.status),
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body))
        )
    }

    @Sendable private func checkout(_ request: Request, _ context: AppContext) async throws -> Response {
        let provider = try providers.provider(context)
        return .sandbox(provider, provider.sandbox.checkout(try context.parameters.require("id")))
    }

    /// Performs the act that the customer chose, delivers the webhooks, and sends the customer back to the shop.
    @Sendable private func pay(_ request: Request, _ context: AppContext) async throws -> Response {
        try origins.refuseForeign(request)
        let provider = try providers.provider(context)
        let id = try context.parameters.require("id")
        let fields = formFields(try await request.bytes(upTo: context.maxUploadSize))
        let choice = fields["act"]
        if choice == SandboxAct.Kind.enterCode.rawValue { return enter(fields["code"] ?? "", provider, checkout: id) }
        let acts: [SandboxAct] = [.pay, .payLater, .decline]
        guard let act = acts.first(where: { $0.kind.rawValue == choice }) else {
            throw HTTPError(.badRequest, message: "choose how to pay")
        }
        // If the button is pressed twice, the second act fails and the customer goes on.
        let isDelivered = (try? await provider.perform(act, on: id, logger: context.logger)) ?? true
        guard let checkout = provider.sandbox.checkout(id) else { return .sandbox(provider, nil) }
        guard act != .decline, checkout.state == .complete else {
            return .sandbox(provider, checkout, note: "The bank declined the card. Nothing was charged; try again.")
        }
        guard isDelivered else {
            return .sandbox(
                provider, checkout, note: "You paid, but the shop did not accept the webhook. See the controls.")
        }
        return .redirect(to: provider.sandbox.returnURL(of: checkout))
    }

    /// Applies a discount code that the customer typed.
    private func enter(_ code: String, _ provider: SandboxProvider, checkout id: String) -> Response {
        let typed = code.trimmingCharacters(in: .whitespaces).uppercased()
        let isTaken = (try? provider.sandbox.perform(.enterCode(typed), on: id)) != nil
        return .sandbox(provider, provider.sandbox.checkout(id), note: isTaken ? nil : "There is no such code.")
    }

    @Sendable private func receipt(_ request: Request, _ context: AppContext) async throws -> Response {
        let provider = try providers.provider(context)
        let checkout = provider.sandbox.checkout(try context.parameters.require("id"))
        return .page(
            SandboxReceiptPage(provider: provider, checkout: checkout).html,
            status: checkout?.isPaid == true ? .ok : .notFound
        )
    }
}

extension OwnOrigins {
    /// Refuses a request from another site, so that no other site can press the sandbox's buttons.
    func refuseForeign(_ request: Request) throws {
        guard request.headers[.origin] == nil || origin(of: request) != nil else {
            throw HTTPError(.forbidden, message: "requests from other sites are refused")
        }
    }
}

extension Response {
    fileprivate static func sandbox(
        _ provider: SandboxProvider,
        _ checkout: SandboxCheckout?,
        note: String? = nil
    ) -> Response {
        // Chromium applies `form-action` to the redirect after a form too.
        let shop = checkout.flatMap { URL(string: provider.sandbox.returnURL(of: $0))?.origin }
        var response = Response.page(
            SandboxPage(provider: provider, checkout: checkout, note: note).html,
            status: checkout == nil ? .notFound : .ok
        )
        response.headers[.contentSecurityPolicy] = contentSecurityPolicy(formTarget: shop)
        return response
    }
}
