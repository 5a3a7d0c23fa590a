import Faregate
import FaregatePayments
import FaregateTesting
import Foundation
import Testing

/// Every event with its facts.
@Suite struct StripeReadingTests {
    private let usd1000 = Money(minorUnits: 1000, currency: "USD")

    private func read(_ type: String, _ object: JSON, version: StripeJSON.Version = .newest) throws -> Inbox.Reading {
        let event = StripeJSON.event(type, object, version: version)
        let stripe = try Shop().provider()
        return stripe.read(
            Inbox.Event(id: Inbox.Event.ID(provider: "stripe", event: "evt_1"), type: type, body: event.data)
        )
    }

    private func events(_ type: String, _ object: JSON) throws -> [Purchase.Event] {
        let reading = try read(type, object)
        guard case .facts(let events) = reading else {
            Issue.record("\(type) reads as \(reading)")
            return []
        }
        return events
    }

    private func facts(_ type: String, _ object: JSON) throws -> [Purchase.Fact] {
        try events(type, object).map(\.fact)
    }

    /// The events of a session that we opened and somebody paid.
    private func sale(_ amount: Money, tax: Int64 = 0, payment: String = "pi_1") -> [Purchase.Fact] {
        [.bought("price_small", 1, payment), .paid(payment: payment, amount: amount, tax: tax)]
    }

    private func money(_ minorUnits: Int64) -> Money { Money(minorUnits: minorUnits, currency: "USD") }

    private static let paidEvents: [(String, JSON?)] = [
        ("checkout.session.completed", "paid"),
        ("checkout.session.completed", "no_payment_required"),
        ("checkout.session.async_payment_succeeded", "paid"),
        ("checkout.session.async_payment_succeeded", "no_payment_required"),
        ("checkout.session.async_payment_succeeded", nil),
    ]

