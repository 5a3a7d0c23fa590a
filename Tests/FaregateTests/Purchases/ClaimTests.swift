import Faregate
import FaregateTesting
import Testing

/// The amounts that refunds and disputes take, including those that a person has to decide.
@Suite("The credits that refunds and disputes take") struct ClaimTests {
    typealias Example = PurchasePositionTests.Example

    private static func euros(_ cents: Int64, _ status: Purchase.RefundStatus = .succeeded) -> Purchase.Fact {
        .refund(id: "re_1", payment: "pi_1", amount: Sale.eur(cents), status)
    }

    private static func movedEuros(_ cents: Int64, _ movement: String) -> Purchase.Fact {
        .disputeMoved(id: "dp_1", payment: "pi_1", movement: movement, amount: Sale.eur(cents))
    }

    private static func counted(_ id: String, _ cents: Int64, told: Int64? = nil) -> Purchase.Fact {
        .counted(id: id, amount: Sale.usd(cents), stated: told.map(Sale.eur))
    }

    private static func soFarEuros(_ cents: Int64) -> Purchase.Fact {
        .refundedSoFar(payment: "pi_1", amount: Sale.eur(cents))
    }

    @Test(
        "The taken credits don't depend on the order and repeats of the facts",
        arguments: movements + currencies + strays + recounts
    )
    func example(_ example: Example) { PurchasePositionTests().example(example) }

    static let movements: [Example] = [
        Example("withdrawn", [.paid(), .dispute(.opened), .moved(-1000)], 0, .chargedBack),
        Example("withdrawn in part", [.paid(), .dispute(.opened), .moved(-400)], 60, .chargedBack),
        Example("withdrawn twice", [.paid(), .moved(-400), .moved(-300, "txn_2")], 30, .chargedBack),
        Example("a movement before the payment", [.moved(-1000)], 0, .opened),
        Example(
            "lost, and a part comes back", [.paid(), .dispute(.lost), .moved(-1000), .moved(180, "txn_2")], 18,
            .chargedBack
        ),
        Example(
            "lost after a refund of the part that comes back",
            [.paid(), .refund(180), .dispute(.lost), .moved(-1000), .moved(180, "txn_2")],
            0,
            .chargedBack
        ),
        Example(
            "lost, and the reinstatement is reported before the withdrawal",
            [.paid(), .dispute(.lost), .moved(180, "txn_2")],
            18,
            .chargedBack
        ),
        Example("all of it comes back", [.paid(), .moved(-1000), .moved(1000, "txn_2")], 100, .paid),
        Example(
            "won late, before the money is back", [.paid(), .dispute(.lost), .moved(-1000), .dispute(.won)], 100, .paid
        ),
        Example("more comes back than was withdrawn", [.paid(), .moved(-400), .moved(900, "txn_2")], 100, .paid),
        Example("an inquiry", [.paid(), .dispute(.warning)], 100, .paid),
    ]

    static let currencies: [Example] = [
        Example("a full refund in another currency", [.paid(), .refund(nil)], 0, .refunded),
        Example("all refunded so far", [.paid(), .soFar(nil)], 0, .refunded),
        Example("a part refunded so far, and then all", [.paid(), .soFar(300), .soFar(nil)], 0, .refunded),
        Example(
            "all refunded so far, beside a refund in another currency", [.paid(), euros(900), .soFar(nil)], 0, .refunded
        ),
        Example("all refunded so far, and it failed", [.paid(), .refund(1000, .failed), .soFar(nil)], 100, .paid),
        Example(
            "a part in another currency, decided", [.paid(), euros(250), counted("re_1", 300)], 70, .partlyRefunded),
        Example("decided as 0", [.paid(), euros(250), counted("re_1", 0)], 100, .paid),
        Example("decided before the refund is reported", [.paid(), counted("re_1", 300)], 100, .paid),
        Example(
            "decided twice", [.paid(), euros(250), counted("re_1", 400), counted("re_1", 300)], 70, .partlyRefunded),
        Example(
            "a refund whose amount is known needs no decision",
            [.paid(), .refund(100), counted("re_1", 300)],
            90,
            .partlyRefunded
        ),
        Example("a failed refund in another currency", [.paid(), euros(250, .failed)], 100, .paid),
        Example(
            "a part of a dispute in another currency comes back",
            [.paid(), .dispute(.lost), movedEuros(-900, "txn_1"), movedEuros(90, "txn_2")],
            0,
            .chargedBack,
            [.disputeCurrency]
        ),
        Example(
            "the same, decided",
            [
                .paid(), .dispute(.lost), movedEuros(-900, "txn_1"), movedEuros(90, "txn_2"), counted("dp_1", 900),
            ],
            10,
            .chargedBack
        ),
        Example(
            "withdrawn in another currency", [.paid(), .dispute(.opened, 400), movedEuros(-360, "txn_1")], 60,
            .chargedBack),
        Example(
            "all of it comes back in another currency",
            [.paid(), movedEuros(-900, "txn_1"), movedEuros(905, "txn_2")],
            100,
            .paid
        ),
        Example(
            "a total in another currency beside a lower one",
            [.paid(), .soFar(100), .refundedSoFar(payment: "pi_1", amount: Sale.eur(300))],
            90,
            .partlyRefunded,
            [.refundCurrency]
        ),
    ]

