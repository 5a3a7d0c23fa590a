import Faregate
import FaregateTesting
import Testing

@Suite("The value of a purchase") struct PurchasePositionTests {
    /// A provider's facts, and the expected position.
    struct Example: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let facts: [Purchase.Fact]
        let credits: Int64
        let status: Purchase.Status
        let flags: Set<Purchase.Flag>

        init(
            _ what: String,
            _ facts: [Purchase.Fact],
            _ credits: Int64,
            _ status: Purchase.Status,
            _ flags: Set<Purchase.Flag> = []
        ) {
            testDescription = what
            self.facts = facts
            self.credits = credits
            self.status = status
            self.flags = flags
        }
    }

    @Test(
        "The value of a purchase doesn't depend on the order and repeats of its facts",
        arguments: payments + refunds + disputes + doubts + carts
    )
    func example(_ example: Example) {
        let expected = (example.credits, example.status, example.flags)
        for facts in [example.facts, example.facts.reversed(), example.facts + example.facts] {
            let position = Purchase.Position(of: Sale.purchase(product: "price_1"), given: facts)
            #expect((position.credits.rawValue, position.status, position.flags) == expected)
        }
    }

    static let payments: [Example] = [
        Example("nothing yet", [], 0, .opened),
        Example("an open checkout", [.opened], 0, .opened),
        Example("paid", [.opened, .paid()], 100, .paid),
        Example("paid, with the tax on top of the price", [.paid(1250, tax: 250)], 100, .paid),
        Example("paid, with the tax in the price", [.paid(1000, tax: 200)], 100, .paid),
        Example("a delayed method under way", [.opened, .pending()], 0, .pending),
        Example("a delayed method that succeeded days later", [.pending(), .paid()], 100, .paid),
        Example("a delayed method that failed days later", [.pending(), .failed()], 0, .failed),
        Example("a second attempt under way", [.failed(), .pending("pi_2")], 0, .pending),
        Example("a second attempt that succeeded", [.failed(), .paid(1000, "pi_2")], 100, .paid),
        Example("a card that was declined, and another try", [.failed(), .paid()], 100, .paid),
        Example("nobody paid in time", [.opened, .expired], 0, .expired),
        Example("a declined card, and then nobody paid in time", [.failed(), .expired], 0, .expired),
        Example("paid at the last moment", [.expired, .paid()], 100, .paid),
    ]

    static let refunds: [Example] = [
        Example("a refund before the payment", [.refund(300)], 0, .opened),
        Example("a partial refund", [.paid(), .refund(300)], 70, .partlyRefunded),
        Example("a refund of all", [.paid(), .refund(1000)], 0, .refunded),
        Example("a refund without an amount", [.paid(), .refund(nil)], 0, .refunded),
        Example(
            "reported without and with its amount",
            [.paid(), .refund(nil, .pending), .refund(300)],
            70,
            .partlyRefunded
        ),
        Example("a refund under way", [.paid(), .refund(300, .pending)], 70, .partlyRefunded),
        Example("two refunds", [.paid(), .refund(300), .refund(200, re: "re_2")], 50, .partlyRefunded),
        Example("refunds of more than there was", [.paid(), .refund(700), .refund(700, re: "re_2")], 0, .refunded),
        Example("rounded in the customer's favour", [.paid(), .refund(999)], 1, .partlyRefunded),
        Example("a refund of less than a credit", [.paid(), .refund(9)], 100, .partlyRefunded),
        Example("a failed refund", [.paid(), .refund(300, .pending), .refund(300, .failed)], 100, .paid),
        Example("a cancelled refund", [.paid(), .refund(300), .refund(300, .cancelled)], 100, .paid),
        Example("a running total alone", [.paid(), .soFar(400)], 60, .partlyRefunded),
        Example("the largest of the running totals", [.paid(), .soFar(400), .soFar(250)], 60, .partlyRefunded),
        Example("a running total of the same refund", [.paid(), .refund(400), .soFar(400)], 60, .partlyRefunded),
        Example("a total with one refund more", [.paid(), .refund(400), .soFar(700)], 30, .partlyRefunded),
        Example(
            "refunds that are newer than the total",
            [.paid(), .refund(400), .refund(100, re: "re_2"), .soFar(400)],
            50,
            .partlyRefunded
        ),
        Example(
            "a total that counts a refund which failed",
            [.paid(), .refund(400, .failed), .soFar(400)],
            100,
            .paid
        ),
        Example(
            "a total of a failed and another refund",
            [.paid(), .refund(400, .failed), .refund(100, re: "re_2"), .soFar(500)],
            90,
            .partlyRefunded
        ),
        Example(
            "a total under another id of the payment",
            [.paid(), .soFar(400, of: "ch_1")],
            60,
            .partlyRefunded
        ),
        Example(
            "a refund under another id of the payment",
            [.paid(), .refund(400, of: "ch_1")],
            60,
            .partlyRefunded
        ),
        Example(
            "a refund of a payment that comes later",
            [.paid(), .pending("pi_2"), .refund(400, of: "pi_2")],
            100,
            .paid
        ),
    ]

    static let disputes: [Example] = [
        Example("an inquiry", [.paid(), .dispute(.warning)], 100, .paid),
        Example("an inquiry that ended", [.paid(), .dispute(.warning), .dispute(.warningClosed)], 100, .paid),
        Example("an open dispute", [.paid(), .dispute(.opened)], 100, .disputed),
        Example("money withdrawn", [.paid(), .dispute(.opened), .dispute(.withdrawn)], 0, .chargedBack),
        Example("a dispute before the payment", [.dispute(.withdrawn)], 0, .opened),
        Example(
            "an inquiry that became a dispute",
            [.paid(), .dispute(.warning), .dispute(.opened), .dispute(.withdrawn)],
            0,
            .chargedBack
        ),
        Example("money that came back", [.paid(), .dispute(.withdrawn), .dispute(.reinstated)], 100, .paid),
        Example("a loss that arrived first", [.paid(), .dispute(.lost)], 0, .chargedBack),
        Example("won", [.paid(), .dispute(.opened), .dispute(.withdrawn), .dispute(.won)], 100, .paid),
        Example(
            "a late win after a loss",
            [.paid(), .dispute(.withdrawn), .dispute(.lost), .dispute(.won)],
            100,
            .paid
        ),
        Example("lost in part", [.paid(), .dispute(.lost, 400)], 60, .chargedBack),
        Example("lost for more than was paid", [.paid(), .dispute(.lost, 5000)], 0, .chargedBack),
        Example("lost, by an unknown amount", [.paid(), .dispute(.lost, nil)], 0, .chargedBack),
        Example(
            "several disputes",
            [.paid(), .dispute(.lost, 300), .dispute(.withdrawn, 300, "dp_2")],
            40,
            .chargedBack
        ),
        Example(
            "several disputes, one of them won",
            [.paid(), .dispute(.lost, 300), .dispute(.won, 300, "dp_2"), .dispute(.withdrawn, 300, "dp_2")],
            70,
            .chargedBack
        ),
        Example("a refund and a dispute of the rest", [.paid(), .refund(300), .dispute(.lost, 700)], 0, .chargedBack),
        Example("a refund and a dispute of all", [.paid(), .refund(300), .dispute(.lost, 1000)], 0, .chargedBack),
        Example(
            "a refund, and a dispute of all that was won",
            [.paid(), .refund(300), .dispute(.lost, 1000), .dispute(.won, 1000)],
            70,
            .partlyRefunded
        ),
        Example(
            "reported in the bank's currency",
            [.paid(), .dispute(id: "dp_1", payment: "pi_1", amount: Sale.eur(100), .lost)],
            0,
            .chargedBack,
            [.disputeCurrency]
        ),
        Example(
            "an inquiry in the bank's currency",
            [.paid(), .dispute(id: "dp_1", payment: "pi_1", amount: Sale.eur(100), .warning)],
            100,
            .paid
        ),
    ]

    static let doubts: [Example] = [
        Example("too little", [.paid(999)], 0, .held, [.amountMismatch]),
        Example("too much", [.paid(1001)], 0, .held, [.amountMismatch]),
        Example("nothing", [.paid(0)], 0, .held, [.amountMismatch]),
        Example("below nothing", [.paid(-1000)], 0, .held, [.amountMismatch]),
        Example(
            "another currency",
            [.paid(payment: "pi_1", amount: Sale.eur(1000), tax: 0)],
            0,
            .held,
            [.amountMismatch]
        ),
        Example("too little, approved", [.paid(999), .approved], 100, .paid),
        Example("nothing, approved", [.paid(0), .approved], 100, .paid),
        Example(
            "too little, approved, half of it refunded",
            [.paid(500), .approved, .refund(250)],
            50,
            .partlyRefunded
        ),
        Example("too little, and given back", [.paid(999), .refund(999)], 0, .refunded),
        Example("too little, and some of it given back", [.paid(999), .refund(900)], 0, .held, [.amountMismatch]),
        Example("an approval without a payment", [.approved], 0, .opened),
        Example("reported twice, once with its tax", [.paid(1250), .paid(1250, tax: 250)], 100, .paid),
        Example(
            "reported twice, once in another currency",
            [.paid(payment: "pi_1", amount: Sale.eur(9000), tax: 0), .paid()],
            100,
            .paid
        ),
        Example("paid twice", [.paid(), .paid(1000, "pi_2")], 100, .paid, [.paidTwice]),
        Example("paid twice, one of them given back", [.paid(), .paid(1000, "pi_2"), .refund(1000)], 100, .paid),
        Example(
            "paid twice, both of them given back",
            [.paid(), .paid(1000, "pi_2"), .refund(1000), .refund(nil, re: "re_2", of: "pi_2")],
            0,
            .refunded
        ),
        Example("paid twice, one of them charged back", [.paid(), .paid(1000, "pi_2"), .dispute(.lost)], 100, .paid),
        Example(
            "paid twice, half of each given back",
            [.paid(), .paid(1000, "pi_2"), .refund(500), .refund(500, re: "re_2", of: "pi_2")],
            100,
            .partlyRefunded,
            [.paidTwice]
        ),
        Example(
            "paid twice, and a refund of neither",
            [.paid(), .paid(1000, "pi_2"), .refund(300, of: "ch_9")],
            100,
            .paid,
            [.paidTwice, .strayClaim]
        ),
        Example(
            "paid twice, and a failed refund of neither",
            [.paid(), .paid(1000, "pi_2"), .refund(300, .failed, of: "ch_9")],
            100,
            .paid,
            [.paidTwice]
        ),
        Example(
            "paid twice, once too little",
            [.paid(), .paid(10, "pi_2")],
            100,
            .paid,
            [.paidTwice, .amountMismatch]
        ),
        Example(
            "a refund in another currency",
            [.paid(), .refund(id: "re_1", payment: "pi_1", amount: Sale.eur(300), .succeeded)],
            100,
            .paid,
            [.refundCurrency]
        ),
        Example(
            "a total in another currency",
            [.paid(), .refundedSoFar(payment: "pi_1", amount: Sale.eur(300))],
            100,
            .paid,
            [.refundCurrency]
        ),
        Example("a refund below nothing", [.paid(), .refund(-300)], 100, .paid),
    ]

    static let carts: [Example] = [
        Example("paid, for what was sold", [.paid(), .bought("price_1")], 100, .paid),
        Example("another product for the same money", [.paid(), .bought("price_2")], 0, .held, [.packMismatch]),
        Example("two for the money of one", [.paid(), .bought("price_1", 2)], 0, .held, [.packMismatch]),
        Example(
            "a further product",
            [
                .paid(),
                .bought([
                    Purchase.ProductCount(product: "price_1", quantity: 1),
                    Purchase.ProductCount(product: "price_2", quantity: 1),
                ]),
            ],
            0,
            .held,
            [.packMismatch]
        ),
        Example(
            "a further line that can't be read",
            [.paid(), .bought([Purchase.ProductCount(product: "price_1", quantity: 1)], others: 1)],
            0,
            .held,
            [.packMismatch]
        ),
        Example(
            "reported once right and once wrong",
            [.paid(), .bought("price_1"), .bought("price_2")],
            0,
            .held,
            [.packMismatch]
        ),
        Example(
            "another product for other money",
            [.paid(999), .bought("price_2")],
            0,
            .held,
            [.amountMismatch, .packMismatch]
        ),
        Example("another product, approved", [.paid(), .bought("price_2"), .approved], 100, .paid),
        Example("another product for other money, approved", [.paid(9), .bought("price_2"), .approved], 100, .paid),
        Example("another product, and given back", [.paid(), .bought("price_2"), .refund(1000)], 0, .refunded),
        Example("another product, not yet paid", [.pending(), .bought("price_2")], 0, .pending),
        Example("another product, of another payment", [.paid(), .bought("price_2", 1, "pi_2")], 100, .paid),
        Example(
            "paid twice, once for another product",
            [.paid(), .paid(1000, "pi_2"), .bought("price_2", 1, "pi_2")],
            100,
            .paid,
            [.paidTwice, .packMismatch]
        ),
    ]

    @Test("A payment is compared with the product and quantity only if the product is on record")
    func products() throws {
        let unrecorded = Purchase.Position(of: Sale.purchase(), given: [.paid(), .bought("price_2")])
        #expect(unrecorded.credits == 100 && unrecorded.flags.isEmpty)
        let pack = Policy.Pack(
            name: "pieces",
            credits: 7,
            price: Sale.usd(30),
            quantities: 1...500,
            products: ["stripe": "price_1", "dodo": "pdt_1", "odd": String(repeating: "x", count: 256)],
            location: Policy.Location(file: "packs.json", line: 1, column: 1)
        )
        func sold(at provider: String) throws -> Purchase {
            try Purchase(id: "pur_1", provider: provider, account: "ana", pack: pack, quantity: 20, policyVersion: "v")
        }
        let purchase = try sold(at: "dodo")
        #expect(purchase.product == "pdt_1")
        let right = Purchase.Position(of: purchase, given: [.paid(600), .bought("pdt_1", 20)])
        #expect(right.credits == 140 && right.flags.isEmpty)
        for wrong in [Purchase.Fact.bought("pdt_1", 19), .bought("price_1", 20)] {
            let position = Purchase.Position(of: purchase, given: [.paid(600), wrong])
            #expect(position.credits == 0 && position.status == .held && position.awaitsApproval)
        }
        #expect(try sold(at: "elsewhere").product == nil)
        #expect(throws: InvalidInput.self) { try sold(at: "odd") }
    }

    @Test(
        "A partial refund takes its share, rounded down",
        arguments: [(1, 3), (3, 1), (7, 1000), (333, 1000), (1000, 7), (9_007_199_254_740_991, 999_999_999_999)]
            as [(Int64, Int64)]
    )
    func rounding(credits: Int64, price: Int64) throws {
        let purchase = Sale.purchase(credits: try #require(Credits(rawValue: credits)), price: Sale.usd(price))
        for refunded in Set([1, 2, price / 3, price / 2, price - 1, price]).sorted()
        where (1...price).contains(refunded) {
            let position = Purchase.Position(of: purchase, given: [.paid(price), .refund(refunded)])
            let taken = credits - position.credits.rawValue
            // taken ≤ credits × refunded ÷ price < taken + 1
            let share = Int128(credits) * Int128(refunded)
            #expect(Int128(taken) * Int128(price) <= share)
            #expect(share < Int128(taken + 1) * Int128(price))
        }
    }

    @Test(
        "Amounts beyond all bounds take all of the payment, without overflow",
        arguments: [Int64.max, .min, .max - 1, 0])
    func overflow(amount: Int64) {
        let largest = Sale.purchase(credits: .max, price: Sale.usd(.max))
        let facts: [Purchase.Fact] = [
            .paid(.max, tax: amount), .refund(amount), .refund(.max, re: "re_2"), .refund(.max, re: "re_3"),
            .soFar(amount),
            .refund(amount, .failed, re: "re_4"), .dispute(.lost, amount), .dispute(.lost, .max, "dp_2"),
        ]
        let position = Purchase.Position(of: largest, given: facts)
        #expect(position.credits == 0 && position.status == .chargedBack)
        let odd = Purchase.Position(of: largest, given: [.paid(amount, tax: .max), .approved, .refund(amount)])
        #expect((0...Credits.max.rawValue).contains(odd.credits.rawValue))
    }
}