    @Test(
        "A checkout is paid when it completes with the money there, or when the money arrives later",
        arguments: Self.paidEvents
    )
    func paid(type: String, status: JSON?) throws {
        let events = try events(type, StripeJSON.session(["payment_status": status]))
        #expect(events.map(\.fact) == sale(usd1000))
        let event = try #require(events.last)
        #expect(event.names == Purchase.Names(purchase: "pur_1", checkout: "cs_test_1", payments: ["pi_1"]))
        #expect(
            event.billing
                == Purchase.BillingDetails(
                    name: "Ana Silva",
                    email: "private@example.com",
                    address: ["1 Main St", "Lisboa", "1100-001", "PT"]
                )
        )
    }

    @Test(
        "A checkout can be pending, failed or expired",
        arguments: [
            ("checkout.session.completed", "unpaid", Purchase.Fact.pending(payment: "pi_1")),
            ("checkout.session.async_payment_failed", "unpaid", .paymentFailed(payment: "pi_1")),
            ("checkout.session.expired", "unpaid", .expired),
        ]
    )
    func notPaid(type: String, status: JSON, fact: Purchase.Fact) throws {
        #expect(try facts(type, StripeJSON.session(["payment_status": status])) == [fact])
    }

    private static let contradicting: [(String, JSON?)] = [
        ("checkout.session.completed", nil), ("checkout.session.completed", "PAID"),
        ("checkout.session.completed", "something_new"), ("checkout.session.completed", true),
        ("checkout.session.async_payment_succeeded", "unpaid"), ("checkout.session.async_payment_succeeded", 7),
    ]

    @Test(
        "A checkout whose payment status is missing or contradicts its event is unreadable",
        arguments: Self.contradicting)
    func contradictions(type: String, status: JSON?) throws {
        guard case .unreadable = try read(type, StripeJSON.session(["payment_status": status])) else {
            Issue.record("it was guessed")
            return
        }
    }

    @Test("Tax is reported apart from the price and never exceeds the total")
    func tax() throws {
        let session = StripeJSON.session(["amount_total": 1190, "total_details": ["amount_tax": 190]])
        #expect(try facts("checkout.session.completed", session) == sale(money(1190), tax: 190))
        for tax: JSON in [1001, -1, "much"] {
            let session = StripeJSON.session(["total_details": ["amount_tax": tax]])
            guard case .unreadable = try read("checkout.session.completed", session) else {
                Issue.record("a tax of \(tax.text) was believed")
                continue
            }
        }
    }

    private static let paymentNames: [(JSON?, String, [String])] = [
        ("pi_2", "pi_2", ["pi_2"]), (["id": "pi_2", "latest_charge": "ch_2"], "pi_2", ["pi_2", "ch_2"]),
        (["id": "pi_2", "latest_charge": ["id": "ch_2"]], "pi_2", ["pi_2", "ch_2"]),
        (nil, "cs_test_1", []), (JSON.null, "cs_test_1", []), (17, "cs_test_1", []), ([], "cs_test_1", []),
        (["id": 17], "cs_test_1", []),
    ]

    @Test(
        "A payment is an id or an expanded object, or the session's id if there is none",
        arguments: Self.paymentNames
    )
    func payment(json: JSON?, payment: String, names: [String]) throws {
        let events = try events("checkout.session.completed", StripeJSON.session(["payment_intent": json]))
        #expect(events.map(\.fact) == sale(usd1000, payment: payment))
        #expect(events.map(\.names.payments) == [names, names])
    }

    private static let purchaseNames: [(JSON, JSON?, String?)] = [
        (["faregate_purchase": "pur_1"], JSON.null, "pur_1"),
        (["faregate_purchase": "pur_1"], "other", "pur_1"), ([:], "pur_1", "pur_1"), (JSON.null, "pur_1", "pur_1"),
        ([1], "pur_1", "pur_1"), (["faregate_purchase": 1], "pur_1", "pur_1"),
        (["faregate_purchase": ""], "pur_1", "pur_1"),
        ([:], JSON.null, nil), ([:], nil, nil), ([:], ["a": 1], nil),
    ]

    @Test("A purchase's id is in the metadata, or else in the reference", arguments: Self.purchaseNames)
    func purchase(metadata: JSON, reference: JSON?, purchase: String?) throws {
        let session = StripeJSON.session(["metadata": metadata, "client_reference_id": reference])
        let events = try events("checkout.session.completed", session)
        #expect(Set(events.map(\.names.purchase)) == [purchase])
    }

    @Test(
        "A refund is read in every status",
        arguments: [
            ("refund.created", "pending", Purchase.RefundStatus.pending), ("refund.created", "succeeded", .succeeded),
            ("refund.updated", "requires_action", .pending), ("refund.updated", "succeeded", .succeeded),
            ("refund.updated", "canceled", .cancelled), ("refund.updated", "failed", .failed),
            ("refund.failed", "failed", .failed), ("refund.failed", "something_new", .failed),
            ("charge.refund.updated", "canceled", .cancelled), ("charge.refund.updated", "succeeded", .succeeded),
        ]
    )
    func refunds(type: String, status: String, read: Purchase.RefundStatus) throws {
        let event = try #require(try events(type, StripeJSON.refund("re_1", 400, status)).first)
        #expect(event.fact == .refund(id: "re_1", payment: "pi_1", amount: money(400), read))
        #expect(event.names == Purchase.Names(payments: ["pi_1", "ch_1"]))
    }

    @Test(
        "A refund without a payment intent is known by its charge, and one with an expanded charge by that charge's intent"
    )
    func refundNames() throws {
        let old = StripeJSON.refund(version: .of2017)
        #expect(
            try facts("charge.refund.updated", old) == [
                .refund(id: "re_1", payment: "ch_1", amount: money(400), .succeeded)
            ]
        )
        let expanded = old.with(["charge": StripeJSON.charge()])
        let event = try #require(try events("charge.refund.updated", expanded).first)
        #expect(event.fact == .refund(id: "re_1", payment: "pi_1", amount: money(400), .succeeded))
        #expect(event.names == Purchase.Names(payments: ["pi_1", "ch_1"]), "its metadata does not name its payment")
    }

    @Test(
        "A charge reports the running total and each listed refund",
        arguments: StripeJSON.Version.allCases
    )
    func runningTotals(version: StripeJSON.Version) throws {
        let refunds = [
            StripeJSON.refund("re_2", 300, "pending", version: version),
            StripeJSON.refund("re_1", 400, version: version),
        ]
        let events = try events("charge.refunded", StripeJSON.charge(refunded: 700, refunds, version: version))
        let payment = version.hasIntents ? "pi_1" : "ch_1"
        let each: [Purchase.Fact] = [
            .refund(id: "re_2", payment: payment, amount: money(300), .pending),
            .refund(id: "re_1", payment: payment, amount: money(400), .succeeded),
        ]
        #expect(
            events.map(\.fact)
                == [.opened, .refundedSoFar(payment: payment, amount: money(700))] + (version.listsRefunds ? each : [])
        )
        #expect(Set(events.map(\.names.payments)) == [version.hasIntents ? ["pi_1", "ch_1"] : ["ch_1"]])
        #expect(events.first?.billing?.receipt?.absoluteString == "https://pay.stripe.com/receipts/ch_1")
    }

    @Test("A charge reports where its receipt is and nothing about the payment")
    func receipts() throws {
        for type in ["charge.succeeded", "charge.updated"] {
            let own = try events(type, StripeJSON.charge())
            #expect(own.map(\.fact) == [.opened] && own.map(\.names.purchase) == ["pur_1"])
            #expect(own.first?.hint == nil, "it says whose receipt it is, but matches no purchase")
            let other = try events(type, StripeJSON.charge().with(["metadata": .object([:])]))
            #expect(other.map(\.names) == [Purchase.Names(payments: ["pi_1", "ch_1"])])
            for changes: [String: JSON?] in [["receipt_url": JSON.null], ["receipt_url": "javascript:alert(1)"]] {
                #expect(try read(type, StripeJSON.charge().with(changes)) == .nothing)
            }
        }
    }

    @Test(
        "A dispute's step follows from its event and its status",
        arguments: [
            ("created", "warning_needs_response", [Purchase.DisputeStep.warning]),
            ("created", "needs_response", [.opened]),
            ("created", "something_new", [.opened]), ("created", "lost", [.lost]),
            ("updated", "warning_under_review", [.warning]), ("updated", "warning_new", [.warning]),
            ("updated", "under_review", [.opened]), ("funds_withdrawn", "needs_response", [.withdrawn]),
            ("funds_withdrawn", "something_new", [.withdrawn]), ("funds_reinstated", "won", [.reinstated]),
            ("closed", "won", [.won]), ("closed", "lost", [.lost]), ("closed", "warning_closed", [.warningClosed]),
            ("closed", "prevented", [.warningClosed]), ("closed", "charge_refunded", [.warningClosed]),
        ]
    )
    func disputes(type: String, status: String, steps: [Purchase.DisputeStep]) throws {
        let events = try events("charge.dispute.\(type)", StripeJSON.dispute(status, amount: 900))
        #expect(events.map(\.fact) == steps.map { .dispute(id: "dp_1", payment: "pi_1", amount: money(900), $0) })
        #expect(events.first?.names == Purchase.Names(payments: ["pi_1", "ch_1"]))
    }

    @Test("Money movements are reported with every step of a dispute", arguments: [[], [-1000], [-1000, 180], [0]])
    func movements(moved: [Int64]) throws {
        let told = moved.enumerated().filter { $0.element != 0 }.map { number, cents in
            Purchase.Fact.moved(cents, "txn_\(number + 1)")
        }
        let steps: [(type: String, status: String, step: Purchase.DisputeStep)] = [
            ("updated", "under_review", .opened), ("closed", "lost", .lost), ("closed", "won", .won),
            ("funds_withdrawn", "needs_response", told.isEmpty ? .withdrawn : .opened),
            ("funds_reinstated", "won", told.count < 2 ? .reinstated : .won),
        ]
        for (type, status, step) in steps {
            let facts = try facts("charge.dispute.\(type)", StripeJSON.dispute(status, moved: moved))
            #expect(facts == [.dispute(id: "dp_1", payment: "pi_1", amount: usd1000, step)] + told)
        }
    }

    @Test("The part of a lost dispute that comes back is read by its amount, and is unreadable without one")
    func partOfALostDispute() throws {
        let told = StripeJSON.dispute("lost", moved: [-1000, 180])
        #expect(
            try facts("charge.dispute.funds_reinstated", told) == [
                .dispute(.lost), .moved(-1000), .moved(180, "txn_2"),
            ]
        )
        let reason = "it is a lost dispute that doesn't say how much came back"
        for moved: [Int64] in [[], [-1000]] {
            let silent = StripeJSON.dispute("lost", moved: moved)
            #expect(
                try read("charge.dispute.funds_reinstated", silent)
                    == .unreadable(reason, Purchase.Names(payments: ["pi_1", "ch_1"])))
        }
    }

    @Test(
        "A closed dispute without a known outcome is unreadable",
        arguments: [
            "under_review", "warning_under_review", "something_new",
        ]
    )
    func closedSomehow(status: String) throws {
        #expect(
            try read("charge.dispute.closed", StripeJSON.dispute(status)).reason
                == "its status is missing, or is not that of a closed dispute"
        )
    }

    @Test("A dispute without an amount is over the whole payment")
    func disputeWithoutAmount() throws {
        let dispute = StripeJSON.dispute("lost").with(["amount": nil])
        #expect(
            try facts("charge.dispute.closed", dispute) == [.dispute(id: "dp_1", payment: "pi_1", amount: nil, .lost)]
        )
    }

    private static let unreadableObjects: [(String, JSON, String)] = [
        ("checkout.session.completed", StripeJSON.session(["id": nil]), "its id is missing, or can't be read"),
        ("checkout.session.completed", StripeJSON.session(["id": 17]), "its id is missing, or can't be read"),
        (
            "checkout.session.completed", StripeJSON.session(["amount_total": nil]),
            "its amount_total is missing, or can't be read"
        ),
        ("checkout.session.completed", StripeJSON.session(["amount_total": -1]), "its amount_total is not an amount"),
        (
            "checkout.session.completed", StripeJSON.session(["amount_total": .raw("9007199254740993")]),
            "its amount_total is not an amount"
        ),
        (
            "checkout.session.completed", StripeJSON.session(["currency": "dollars"]),
            "its currency is missing, or can't be read"
        ),
        ("refund.created", StripeJSON.refund().with(["id": nil]), "its id is missing, or can't be read"),
        ("refund.created", StripeJSON.refund().with(["amount": nil]), "its amount is missing, or can't be read"),
        (
            "refund.created", StripeJSON.refund().with(["status": "something_new"]),
            "its status is missing, or can't be read"
        ),
        (
            "refund.created", StripeJSON.refund().with(["charge": nil, "payment_intent": nil]),
            "it has no payment_intent and no charge"
        ),
        (
            "charge.refunded", StripeJSON.charge().with(["amount_refunded": "some"]),
            "its amount_refunded is not an amount"
        ),
        (
            "charge.refunded", StripeJSON.charge().with(["amount_refunded": nil]),
            "its amount_refunded is missing, or can't be read"
        ),
        ("charge.dispute.closed", StripeJSON.dispute("lost").with(["id": nil]), "its id is missing, or can't be read"),
        ("charge.dispute.created", StripeJSON.dispute("lost").with(["amount": []]), "its amount is not an amount"),
        ("refund.created", [], "it has no object"), ("checkout.session.expired", 7, "it has no object"),
    ]

    @Test(
        "An event with a required field missing, absurd or of another type is unreadable and names the field",
        arguments: Self.unreadableObjects
    )
    func unreadable(type: String, object: JSON, reason: String) throws {
        #expect(try read(type, object).reason == reason)
    }

    @Test("An amount may be written as text, and a currency in any case")
    func amountsAsText() throws {
        let session = StripeJSON.session(["amount_total": "1000", "currency": "USD"])
        #expect(try facts("checkout.session.completed", session) == sale(usd1000))
    }

    private static let oddCurrencies: [(JSON, Int64, Money?)] = [
        ("isk", 50_000, Money(minorUnits: 500, currency: "ISK")), ("ugx", 500, Money(minorUnits: 5, currency: "UGX")),
        ("mga", 5, Money(minorUnits: 500, currency: "MGA")), ("jpy", 500, Money(minorUnits: 500, currency: "JPY")),
        ("kwd", 5120, Money(minorUnits: 5120, currency: "KWD")), ("isk", 50_001, nil),
    ]

    @Test(
        "The three currencies that Stripe counts its own way are converted to minor units",
        arguments: Self.oddCurrencies)
    func currencies(currency: JSON, amount: Int64, money: Money?) throws {
        let session = StripeJSON.session(["amount_total": .raw("\(amount)"), "currency": currency])
        guard let money else {
            #expect(
                try read("checkout.session.completed", session).reason
                    == "its amount_total is a fraction of the currency's smallest unit"
            )
            return
        }
        #expect(try facts("checkout.session.completed", session) == sale(money))
    }

    @Test("A foreign checkout is read too, because the ledger decides whether it is ours")
    func foreign() throws {
        let foreign: [String: JSON?] = ["metadata": [:], "client_reference_id": "order 4711"]
        for type in ["completed", "async_payment_failed", "expired"] {
            let session = StripeJSON.session(["payment_status": "unpaid"]).with(foreign)
            guard case .facts(let events) = try read("checkout.session.\(type)", session) else {
                Issue.record("\(type)")
                continue
            }
            #expect(events.first?.names.purchase == "order 4711" && events.first?.names.checkout != nil)
        }
        let paid = try facts("checkout.session.completed", StripeJSON.session().with(foreign))
        #expect(paid.contains(.paid(payment: "pi_1", amount: usd1000, tax: 0)))
    }

    private static let otherEvents: [(String, JSON)] = [
        ("customer.created", ["id": "cus_1"]), ("payment_intent.succeeded", ["id": "pi_1", "amount": 1000]),
        ("invoice.paid", []), ("checkout.session.completed", StripeJSON.session(["mode": "subscription"])),
        ("checkout.session.completed", StripeJSON.session(["mode": "setup", "amount_total": JSON.null])),
        ("radar.early_fraud_warning.created", ["charge": "ch_1"]),
    ]

    @Test("Other events, and checkouts that sell no pack, report nothing about purchases", arguments: Self.otherEvents)
    func nothing(type: String, object: JSON) throws {
        #expect(try read(type, object) == .nothing)
    }
}
