import Faregate
import FaregatePayments
import Foundation
import HTTPTypes
import Hummingbird

/// Buying credits: a checkout at the provider, and the webhook by which the provider says that it was paid.
struct BillingRoutes {
    let checkout: StripeCheckout
    let webhooks: StripeWebhooks
    let gate: Gate
    let origins: OwnOrigins

    private struct Order: Decodable, KnownMembers {
        static let memberNames = ["pack"]
        let pack: String
    }

    private struct Answer: Encodable {
        let url: String
    }

    func add(to router: some RouterMethods<SignedInContext>) {
        router.post("/api/billing/checkout", use: open)
    }

    /// The webhook needs no session: its signature says who sends it.
    func addWebhook(to router: some RouterMethods<AppContext>) {
        router.post("/api/payments/stripe/webhook", use: receive)
    }

    @Sendable private func open(_ request: Request, _ context: SignedInContext) async throws -> Response {
        let order = try Order(json: try await request.bytes(upTo: context.maxUploadSize))
        // Back to where the person came from, so that a session at "localhost" isn't lost at "127.0.0.1".
        let home = origins.origin(of: request) ?? origins.usual
        // What the account's history has by now can't be what is bought here.
        let latest = try await gate.history(of: context.account, count: 1).entries.first?.id ?? 0
        let session = try await checkout.open(
            pack: order.pack,
            for: context.account,
            successURL: "\(home)/billing?paid={CHECKOUT_SESSION_ID}&after=\(latest)",
            cancelURL: "\(home)/billing?cancelled=1"
        )
        return try .json(Answer(url: session.url.absoluteString))
    }

    @Sendable private func receive(_ request: Request, _ context: AppContext) async throws -> Response {
        let body = try await request.bytes(upTo: StripeWebhooks.maxBodyBytes)
        let signature = HTTPField.Name(StripeSignature.headerName).flatMap { request.headers[$0] }
        let answer = await webhooks.receive(signature: signature, body: Data(body))
        return answer.problem.map { Response($0) } ?? Response(status: HTTPResponse.Status(code: answer.status))
    }
}
