import Faregate
import FaregatePayments
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// The sandbox's two faces: Stripe's API for the shop, and a checkout page for the customer.
struct SandboxRoutes {
    let sandbox: SandboxStripe
    let courier: WebhookCourier

    func add(to router: some RouterMethods<AppContext>) {
        router.post("/sandbox/stripe/v1/checkout/sessions", use: create)
        router.get("/sandbox/stripe/v1/checkout/sessions/:id", use: show)
        router.get("/sandbox/checkout/:id", use: page)
        router.post("/sandbox/checkout/:id/pay", use: pay)
    }

    @Sendable private func create(_ request: Request, _ context: AppContext) async throws -> Response {
        let body = try await request.bytes(upTo: context.maxUploadSize)
        return try await answer(to: request) {
            let key = HTTPField.Name("Idempotency-Key").flatMap { request.headers[$0] }
            return try await sandbox.create(formFields(String(decoding: body, as: UTF8.self)), idempotencyKey: key)
        }
    }

    @Sendable private func show(_ request: Request, _ context: AppContext) async throws -> Response {
        let id = try context.parameters.require("id")
        return try await answer(to: request) {
            guard let session = await sandbox.session(id) else { throw SandboxRefusal.noSuchSession }
            return session
        }
    }

    private func answer(
        to request: Request,
        with session: () async throws -> SandboxSession
    ) async throws -> Response {
        do {
            guard request.headers[.authorization] == "Bearer \(sandbox.key)" else { throw SandboxRefusal.wrongKey }
            return try .json(try await session())
        } catch let refusal as SandboxRefusal {
            return try .json(refusal, status: HTTPResponse.Status(code: refusal.status))
        }
    }

    @Sendable private func page(_ request: Request, _ context: AppContext) async throws -> Response {
        let session = await sandbox.session(try context.parameters.require("id"))
        return .sandbox(session, note: nil)
    }

    /// The customer pays: the shop hears of it first, then the customer goes back there.
    @Sendable private func pay(_ request: Request, _ context: AppContext) async throws -> Response {
        let session: SandboxSession
        do throws(SandboxRefusal) {
            session = try await sandbox.pay(context.parameters.get("id") ?? "")
        } catch {
            return .sandbox(nil, note: nil)
        }
        guard await courier.deliver(session, logger: context.logger) else {
            return .sandbox(session, note: "The shop did not confirm the payment. Press Pay to tell it once more.")
        }
        return .redirect(to: session.returnURL)
    }
}

extension Response {
    fileprivate static func sandbox(_ session: SandboxSession?, note: String?) -> Response {
        // Chromium holds the redirect after a form to the same rule as the form.
        let shop = session.flatMap { URL(string: $0.returnURL)?.origin }
        var response = Response.page(
            SandboxPage(session: session, note: note).html,
            status: session == nil ? .notFound : .ok
        )
        response.headers[.contentSecurityPolicy] = contentSecurityPolicy(formTarget: shop)
        return response
    }
}

/// The fields of a form as browsers and Stripe's clients send it.
func formFields(_ body: String) -> [String: String] {
    var fields: [String: String] = [:]
    for pair in body.split(separator: "&") {
        let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let texts = parts.map { $0.replacing("+", with: " ").removingPercentEncoding }
        guard let name = texts[0] else { continue }
        fields[name] = texts.count == 2 ? texts[1] : ""
    }
    return fields
}
