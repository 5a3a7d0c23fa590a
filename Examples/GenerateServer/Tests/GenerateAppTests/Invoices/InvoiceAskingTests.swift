import Faregate
import FaregatePayments
import FaregateTesting
import Foundation
import Testing

/// The provider of `InvoiceTests`, which the server asks because no webhook arrives.
struct InvoiceAskingTests {
    private func since(_ shop: InvoiceShop) -> Timestamp { shop.clock.now.advanced(by: .seconds(-86_400)) }

    @Test("An invoice is read again when the customer comes back")
    func confirmedInvoice() async throws {
        try await InvoiceShop.run { shop in
            let opened = try await shop.buy()
            #expect(try await shop.payments.confirm(opened.purchase, of: "ana")?.position.status == .opened)
            try await shop.pay(opened.id)
            #expect(try await shop.payments.confirm(opened.purchase, of: "bob") == nil)
            // The provider is not asked again for three seconds.
            shop.clock.advance(by: .seconds(3))
            let record = try await shop.payments.confirm(checkout: opened.id, provider: "invoices", of: "ana")
            #expect(record?.position.status == .paid)
            #expect(try await shop.credits() == 50)
        }
    }

    @Test("Reconciliation finds what lost webhooks would have reported")
    func reconciledInvoices() async throws {
        try await InvoiceShop.run { shop in
            let (paid, refunded, void) = (try await shop.buy(), try await shop.buy(), try await shop.buy())
            try await shop.pay(paid.id)
            _ = try await shop.refund(try await shop.pay(refunded.id).id, 600)
            _ = await shop.book.change(void.id, at: shop.clock.now) { $0.isVoid = true }

            let rehearsal = try await shop.payments.reconcile(provider: "invoices", since: since(shop))
            #expect(rehearsal.differences.count == 3)
            #expect(try await shop.credits() == 0)
            _ = try await shop.payments.reconcile(provider: "invoices", since: since(shop), isRehearsal: false)
            #expect(try await shop.credits() == 75)
            #expect(try await shop.record(void.purchase).position.status == .expired)
            #expect(try await shop.payments.reconcile(provider: "invoices", since: since(shop)).isClean)
        }
    }

    @Test("A person can restore the purchases of a lost ledger")
    func adoptedPurchase() async throws {
        let before = try await InvoiceShop()
        let opened = try await before.buy()
        _ = try await before.refund(try await before.pay(opened.id).id, 600)
        await before.close()

        let after = try await InvoiceShop(book: before.book)
        let found = try await after.payments.reconcile(provider: "invoices", since: since(after), isRehearsal: false)
        #expect(try await after.credits() == 0)
        let lost = try #require(found.lost.first)
        #expect(lost.purchase.id == opened.purchase && lost.checkout == opened.id)
        _ = try await after.payments.adopt(lost, try Ledger.Note(by: "eva", reason: "the disk was lost"))
        #expect(try await after.credits() == 25)
        #expect(try await after.payments.reconcile(provider: "invoices", since: since(after)).isClean)
        await after.close()
    }
}