    static let recounts: [Example] = [
        Example(
            "a decided total", [.paid(), soFarEuros(250), counted("pi_1", 300, told: 250)], 70, .partlyRefunded
        ),
        Example(
            "a decided total that grew afterwards",
            [.paid(), soFarEuros(250), counted("pi_1", 300, told: 250), soFarEuros(500)],
            70,
            .partlyRefunded,
            [.refundCurrency]
        ),
        Example(
            "a total that was decided again",
            [
                .paid(), soFarEuros(250), counted("pi_1", 300, told: 250), soFarEuros(500),
                counted("pi_1", 600, told: 500),
            ],
            40,
            .partlyRefunded
        ),
        Example(
            "a decided dispute of which more came back since",
            [
                .paid(), .dispute(.lost), movedEuros(-900, "txn_1"), movedEuros(90, "txn_2"),
                counted("dp_1", 900, told: 810), movedEuros(90, "txn_3"),
            ],
            10,
            .chargedBack,
            [.disputeCurrency]
        ),
        Example(
            "a dispute that was decided again",
            [
                .paid(), .dispute(.lost), movedEuros(-900, "txn_1"), movedEuros(90, "txn_2"),
                counted("dp_1", 900, told: 810), movedEuros(90, "txn_3"), counted("dp_1", 800, told: 720),
            ],
            20,
            .chargedBack
        ),
        Example(
            "a decided refund that failed later, beside a running total",
            [.paid(), euros(250), .soFar(300), counted("re_1", 300, told: 250), euros(250, .failed)],
            100,
            .paid
        ),
        Example(
            "a failed refund whose part of the running total is unknown",
            [.paid(), euros(900, .failed), .soFar(nil)],
            100,
            .paid,
            [.refundCurrency]
        ),
        Example(
            "the same, decided",
            [.paid(), euros(900, .failed), .soFar(nil), counted("re_1", 900, told: 900)],
            90,
            .partlyRefunded
        ),
        Example(
            "a failed refund in another currency, beside a running total that equals the others",
            [.paid(), euros(900, .failed), .soFar(300), .refund(300, re: "re_2")],
            70,
            .partlyRefunded
        ),
    ]

    static let strays: [Example] = [
        Example(
            "paid twice, and a refund of neither, decided",
            [.paid(), .paid(1000, "pi_2"), .refund(1000, of: "ch_9"), counted("re_1", 1000)],
            100,
            .paid
        ),
        Example(
            "paid twice, both given back, and a refund of neither",
            [
                .paid(), .paid(1000, "pi_2"), .refund(1000), .refund(1000, re: "re_2", of: "pi_2"),
                .refund(300, re: "re_3", of: "ch_9"),
            ],
            0,
            .refunded
        ),
        Example(
            "paid twice, two refunds of neither, decided",
            [
                .paid(), .paid(1000, "pi_2"), .refund(1000, of: "ch_9"), .refund(500, re: "re_2", of: "ch_9"),
                counted("re_1", 1000), counted("re_2", 500),
            ],
            50,
            .partlyRefunded
        ),
    ]

    @Test("A person can decide only claims that wait for it, in the payment's currency")
    func decisions() throws {
        let waiting = Purchase.Position(of: Sale.purchase(), given: [.paid(), Self.euros(250)])
        let claim = Purchase.UndecidedClaim(kind: .refund, id: "re_1", stated: Sale.eur(250), payment: Sale.usd(1000))
        #expect(waiting.undecided == [claim] && !waiting.awaitsApproval)
        #expect(try waiting.fact(for: .count(claim: "re_1", Sale.usd(300))) == Self.counted("re_1", 300, told: 250))
        #expect(try waiting.fact(for: .count(claim: "re_2", Sale.usd(300))) == nil)
        #expect(try waiting.fact(for: .approve) == nil)
        for amount in [Sale.usd(1001), Sale.usd(-1), Sale.eur(250)] {
            #expect(throws: InvalidInput.self) { try waiting.fact(for: .count(claim: "re_1", amount)) }
        }
        let held = Purchase.Position(of: Sale.purchase(), given: [.paid(999)])
        #expect(try held.fact(for: .approve) == .approved)
    }
}
