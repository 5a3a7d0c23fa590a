import Faregate
import FaregatePayments
import FaregateSQLite
import FaregateTesting
import Foundation
import Testing

/// A payment provider of our own, built on the public API of the library.
struct InvoiceTests {
    @Test("A paid invoice adds its credits once")
    func paidInvoice() async throws {
        try await InvoiceShop.run { shop in
            let opened = try await shop.buy()
            #expect(opened.url.absoluteString == "https://shop.example/invoices/\(opened.id)")
            #expect(try await shop.credits() == 0)

            let invoice = try await shop.pay(opened.id)
            for id in ["msg_1", "msg_1", "msg_2"] {
                #expect(try await shop.deliver("invoice.paid", invoice, id: id) == 200)
                #expect(try await shop.credits() == 50)
            }
            let record = try await shop.record(opened.purchase)
            #expect(record.position.status == .paid && record.position.flags.isEmpty)
            #expect(record.billing?.email == "ana@example.com")
            #expect(record.purchase.product == "fifty")
        }
    }

    @Test("Partial refunds take back their share of the credits in any order")
    func partialRefunds() async throws {
        try await InvoiceShop.run { shop in
            let (early, late) = (try await shop.buy(), try await shop.buy())
            let told = try await shop.pay(early.id)
            try await shop.deliver("invoice.paid", told)
            for (part, left) in [(300, 38), (600, 13), (300, 0)] as [(Int64, Credits)] {
                let invoice = try await shop.refund(early.id, part)
                try await shop.deliver("invoice.refunded", invoice, id: "msg_\(part)_\(left)")
                #expect(try await shop.credits() == left)
            }
            #expect(try await shop.record(early.purchase).position.status == .refunded)

            // The refund is reported before its payment.
            let paid = try await shop.pay(late.id)
            try await shop.deliver("invoice.refunded", try await shop.refund(late.id, 600), id: "msg_late")
            try await shop.deliver("invoice.paid", paid, id: "msg_early")
            #expect(try await shop.credits() == 25)
        }
    }

    @Test("A refund of exactly the tax takes back no credits")
    func refundedTax() async throws {
        try await InvoiceShop.run { shop in
            let opened = try await shop.buy()
            try await shop.pay(opened.id)
            try await shop.deliver("invoice.refunded", try await shop.refund(opened.id, 200))
            #expect(try await shop.credits() == 50)
        }
    }

    enum Forgery: CaseIterable {
        case unsigned, otherSecret, alteredBody, alteredID, tooOld, tooNew
    }

    @Test("A forged or stale webhook about an invoice changes nothing", arguments: Forgery.allCases)
    func forgedInvoice(forgery: Forgery) async throws {
        try await InvoiceShop.run { shop in
            let opened = try await shop.buy()
            let event = InvoiceEvent("invoice.paid", try await shop.pay(opened.id))
            var body = try JSONEncoder().encode(event)
            let secret = forgery == .otherSecret ? "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" : InvoiceShop.secret
            let signedAt = shop.clock.now.advanced(by: .seconds(forgery == .tooOld ? -301 : 301))
            var headers = try ProviderKit.StandardWebhooks.sign(
                body: body,
                id: "msg_1",
                secret: Secret(secret),
                at: [.tooOld, .tooNew].contains(forgery) ? signedAt : shop.clock.now
            )
            switch forgery {
            case .unsigned: headers.removeAll { $0.name == "webhook-signature" }
            case .alteredBody: body.append(UInt8(ascii: " "))
            case .alteredID: headers = headers.map { ($0.name, $0.name == "webhook-id" ? "msg_2" : $0.value) }
            case .otherSecret, .tooOld, .tooNew: break
            }
            let answer = await shop.payments.receive(provider: "invoices", headers: headers, body: body)
            #expect(answer.status == 400)
            #expect(try await shop.credits() == 0)
            #expect(try await shop.ledger.inbox(count: 10).isEmpty)
            // The unchanged webhook is accepted.
            #expect(try await shop.deliver("invoice.paid", event.invoice) == 200)
            #expect(try await shop.credits() == 50)
        }
    }

    @Test("An invoice of another business is recorded as not ours")
    func foreignInvoice() async throws {
        let others = try await InvoiceShop()
        let foreign = try await others.pay(try await others.buy(for: "bob").id)
        await others.close()
        try await InvoiceShop.run { shop in
            #expect(try await shop.deliver("invoice.paid", foreign) == 200)
            let entry = try #require(try await shop.ledger.inbox(count: 10).first)
            #expect(entry.state == .notOurs && entry.event.body.isEmpty)
            #expect(try await shop.credits(of: "bob") == 0)
        }
    }

    @Test("An unreadable webhook about a purchase is flagged for a person")
    func unreadableInvoice() async throws {
        try await InvoiceShop.run { shop in
            let opened = try await shop.buy()
            let broken = #"{"type":"invoice.paid","invoice":{"id":"\#(opened.id)","payment":"much"}}"#
            #expect(try await shop.deliver(Data(broken.utf8)) == 200)
            let negative = try await shop.refund(try await shop.pay(opened.id).id, -300)
            #expect(try await shop.deliver("invoice.refunded", negative, id: "msg_2") == 200)
            #expect(try await shop.ledger.inbox(.flagged, count: 10).count == 2)
            #expect(try await shop.deliver(Data("[]".utf8), id: "msg_3") == 400)
            #expect(try await shop.deliver(Data(#"{"type":"invoice.viewed"}"#.utf8), id: "msg_4") == 200)
            #expect(try await shop.ledger.inbox(.flagged, count: 10).count == 2)
        }
    }

    @Test("A person can approve a payment of another amount")
    func approvedAmount() async throws {
        try await InvoiceShop.run { shop in
            let opened = try await shop.buy()
            try await shop.deliver("invoice.paid", try await shop.pay(opened.id, total: 900, tax: 0))
            #expect(try await shop.credits() == 0)
            #expect(try await shop.record(opened.purchase).position.flags == [.amountMismatch])
            let note = try Ledger.Note(by: "eva", reason: "we had agreed on 9.00")
            _ = try await shop.payments.decide(.approve, of: opened.purchase, note)
            #expect(try await shop.credits() == 50)
        }
    }
}
