import Faregate
import FaregateTesting
import Testing

@Suite("Discounts and taxes") struct DiscountAndTaxTests {
    /// Payments for a price of 10.00, and whether each matches it with and without discounts allowed.
    struct Example: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let paid: Purchase.Fact
        let counts: Bool
        let countsWithout: Bool

        init(_ what: String, _ paid: Purchase.Fact, _ counts: Bool, without countsWithout: Bool = false) {
            (testDescription, self.paid, self.counts, self.countsWithout) = (what, paid, counts, countsWithout)
        }
    }

    static let examples = [
        Example("no discount", .paid(), true, without: true),
        Example("a discount of nothing", .paid(discount: .of(0)), true, without: true),
        Example("a coupon", .paid(750, discount: .of(250)), true),
        Example("a coupon, and the tax on top", .paid(900, tax: 150, discount: .of(250)), true),
        Example("a coupon, and the tax within", .paid(750, tax: 125, discount: .of(250)), true),
        Example("a coupon of all", .paid(0, discount: .of(1000)), true),
        Example("nothing paid, and no discount reported", .paid(0), false),
        Example("less paid, and no discount reported", .paid(750), false),
        Example("a discount of less than is missing", .paid(700, discount: .of(250)), false),
        Example("a discount of more than is missing", .paid(800, discount: .of(250)), false),
        Example("a discount of more than the price", .paid(0, discount: .of(1001)), false),
        Example("a discount on top of the price", .paid(1000, discount: .of(250)), false),
        Example("the tax is as much as the discount", .paid(1000, tax: 250, discount: .of(250)), true),
        Example("a discount without its amount", .paid(123, discount: .untold), true),
        Example("a full discount without its amount", .paid(0, discount: .untold), true),
        Example("the tax on top, with a discount without its amount", .paid(1100, tax: 150, discount: .untold), true),
        Example("more than the price, with a discount without its amount", .paid(1001, discount: .untold), false),
        Example("more tax than money", .paid(100, tax: 150, discount: .untold), false),
        Example("absurd numbers", .paid(.max, tax: .max, discount: .of(.max)), false),
        Example(
            "another currency",
            .paid(payment: "pi_1", amount: Sale.eur(750), tax: 0, discount: .of(250)),
            false
        ),
    ]

    @Test(
        "A discounted payment counts if the shop allows discounts and payment plus discount is the price",
        arguments: examples)
    func discount(_ example: Example) {
        for (allows, counts) in [(true, example.counts), (false, example.countsWithout)] {
            let position = Purchase.Position(of: Sale.purchase(allowsDiscounts: allows), given: [example.paid])
            #expect(position.credits.rawValue == (counts ? 100 : 0), "allowed: \(allows)")
            #expect(position.status == (counts ? .paid : .held) && position.flags == (counts ? [] : [.amountMismatch]))
        }
    }

    @Test("A discounted payment that a person approves counts in a shop without discounts")
    func approved() {
        let position = Purchase.Position(of: Sale.purchase(), given: [.paid(750, discount: .of(250)), .approved])
        #expect(position.credits == 100 && position.flags == [])
    }

    @Test("A free order grants its credits once, however often it is reported")
    func free() {
        let facts = [Purchase.Fact.opened, .bought("price_1"), .paid(0, discount: .of(1000))]
        let purchase = Sale.purchase(product: "price_1", allowsDiscounts: true)
        for told in [facts, facts + facts, facts.reversed()] {
            let position = Purchase.Position(of: purchase, given: told)
            #expect(position.credits == 100 && position.status == .paid && position.flags == [])
        }
        let other = Purchase.Position(of: purchase, given: facts + [.bought("price_2")])
        #expect(other.credits == .zero && other.flags == [.packMismatch])
    }

    @Test("A refund takes its share of the payment, not of the price")
    func refundOfDiscounted() {
        let purchase = Sale.purchase(allowsDiscounts: true)
        let position = Purchase.Position(of: purchase, given: [.paid(500, discount: .of(500)), .refund(250)])
        #expect(position.credits == 50 && position.status == .partlyRefunded)
    }
}

