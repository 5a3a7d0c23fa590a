import Faregate
import Testing

@Suite("Credits with a fraction, in words")
struct ExactCreditsTests {
    @Test(
        "A price is shown with up to nine decimals if it ends there, or else as a fraction",
        arguments: [
            (0, 1, 1, "0"), (3, 1, 1, "3"), (4, 1000, 1, "0.004"), (4, 1000, 800, "3.2"), (1, 3, 1, "1/3"),
            (1, 3, 100, "33 1/3"), (1, 1_000_000_000, 1, "0.000000001"), (1, 1_000_000_000, 10, "0.00000001"),
            (1, 1 << 50, 1, "1/1125899906842624"), (2, 6, 5, "1 2/3"), (3, 2, 1, "1.5"), (10, 4, 3, "7.5"),
        ] as [(Int64, Int64, Int64, String)])
    func words(numerator: Int64, denominator: Int64, amount: Int64, text: String) throws {
        #expect(try Ratio(numerator, denominator).price(of: amount).description == text)
    }

    @Test("The exact price is the sum of all terms, and its rounding up is the price")
    func sum() throws {
        let cost = try Policy.Cost(base: 1, units: ["in": Ratio(1, 1000), "out": Ratio(4, 1000), "third": Ratio(1, 3)])
        let units: Units = ["in": 1200, "out": 800, "third": 2]
        let exact = try cost.exactPrice(of: units)
        #expect(exact.description == "6 1/15" && exact.roundedUp == 7)
        #expect(try cost.credits(for: units) == 7)
    }
}
