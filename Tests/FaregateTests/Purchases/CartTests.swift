import Faregate
import FaregateTesting
import Foundation
import TestSupport
import Testing

@Suite("A cart") struct CartTests {
    private func line(_ product: String, _ quantity: Int64 = 1) -> Purchase.ProductCount {
        Purchase.ProductCount(product: product, quantity: quantity)
    }

    @Test("A cart is the same in any order of its lines, and if lines of one product are added up")
    func canonical() {
        var random = SeededGenerator(seed: seed)
        let lines = [
            line("b"), line("a", 2), line("c"), line("a", 3), line("", 1), line("d", 0), line("e", -1),
            line("f", .max), line("f", .max), line("B"), line("e\u{301}"), line("\u{E9}"),
        ]
        let expected = Purchase.Cart(lines)
        // Of seven products two are stored, and three lines are invalid.
        #expect(expected?.products == [line("B"), line("a", 5)] && expected?.others == 5 + 3)
        for _ in 0..<200 {
            let cart = Purchase.Cart(lines.shuffled(using: &random))
            #expect(cart == expected, "seed \(seed)")
        }
    }

    @Test("A cart is exactly what was sold only if it contains nothing else")
    func exactly() {
        #expect(Purchase.Cart([line("a"), line("a")])?.isExactly(line("a", 2)) == true)
        for other in [
            Purchase.Cart([line("a")]), Purchase.Cart([line("a", 3)]), Purchase.Cart([line("b", 2)]),
            Purchase.Cart([line("a", 2), line("b")]),
            Purchase.Cart([line("a", 2)], others: 1), Purchase.Cart([line("a", 2), line("")]),
            Purchase.Cart([], others: 1),
            Purchase.Cart((0..<300).map { line("a\($0)", 2) }),
        ] {
            #expect(other?.isExactly(line("a", 2)) == false, "\(String(describing: other))")
        }
    }

    @Test("A cart without lines is nil")
    func empty() {
        #expect(Purchase.Cart([]) == nil && Purchase.Cart([], others: -1) == nil)
    }

    @Test("A cart can be encoded and decoded again")
    func written() {
        #expect(Purchase.Cart([line("b", 2), line("a")])?.description == "1 × a, 2 × b")
        #expect(Purchase.Cart([line("a")], others: 2)?.description == "1 × a and 2 more")
        #expect(Purchase.Cart([], others: 2)?.description == "2 that can't be read")
    }

    @Test("The largest cart fits into a ledger's row")
    func bounded() throws {
        let longest = String(repeating: "\"", count: 253)
        let lines = (0..<5000).map { line(longest + "\(10 + $0 % 90)", .max) }
        let cart = try #require(Purchase.Cart(lines, others: .max))
        #expect(cart.others == .max)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let fact = Purchase.Fact.bought(payment: longest + "12", cart)
        let written = try encoder.encode(fact)
        #expect(written.count <= 2000)
        let read = try JSONDecoder().decode(Purchase.Fact.self, from: written)
        #expect(read == fact)
    }
}
