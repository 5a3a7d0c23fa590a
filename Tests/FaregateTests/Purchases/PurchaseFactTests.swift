import Faregate
import FaregateTesting
import Foundation
import Testing

@Suite("A fact about a purchase") struct PurchaseFactTests {
    /// Ledgers compare facts by these texts, so none of them may ever change.
    static let spellings: [(Purchase.Fact, String)] = [
        (.opened, #"{"fact":"opened"}"#),
        (.pending(), #"{"fact":"pending","payment":"pi_1"}"#),
        (
            .paid(.max, tax: 7),
            #"{"amount":9223372036854775807,"currency":"USD","fact":"paid","payment":"pi_1","tax":7}"#
        ),
        (
            .paid(750, discount: .of(250)),
            #"{"amount":750,"currency":"USD","discount":250,"fact":"paid","payment":"pi_1","tax":0}"#
        ),
        (
            .paid(0, discount: .unknown),
            #"{"amount":0,"currency":"USD","discount":"untold","fact":"paid","payment":"pi_1","tax":0}"#
        ),
        (.paid(1, discount: .of(0)), #"{"amount":1,"currency":"USD","fact":"paid","payment":"pi_1","tax":0}"#),
        (
            .bought("pdt_1", 1, "pay_1"),
            #"{"fact":"bought","payment":"pay_1","products":[{"product":"pdt_1","quantity":1}]}"#
        ),
        (
            .bought(
                [Purchase.ProductCount(product: "b", quantity: 2), Purchase.ProductCount(product: "a", quantity: 1)],
                others: 3),
            #"{"fact":"bought","others":3,"payment":"pi_1","products":[{"product":"a","quantity":1},"#
                + #"{"product":"b","quantity":2}]}"#
        ),
        (.bought([], others: 1), #"{"fact":"bought","others":1,"payment":"pi_1","products":[]}"#),
        (.failed(), #"{"fact":"failed","payment":"pi_1"}"#),
        (.expired, #"{"fact":"expired"}"#),
        (
            .refund(300, .cancelled),
            #"{"amount":300,"currency":"USD","fact":"refund","id":"re_1","payment":"pi_1","status":"cancelled"}"#
        ),
        (.refund(nil), #"{"fact":"refund","id":"re_1","payment":"pi_1","status":"succeeded"}"#),
        (.soFar(5), #"{"amount":5,"currency":"USD","fact":"refundedSoFar","payment":"pi_1"}"#),
        (
            .dispute(.warningClosed),
            #"{"amount":1000,"currency":"USD","fact":"dispute","id":"dp_1","payment":"pi_1","step":"warningClosed"}"#
        ),
        (.dispute(.lost, nil), #"{"fact":"dispute","id":"dp_1","payment":"pi_1","step":"lost"}"#),
        (.soFar(nil), #"{"fact":"refundedSoFar","payment":"pi_1"}"#),
        (
            .moved(-1800),
            #"{"amount":-1800,"currency":"USD","fact":"disputeMoved","id":"dp_1","movement":"txn_1","payment":"pi_1"}"#
        ),
        (.approved, #"{"fact":"approved"}"#),
        (.counted(id: "re_1", amount: Sale.usd(5)), #"{"amount":5,"currency":"USD","fact":"counted","id":"re_1"}"#),
        (
            .counted(id: "re_1", amount: Sale.usd(5), stated: Sale.eur(4)),
            #"{"amount":5,"currency":"USD","fact":"counted","id":"re_1","statedAmount":4,"statedCurrency":"EUR"}"#
        ),
    ]

    @Test("A fact has one stored form, and is decoded from it", arguments: spellings)
    func spelling(_ fact: Purchase.Fact, _ text: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let written = String(decoding: try encoder.encode(fact), as: UTF8.self)
        #expect(written == text)
        let read = try JSONDecoder().decode(Purchase.Fact.self, from: Data(text.utf8))
        #expect(read == fact)
    }

    @Test(
        "An invalid stored form is not decoded",
        arguments: [
            "{}", "[]", "null", #"{"fact":"stolen"}"#, #"{"fact":"paid","payment":"pi_1"}"#,
            #"{"fact":"refund","id":"re_1","payment":"pi_1","amount":"300","currency":"USD","status":"succeeded"}"#,
            #"{"fact":"refund","id":"re_1","payment":"pi_1","amount":300,"status":"succeeded"}"#,
            #"{"fact":"bought","payment":"pi_1","products":[]}"#, #"{"fact":"bought","payment":"pi_1"}"#,
            #"{"fact":"bought","payment":"pi_1","products":[{"product":"a"}]}"#,
            #"{"fact":"paid","payment":"pi_1","amount":9223372036854775808,"currency":"USD","tax":0}"#,
            #"{"fact":"paid","payment":"pi_1","amount":1,"currency":"USD","tax":0,"discount":"much"}"#,
            #"{"fact":"paid","payment":"pi_1","amount":1,"currency":"USD","tax":0,"discount":1.5}"#,
        ]
    )
    func unreadable(_ text: String) {
        #expect(throws: (any Error).self) { try JSONDecoder().decode(Purchase.Fact.self, from: Data(text.utf8)) }
    }

    static let long = String(repeating: "x", count: 256)
    static let unfit: [Purchase.Event] = [
        event(.opened, Purchase.Names()),
        event(.opened, Purchase.Names(checkout: "")),
        event(.opened, Purchase.Names(checkout: long)),
        event(.opened, Purchase.Names(payments: ["pi_\n"])),
        event(.opened, Purchase.Names(payments: (0...20).map { "pi_\($0)" })),
        event(.paid(-1)), event(.paid(1, tax: -1)), event(.paid(1, discount: .of(-1))),
        event(.soFar(-1)),
        event(.refund(-1)), event(.dispute(.lost, -1)),
        event(.refund(1, re: "")), event(.refund(1, re: "r\u{E9}")), event(.dispute(.lost, 1, long)),
        event(.pending("")), event(.failed(long)),
        event(.bought("a", 1, "")),
        event(.paid(payment: "pi_1", amount: Money(minorUnits: 1, currency: "dollars and"), tax: 0)),
        event(.paid(payment: "pi_1", amount: Money(minorUnits: 1, currency: ""), tax: 0)),
    ]

    private static func event(
        _ fact: Purchase.Fact,
        _ names: Purchase.Names = Purchase.Names(checkout: "cs_1")
    ) -> Purchase.Event {
        Purchase.Event(names: names, fact: fact)
    }

    @Test("A fact out of bounds is refused", arguments: unfit)
    func checked(_ event: Purchase.Event) {
        #expect(throws: InvalidInput.self) { try event.check() }
    }

    @Test("A fact that a provider could report is accepted", arguments: spellings.map(\.0))
    func passes(_ fact: Purchase.Fact) throws {
        try Self.event(fact).check()
        try Self.event(fact, Purchase.Names(purchase: "pur_1")).check()
    }
}
