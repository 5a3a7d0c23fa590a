import Faregate
import Foundation

/// The current state of an invoice, in the book and in webhooks. Amounts are in minor units of the currency.
struct Invoice: Codable, Sendable {
    struct Payment: Codable, Sendable {
        /// The whole amount with the tax.
        let total: Int64
        let tax: Int64
    }

    struct Refund: Codable, Sendable {
        let id: String
        let amount: Int64
    }

    let id: String
    let product: String
    let quantity: Int64
    let currency: String
    let customerEmail: String?
    /// ``Purchase/metadata``. A webhook finds its purchase by it, and a restored ledger reads from it what was sold.
    let metadata: [String: String]
    /// Milliseconds since 1970.
    var changedAt: Int64
    var payment: Payment?
    var refunds: [Refund] = []
    var isVoid = false

    init(of purchase: Purchase, product: String, to email: String?, at now: Timestamp) {
        id = "inv-\(purchase.id)"
        self.product = product
        quantity = Int64(purchase.quantity)
        currency = purchase.price.currency
        customerEmail = email
        metadata = Dictionary(uniqueKeysWithValues: purchase.metadata.map { ($0.name, $0.value) })
        changedAt = now.rawValue
    }

    /// Returns all facts of the invoice. Facts are a set, so repeating all of them each time does no harm, and makes up
    /// for webhooks that were lost or came late.
    func events(of provider: String) -> [Purchase.Event] {
        let names = Purchase.Names(
            purchase: metadata[Purchase.metadataName],
            checkout: id,
            payments: payment == nil ? [] : [id]
        )
        let billing = customerEmail.map { Purchase.BillingDetails(email: $0) }
        let described = Purchase(provider: provider) { metadata[$0] }
        return facts.map { Purchase.Event(names: names, fact: $0, billing: billing, described: described) }
    }

    private var facts: [Purchase.Fact] {
        guard let payment else { return [isVoid ? .expired : .opened] }
        // The products come before the payment, so that no wrong credits are granted in between.
        let bought = Purchase.Cart([Purchase.ProductCount(product: product, quantity: quantity)]).map {
            Purchase.Fact.bought(payment: id, $0)
        }
        let paid = Purchase.Fact.paid(payment: id, amount: money(payment.total), tax: payment.tax)
        let refunded = refunds.map {
            Purchase.Fact.refund(id: $0.id, payment: id, amount: money($0.amount), .succeeded)
        }
        return [bought].compactMap(\.self) + [paid] + refunded
    }

    private func money(_ minorUnits: Int64) -> Money { Money(minorUnits: minorUnits, currency: currency) }
}

/// `{ "type": "invoice.paid", "invoice": { … } }`
struct InvoiceEvent: Codable {
    static let types: Set = ["invoice.paid", "invoice.refunded", "invoice.void"]

    let type: String
    let invoice: Invoice

    init(_ type: String, _ invoice: Invoice) { (self.type, self.invoice) = (type, invoice) }

    init(parsing body: Data) throws { self = try JSONDecoder().decode(InvoiceEvent.self, from: body) }

    /// Returns the type of an event; nil if the body is not an event.
    static func type(of body: Data) -> String? { try? JSONDecoder().decode(Envelope.self, from: body).type }

    static func invoiceID(of body: Data) -> String? {
        try? JSONDecoder().decode(Envelope.self, from: body).invoice?.id
    }

    /// The parts of an event that are read even if the rest can't be.
    private struct Envelope: Decodable {
        struct Named: Decodable { let id: String }

        let type: String
        let invoice: Named?
    }
}
