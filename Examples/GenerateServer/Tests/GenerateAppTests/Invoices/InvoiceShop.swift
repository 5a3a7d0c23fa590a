import Faregate
import FaregatePayments
import FaregateSQLite
import FaregateTesting
import Foundation
import Testing

/// A shop that sells by invoice on a ledger of its own.
struct InvoiceShop: Sendable {
    static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    private static let policy = """
        { "packs": { "50": { "credits": 50, "price": "10.00 USD", "products": { "invoices": "fifty" } } } }
        """

    let clock = ManualClock()
    let book: InvoiceBook
    let ledger: Ledger
    let payments: Payments
    private let gate: Gate
    private let folder: URL

    /// - Parameter book: the invoices of another shop whose ledger was lost.
    init(book: InvoiceBook = InvoiceBook()) async throws {
        self.book = book
        folder = FileManager.default.temporaryDirectory.appending(path: "invoices-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        ledger = try await Ledger.sqlite(folder.appending(path: "shop.faregate").path(), clock: clock)
        let pages = try #require(URL(string: "https://shop.example/invoices"))
        let invoices = try Invoices(
            book: book, pages: pages, webhookSecrets: [Secret(InvoiceShop.secret)], clock: clock
        )
        let policy = try Policy(parsing: InvoiceShop.policy, environment: [:], forSale: true)
        payments = Payments(providers: [invoices], ledger: ledger, policies: policy, clock: clock)
        gate = Gate(ledger: ledger, policies: policy, clock: clock)
    }

    func close() async {
        await ledger.close()
        try? FileManager.default.removeItem(at: folder)
    }

    /// Runs a test against a shop that is removed afterwards.
    static func run(_ test: (InvoiceShop) async throws -> Void) async throws {
        let shop = try await InvoiceShop()
        do { try await test(shop) } catch {
            await shop.close()
            throw error
        }
        await shop.close()
    }

    func buy(for account: AccountID = "ana") async throws -> Purchase.Checkout {
        try await payments.checkout(
            pack: "50",
            for: account,
            provider: "invoices",
            successURL: "https://shop.example/thanks",
            cancelURL: "https://shop.example/packs",
            customerEmail: "ana@example.com"
        )
    }

    // MARK: The bookkeeping

    /// Records a payment of 10.00 USD and the tax on top.
    @discardableResult
    func pay(_ invoice: String, total: Int64 = 1200, tax: Int64 = 200) async throws -> Invoice {
        try #require(
            await book.change(invoice, at: clock.now) { $0.payment = Invoice.Payment(total: total, tax: tax) }
        )
    }

    func refund(_ invoice: String, _ amount: Int64) async throws -> Invoice {
        try #require(
            await book.change(invoice, at: clock.now) { invoice in
                invoice.refunds.append(Invoice.Refund(id: "refund-\(invoice.refunds.count + 1)", amount: amount))
            }
        )
    }

    /// - Returns: the answer's status.
    @discardableResult
    func deliver(_ type: String, _ invoice: Invoice, id: String = "msg_1") async throws -> Int {
        try await deliver(JSONEncoder().encode(InvoiceEvent(type, invoice)), id: id)
    }

    @discardableResult
    func deliver(_ body: Data, id: String = "msg_1") async throws -> Int {
        let headers = try ProviderKit.StandardWebhooks.sign(
            body: body, id: id, secret: Secret(InvoiceShop.secret), at: clock.now)
        return await payments.receive(provider: "invoices", headers: headers, body: body).status
    }

    // MARK: The books

    func credits(of account: AccountID = "ana") async throws -> Credits {
        try await gate.balance(of: account).remaining
    }

    func record(_ purchase: Purchase.ID) async throws -> Purchase.Record {
        try #require(try await ledger.purchase(purchase))
    }
}
