import Faregate
import FaregatePayments
import Foundation
import Testing

@Suite struct StripeWebhooksTests {
    private let event = InboxEventID(provider: "stripe", event: "evt_1")

    @Test(arguments: [
        ("checkout.session.completed", #""paid""#),
        ("checkout.session.async_payment_succeeded", #""paid""#),
        ("checkout.session.async_payment_succeeded", nil),
    ])
    func aCheckoutThatIsPaidForIsCredited(type: String, status: String?) async throws {
        let shop = try await Shop.open()
        var text = EventText(type: type)
        text.session["payment_status"] = status
        let answer = try await shop.receive(text.json)

        #expect(answer.status == 200)
        #expect(answer.problem == nil)
        #expect(shop.ledger.seen.credited == [Shop.purchase: 100])
        #expect(shop.ledger.seen.inbox == [event: .done])
        #expect(shop.ledger.seen.bodies[event]?.body == Data(text.json.utf8))
        #expect(shop.ledger.seen.bodies[event]?.type == type)
        #expect(
            shop.ledger.seen.payments == [
                PaymentReceived(
                    event: event,
                    checkout: "cs_test_1",
                    purchase: "pur_1",
                    payment: "pi_1",
                    amount: Money(minorUnits: 1000, currency: "USD")
                )
            ]
        )
    }

    @Test func aCheckoutThatIsFreeOfChargeGoesToTheLedgerWhichKnowsThePrice() async throws {
        let shop = try await Shop.open()
        let changes = ["payment_status": #""no_payment_required""#, "amount_total": "0", "payment_intent": "null"]
        #expect(try await shop.receive(EventText.completed(changes)).status == 200)
        #expect(shop.ledger.seen.payments.first?.amount == Money(minorUnits: 0, currency: "USD"))
        #expect(shop.ledger.seen.inbox == [event: .flagged(.amountMismatch)])
    }

    @Test(arguments: [
        EventText.completed(["payment_status": #""unpaid""#]),
        EventText(type: "checkout.session.async_payment_failed").json,
        EventText(type: "checkout.session.expired").json,
        EventText(type: "customer.created").json,
        #"{"id":"evt_1","object":"event","type":"balance.available"}"#,
        #"{"id":"evt_1","object":"event","type":"balance.available","data":[],"livemode":"yes"}"#,
        #"{"id":"evt_1","object":"event","type":"balance.available","data":{"object":7}}"#,
    ])
    func anEventThatAsksForNothingIsAcknowledgedAndDone(text: String) async throws {
        let shop = try await Shop.open()
        #expect(try await shop.receive(text).status == 200)
        #expect(shop.ledger.seen.steps == [.record, .store, .dismiss])
        #expect(shop.ledger.seen.inbox == [event: .done])
    }

    @Test func anEventThatComesAgainIsNotActedOnAgain() async throws {
        let shop = try await Shop.open()
        for _ in 1...3 { #expect(try await shop.receive(EventText.completed()).status == 200) }
        #expect(shop.ledger.seen.payments.count == 1)
        #expect(shop.ledger.seen.credited == [Shop.purchase: 100])
        guard case .repeated(event) = shop.events.all.last else {
            Issue.record("the observer saw \(shop.events.all)")
            return
        }
    }

    @Test(arguments: [
        (#""pi_2""#, "pi_2"), (#"{"id":"pi_2","object":"payment_intent"}"#, "pi_2"), ("null", nil), (nil, nil),
        ("{}", nil), ("17", nil), ("[]", nil), (#"{"id":17}"#, nil), (#""""#, nil),
    ])
    func thePaymentIsAnIdAnObjectWithAnIdOrUnknown(json: String?, payment: String?) async throws {
        let shop = try await Shop.open()
        #expect(try await shop.receive(EventText.completed(["payment_intent": json])).status == 200)
        #expect(shop.ledger.seen.payments.map(\.payment) == [payment])
        #expect(shop.ledger.seen.credited == [Shop.purchase: 100])
    }

    @Test(arguments: [
        (#"{"faregate_purchase":"pur_1"}"#, "null", "pur_1"),
        (#"{"faregate_purchase":"pur_1"}"#, #""other""#, "pur_1"),
        ("{}", #""pur_1""#, "pur_1"),
        ("null", #""pur_1""#, "pur_1"),
        ("[1]", #""pur_1""#, "pur_1"),
        (#"{"faregate_purchase":1}"#, #""pur_1""#, "pur_1"),
        (#"{"faregate_purchase":""}"#, #""pur_1""#, "pur_1"),
        ("{}", "null", nil),
        ("{}", #"{"a":1}"#, nil),
    ])
    func thePurchaseIsInTheMetadataOrElseTheReference(
        metadata: String,
        reference: String,
        purchase: String?
    ) async throws {
        let shop = try await Shop.open()
        let changes = ["metadata": metadata, "client_reference_id": reference]
        #expect(try await shop.receive(EventText.completed(changes)).status == 200)
        #expect(shop.ledger.seen.payments.map(\.purchase) == [purchase])
    }

    @Test(arguments: [
        (["metadata": #"{"faregate_purchase":"pur_other"}"#], Fulfilment.Flag.unknownPurchase),
        (["amount_total": "999"], .amountMismatch),
        (["amount_total": "1001"], .amountMismatch),
        (["currency": #""eur""#], .amountMismatch),
    ])
    func whatDoesntFitTheBooksIsFlaggedAndNotSentAgain(
        changes: [String: String],
        flag: Fulfilment.Flag
    ) async throws {
        let shop = try await Shop.open()
        #expect(try await shop.receive(EventText.completed(changes)).status == 200)
        #expect(shop.ledger.seen.inbox == [event: .flagged(flag)])
        #expect(shop.ledger.seen.credited.isEmpty)
        guard case .fulfilled(event, .flagged(flag)) = shop.events.all.last else {
            Issue.record("the observer saw \(shop.events.all)")
            return
        }
    }

    @Test(arguments: [
        ["id": nil], ["id": "17"], ["id": "null"], ["id": #""""#], ["id": #""\u0000""#], ["payment_status": nil],
        ["payment_status": "true"], ["payment_status": #""PAID""#], ["payment_status": #""something_new""#],
        ["amount_total": nil], ["amount_total": "null"], ["amount_total": #""1000""#], ["amount_total": "1000.5"],
        ["amount_total": "-1000"], ["amount_total": "1e99"], ["amount_total": "99999999999999999999"],
        ["currency": nil], ["currency": "1"], ["currency": #""dollars""#],
    ])
    func aPaidCheckoutThatLacksWhatIsNeededIsKeptAndGrantsNothing(
        changes: [String: String?]
    ) async throws {
        let shop = try await Shop.open()
        #expect(try await shop.receive(EventText.completed(changes)).status == 200)
        #expect(shop.ledger.seen.payments.isEmpty)
        #expect(shop.ledger.seen.credited.isEmpty)
        guard case .postponed = shop.ledger.seen.inbox[event], case .kept(event, _, _) = shop.events.all.last else {
            Issue.record("\(shop.ledger.seen.inbox) \(shop.events.all)")
            return
        }
    }

    @Test func aLatePaymentThatSaysItIsUnpaidIsKeptAndGrantsNothing() async throws {
        let shop = try await Shop.open()
        var text = EventText(type: "checkout.session.async_payment_succeeded")
        text.session["payment_status"] = #""unpaid""#
        #expect(try await shop.receive(text.json).status == 200)
        #expect(shop.ledger.seen.steps == [.record, .store, .postpone])
    }

    @Test func whenTheLedgerCantStoreNothingIsDoneAndStripeSendsAgain() async throws {
        let shop = try await Shop.open()
        shop.ledger.fail(.store)
        let answer = try await shop.receive(EventText.completed())
        #expect(answer.status == 500)
        #expect(answer.problem?.status == 500)
        #expect(shop.ledger.seen.steps == [.record, .store])

        #expect(try await shop.receive(EventText.completed()).status == 200)
        #expect(shop.ledger.seen.credited == [Shop.purchase: 100])
    }

    @Test func whenTheLedgerCantActTheEventWaitsInTheInboxAndCreditsWhenItComesAgain() async throws {
        let shop = try await Shop.open()
        shop.ledger.fail(.fulfil)
        #expect(try await shop.receive(EventText.completed()).status == 500)
        #expect(shop.ledger.seen.inbox == [event: .postponed("the ledger is locked")])
        #expect(shop.ledger.seen.credited.isEmpty)

        #expect(try await shop.receive(EventText.completed()).status == 200)
        #expect(shop.ledger.seen.inbox == [event: .done])
        #expect(shop.ledger.seen.credited == [Shop.purchase: 100])
    }

    @Test func whenTheLedgerCantEvenPostponeStripeSendsAgain() async throws {
        let shop = try await Shop.open()
        shop.ledger.fail(.dismiss)
        shop.ledger.fail(.postpone)
        let text = EventText(type: "checkout.session.expired").json
        #expect(try await shop.receive(text).status == 500)
        #expect(try await shop.receive(text).status == 200)
        #expect(shop.ledger.seen.inbox == [event: .done])
    }

    @Test func noObserversEventAndNoProblemHoldsTheBody() async throws {
        let shop = try await Shop.open()
        shop.ledger.fail(.store)
        _ = try await shop.receive(EventText.completed())
        for changes in [[:], ["id": nil], ["amount_total": "1"]] as [[String: String?]] {
            _ = try await shop.receive(EventText.completed(changes))
        }
        let failed = try await shop.receive("private@example.com")
        let problem = try #require(failed.problem)
        let text = String(decoding: problem.body, as: UTF8.self)
        #expect(!text.contains("private"))
        #expect(!shop.events.all.isEmpty)
        for event in shop.events.all {
            #expect(!String(reflecting: event).contains("private"))
            #expect(!String(reflecting: event).contains("whsec"))
        }
    }
}