@Suite("A refund of exactly the tax") struct TaxRefundTests {
    /// The credits that remain of a payment of 12.00 including 2.00 tax.
    static let examples: [(String, [Purchase.Fact], Int64)] = [
        ("takes nothing", [.refund(200)], 100),
        ("that is under way takes nothing", [.refund(200, .pending)], 100),
        ("that is one cent less is a refund like any other", [.refund(199)], 84),
        ("that is one cent more is a refund like any other", [.refund(201)], 84),
        ("leaves other refunds their share of the rest", [.refund(200), .refund(500, re: "re_2")], 50),
        ("and of all else takes all", [.refund(200), .refund(1000, re: "re_2")], 0),
        ("twice takes a share once", [.refund(200), .refund(200, re: "re_2")], 80),
        ("that failed is none", [.refund(200, .failed), .refund(300, re: "re_2")], 75),
        ("beside a refund of all takes all", [.refund(200), .refund(1200, re: "re_2")], 0),
        ("told by the running total alone takes nothing", [.soFar(200)], 100),
        ("told by running totals alone leaves others their share", [.soFar(200), .soFar(700)], 50),
        ("that the running total knows besides takes nothing", [.refund(500), .soFar(700)], 50),
        ("is not the sum of two others", [.refund(150), .refund(50, re: "re_2"), .soFar(200)], 84),
        ("of which a part failed is none", [.refund(200, .failed), .soFar(200), .soFar(500)], 75),
        ("beside a dispute of the rest takes all", [.refund(200), .dispute(.lost, 1000)], 0),
        ("beside a dispute of all takes all", [.refund(200), .dispute(.lost, 1200)], 0),
        ("beside a dispute of a part leaves the rest", [.refund(200), .dispute(.lost, 500)], 50),
    ]

    @Test("A refund of the tax takes no credits, in any order and with repeats", arguments: examples)
    func example(_ what: String, _ claims: [Purchase.Fact], _ credits: Int64) {
        let facts = [Purchase.Fact.paid(1200, tax: 200)] + claims
        for told in [facts, facts.reversed(), facts + facts] {
            let position = Purchase.Position(of: Sale.purchase(), given: told)
            #expect(position.credits.rawValue == credits, "\(what)")
            #expect(position.flags == [], "\(what): nobody is asked")
        }
    }

    @Test("A refund of the tax is recognised if the tax was included in the price")
    func within() {
        let position = Purchase.Position(of: Sale.purchase(), given: [.paid(1000, tax: 167), .refund(167)])
        #expect(position.credits == 100)
    }

    @Test("A refund of a payment that was all tax takes all credits")
    func nothingBesides() {
        let purchase = Sale.purchase(allowsDiscounts: true)
        let position = Purchase.Position(
            of: purchase, given: [.paid(200, tax: 200, discount: .of(1000)), .refund(200)])
        #expect(position.credits == .zero && position.status == .refunded)
    }

    @Test("Refunds beside a refund of the tax take no more than they would without it")
    func neverMore() {
        for size in stride(from: Int64(1), through: 1000, by: 7) {
            let paid = Purchase.Fact.paid(1200, tax: 200)
            let without = Purchase.Position(of: Sale.purchase(), given: [paid, .refund(size, re: "re_2")])
            let with = Purchase.Position(of: Sale.purchase(), given: [paid, .refund(200), .refund(size, re: "re_2")])
            let gone = Purchase.Position(of: Sale.purchase(), given: [paid, .refund(min(1200, size + 200))])
            #expect(with.credits <= without.credits, "the tax refund gives nothing")
            #expect(with.credits >= gone.credits, "it takes no more than a refund of as much")
        }
    }
}
