import Faregate
import FaregatePayments
import Foundation

/// Sells packs by invoice. The customer pays on a page of our own, or by bank transfer. The bookkeeping sends a signed
/// webhook when an invoice is paid, refunded or void.
struct Invoices: PaymentProvider {
    /// The days until an unpaid invoice is void.
    static let daysToPay: Int64 = 30

    let name = "invoices"
    private let book: InvoiceBook
    private let pages: URL
    private let webhooks: ProviderKit.StandardWebhooks
    private let clock: any WallClock

    /// - Parameters:
    ///   - book: keeps the invoices.
    ///   - pages: the address below which customers see their invoices.
    ///   - webhookSecrets: the secrets that sign the webhooks: one, or two while one replaces the other.
    ///   - clock: decides when an invoice lapses.
    init(
        book: InvoiceBook, pages: URL, webhookSecrets: [Secret], clock: any WallClock = SystemClock()
    ) throws(InvalidInput) {
        (self.book, self.pages, self.clock) = (book, pages, clock)
        webhooks = try ProviderKit.StandardWebhooks(secrets: webhookSecrets)
    }

    // MARK: Selling

    /// The purchase is already recorded. The invoice's id is made from the purchase's id, so a repeated call returns
    /// the same invoice.
    func open(_ purchase: Purchase, _ order: ProviderKit.CheckoutOrder) async throws(ProviderKit.Failure)
        -> Purchase.Checkout
    {
        let invoice = Invoice(of: purchase, product: order.product, to: order.customerEmail, at: clock.now)
        await book.issue(invoice)
        return Purchase.Checkout(
            purchase: purchase.id,
            id: invoice.id,
            url: pages.appending(path: invoice.id),
            expiresAt: clock.now.advanced(by: .seconds(Invoices.daysToPay * 86_400))
        )
    }

    // MARK: Webhooks

    func verify(
        headers: [(name: String, value: String)],
        body: Data,
        at now: Timestamp
    ) throws(ProviderKit.WebhookRefusal) -> ProviderKit.VerifiedEvent {
        guard body.count <= Payments.maxBodyBytes else { throw .tooLarge(maxBytes: Payments.maxBodyBytes) }
        let id: String
        do throws(ProviderKit.SignatureError) {
            id = try webhooks.verify(headers: headers, body: body, at: now)
        } catch {
            throw .signature(error)
        }
        guard let type = InvoiceEvent.type(of: body) else { throw .notAnEvent }
        let event = Inbox.Event(id: Inbox.Event.ID(provider: name, event: id), type: type, body: body)
        return ProviderKit.VerifiedEvent(event: event, reading: read(event))
    }

    /// Reads an event. If its invoice can't be read and its purchase is recorded, the event is flagged for a person.
    func read(_ event: Inbox.Event) -> Inbox.Reading {
        guard InvoiceEvent.types.contains(event.type) else { return .nothing }
        do {
            return .facts(try InvoiceEvent(parsing: event.body).invoice.events(of: name))
        } catch {
            let id = InvoiceEvent.invoiceID(of: event.body)
            return .unreadable("\(event.type): its invoice can't be read", id.map { Purchase.Names(checkout: $0) })
        }
    }

    // MARK: Asking

    func look(
        up checkout: String, within patience: Duration?
    ) async throws(ProviderKit.Failure) -> [Purchase.Event]? {
        await book[checkout]?.events(of: name)
    }

    func history(
        since: Timestamp, progress: @Sendable (_ seen: Int) -> Void
    ) async throws(ProviderKit.Failure) -> ProviderKit.History {
        let invoices = await book.changed(since: since)
        progress(invoices.count)
        return ProviderKit.History(events: invoices.flatMap { $0.events(of: name) })
    }
}
