import Faregate
import FaregatePayments
import Foundation
import Hummingbird

/// The routes of checkouts and purchases.
struct BillingRoutes {
    let payments: Payments
    let sellers: [String]
    let ledger: Ledger
    let origins: OwnOrigins

    private struct Order: Decodable, KnownMembers {
        static let memberNames = ["pack", "quantity", "provider"]
        let pack: String
        let quantity: Int?
        let provider: String?
    }

    private struct Answer: Encodable {
        let purchase: Purchase.ID
        let url: String
    }

    func add(to router: some RouterMethods<SignedInContext>) {
        router.post("/api/billing/checkout", use: open)
        router.get("/api/billing/purchases", use: list)
        router.get("/api/billing/purchases/:id", use: show)
    }

    @Sendable private func open(_ request: Request, _ context: SignedInContext) async throws -> Response {
        let body = try await request.bytes(upTo: context.maxUploadSize)
        let order = try Order(json: body)
        // Return to the visitor's own origin, so that a session at "localhost" isn't lost at "127.0.0.1".
        let home = origins.origin(of: request) ?? origins.usual
        let checkout = try await payments.checkout(
            pack: order.pack,
            quantity: order.quantity ?? 1,
            for: context.account,
            provider: order.provider ?? sellers[0],
            successURL: "\(home)/billing?purchase={PURCHASE_ID}",
            cancelURL: "\(home)/billing?cancelled=1",
            requestKey: try request.idempotencyKey(ofBody: body)?.key
        )
        return try .json(Answer(purchase: checkout.purchase, url: checkout.url.absoluteString))
    }

    @Sendable private func list(_ request: Request, _ context: SignedInContext) async throws -> Response {
        let records = try await ledger.purchases(of: context.account, count: 100)
        return try .json(["purchases": records.map { PurchaseAnswer($0) }])
    }

    /// Answers with a purchase. If it is unpaid, the provider is asked, because its webhook may still be on its way.
    @Sendable private func show(_ request: Request, _ context: SignedInContext) async throws -> Response {
        let id = try Purchase.ID(try context.parameters.require("id"))
        guard let record = try await payments.confirm(id, of: context.account) else {
            throw HTTPError(.notFound, message: "you have no purchase with this id")
        }
        return try .json(PurchaseAnswer(record))
    }
}

private struct PurchaseAnswer: Encodable {
    let id: Purchase.ID
    let at: String
    let pack: String
    let quantity: Int
    let price: String
    let provider: String
    let status: Purchase.Status
    /// The credits that the account has from the purchase now, after refunds and disputes.
    let credits: Credits
    let receipt: String?

    init(_ record: Purchase.Record) {
        id = record.purchase.id
        at = record.openedAt.description
        pack = record.purchase.pack
        quantity = record.purchase.quantity
        price = record.purchase.price.description
        provider = record.purchase.provider
        status = record.position.status
        credits = record.position.credits
        receipt = record.billing?.receipt?.absoluteString
    }
}
