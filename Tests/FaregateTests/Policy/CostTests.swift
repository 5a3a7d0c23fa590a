import Faregate
import FaregateTesting
import Foundation
import TestSupport
import Testing

@Suite("A cost")
struct CostTests {
    private let most = Credits.max.rawValue

    private func cost(_ base: Credits, _ units: [String: String]) throws -> Policy.Cost {
        try Policy.Cost(base: base, units: units.mapValues { try Ratio(parsing: $0) })
    }

    @Test(
        "A cost is summed first and rounded up once",
        arguments: [
            ([:], 1), (["in": 0], 1), (["in": 1], 2), (["in": 1000], 2), (["in": 1001], 3), (["out": 250], 2),
            (["out": 251], 3),
            // Half a credit each: rounded one by one, the sum would be two.
            (["in": 500, "out": 125], 2), (["in": 500, "out": 126], 3), (["in": 999, "out": 0], 2),
            (["in": 1200, "out": 812], 6),
        ] as [(Units, Credits)]
    )
    func sum(units: Units, credits: Credits) throws {
        let chat = try cost(1, ["in": "1/1000", "out": "4/1000"])
        #expect(try chat.credits(for: units) == credits)
        #expect(!chat.isFixed)
    }

    @Test(
        "A cost with a minimum never costs less",
        arguments: [([:], 5), (["in": 4000], 5), (["in": 4001], 6)] as [(Units, Credits)]
    )
    func minimum(units: Units, credits: Credits) throws {
        let cost = try Policy.Cost(base: 1, units: ["in": Ratio(1, 1000)], minimum: 5)
        #expect(try cost.credits(for: units) == credits)
        #expect("\(cost)" == "1 + 0.001 per in, at least 5")
        #expect(try cost.accepting(["out"]).credits(for: ["out": 9]) == 5)
    }

    @Test(
        "A factor multiplies the base and the prices per unit, and the sum is still rounded up once",
        arguments: [
            ("1/2", [:], 3), ("1/2", ["in": 1000], 3), ("1/2", ["in": 1001], 4), ("3/2", [:], 8),
            ("3/2", ["in": 334], 9),
            ("1", ["in": 1], 6), ("2", ["in": 500], 11), ("1/10", [:], 1), ("9", [:], 45),
        ] as [(String, Units, Credits)]
    )
    func factor(factor: String, units: Units, credits: Credits) throws {
        let cost = try cost(5, ["in": "1/1000"]).scaled(by: Ratio(parsing: factor))
        #expect(try cost.credits(for: units) == credits)
        #expect(try JSONDecoder().decode(Policy.Cost.self, from: JSONEncoder().encode(cost)) == cost)
    }

    @Test("A factor multiplies the minimum too, rounded up to whole credits")
    func minimumTimesFactor() throws {
        let cost = try Policy.Cost(units: ["in": Ratio(1, 1000)], minimum: 3).scaled(by: Ratio(1, 2))
        #expect("\(cost)" == "0.0005 per in, at least 2")
        #expect(try cost.credits(for: ["in": 1]) == 2)
    }

    @Test("A factor whose product is out of range is refused")
    func factorOutOfRange() throws {
        #expect(throws: InvalidInput.self) { try Policy.Cost(fixed: .max).scaled(by: Ratio(3, 2)) }
        #expect(throws: InvalidInput.self) { try cost(1, ["in": "1/9007199254740991"]).scaled(by: Ratio(1, 2)) }
        #expect(try Policy.Cost(fixed: .max).scaled(by: Ratio(1, 9_007_199_254_740_991)).credits(for: [:]) == 1)
    }

    @Test("A cost of three thirds is one, where floats would make two")
    func thirds() throws {
        let thirds = try cost(0, ["a": "1/3", "b": "1/3", "c": "1/3"])
        #expect(try thirds.credits(for: ["a": 1, "b": 1, "c": 1]) == 1)
        let tenths = try cost(0, ["a": "0.1", "b": "0.2", "c": "0.7"])
        #expect(try tenths.credits(for: ["a": 1, "b": 1, "c": 1]) == 1)
        #expect(try tenths.credits(for: ["a": 1, "b": 1, "c": 2]) == 2)
    }

    @Test("A cost is exact up to the largest amount, and refused beyond it")
    func top() throws {
        let whole = try cost(0, ["u": "1"])
        #expect(try whole.credits(for: ["u": most]) == .max)
        #expect(throws: InvalidInput.self) { try cost(1, ["u": "1"]).credits(for: ["u": most]) }
        #expect(throws: InvalidInput.self) { try cost(0, ["u": "2"]).credits(for: ["u": most]) }
        let nearly = try cost(0, ["u": "9007199254740990/9007199254740991"])
        #expect(try nearly.credits(for: ["u": most]) == Credits(rawValue: most - 1))
        // Products of 106 bits, 32 of them.
        let dearest = try Policy.Cost(
            units: Dictionary(uniqueKeysWithValues: (0..<32).map { ("u\($0)", try Ratio(most)) }))
        let all = Dictionary(uniqueKeysWithValues: (0..<32).map { ("u\($0)", most) })
        #expect(throws: InvalidInput.self) { try dearest.credits(for: all) }
    }

    @Test("A cost of an impossible amount is refused", arguments: [-1, .min, 1 << 53, .max])
    func absurd(amount: Int64) throws {
        #expect(throws: InvalidInput.self) { try cost(1, ["u": "0"]).credits(for: ["u": amount]) }
    }

    @Test("A cost of an unknown unit is refused, and the error names the nearest unit")
    func unknown() throws {
        let chat = try cost(1, ["input_tokens": "1/1000", "output_tokens": "4/1000"])
        let error = #expect(throws: InvalidInput.self) { try chat.credits(for: ["output_token": 1]) }
        #expect(
            error?.description
                == #"there is no price for the unit "output_token"; did you mean "output_tokens"?"#
        )
        #expect(throws: InvalidInput.self) { try (10 as Policy.Cost).credits(for: ["output_tokens": 0]) }
        #expect(throws: InvalidInput.self) { try chat.credits(for: ["": 0]) }
        #expect(throws: InvalidInput.self) { try chat.credits(for: ["a\nb": 0]) }
        let many = Dictionary(uniqueKeysWithValues: (0..<33).map { ("u\($0)", Int64(1)) })
        #expect(throws: InvalidInput.self) { try chat.credits(for: many) }
    }

    @Test("A cost with an invalid base, unit name or common denominator can't be made")
    func invalid() throws {
        #expect(throws: InvalidInput.self) { try Policy.Cost(base: -1) }
        #expect(throws: InvalidInput.self) { try cost(0, ["": "1"]) }
        for name in ["calls", "credits"] {
            #expect(throws: InvalidInput.self) { try cost(0, [name: "1"]) }
        }
        #expect(throws: InvalidInput.self) { try cost(0, ["a": "1/9007199254740881", "b": "1/2"]) }
        let many = Dictionary(uniqueKeysWithValues: (0..<33).map { ("u\($0)", Ratio.zero) })
        #expect(throws: InvalidInput.self) { try Policy.Cost(units: many) }
    }

    @Test("A cost is fixed if no unit has a price")
    func fixed() throws {
        #expect((10 as Policy.Cost).isFixed)
        #expect(try cost(1, ["u": "0"]).isFixed)
        #expect(try (10 as Policy.Cost).credits(for: [:]) == 10)
    }

    @Test("A cost can be encoded as JSON and decoded again, and described in words")
    func json() throws {
        let chat = try cost(1, ["in": "1/1000", "out": "4/1000", "free": "0"])
        #expect(try JSONDecoder().decode(Policy.Cost.self, from: JSONEncoder().encode(chat)) == chat)
        #expect(chat.description == "1 + 0.001 per in + 0.004 per out")
        #expect((10 as Policy.Cost).description == "10")
        let bad = Data(#"{ "base": -1, "units": {} }"#.utf8)
        #expect(throws: InvalidInput.self) { try JSONDecoder().decode(Policy.Cost.self, from: bad) }
    }

    @Test("A cost equals the result of long division")
    func random() throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<2000 {
            // Small enough for a naive common denominator, the product of all.
            let prices = (0..<Int.random(in: 0...4, using: &random)).map { number in
                (
                    name: "u\(number)", numerator: Int64.random(in: 0...50, using: &random),
                    denominator: Int64.random(in: 1...40, using: &random),
                    amount: Int64.random(in: 0...100_000, using: &random)
                )
            }
            let base = Int64.random(in: 0...10, using: &random)
            let common = prices.map(\.denominator).reduce(1, *)
            let sum = prices.reduce(base * common) { $0 + $1.amount * $1.numerator * (common / $1.denominator) }
            let cost = try Policy.Cost(
                base: try #require(Credits(rawValue: base)),
                units: Dictionary(
                    uniqueKeysWithValues: prices.map { ($0.name, try Ratio($0.numerator, $0.denominator)) }
                )
            )
            let units = Dictionary(uniqueKeysWithValues: prices.map { ($0.name, $0.amount) })
            let (whole, rest) = sum.quotientAndRemainder(dividingBy: common)
            #expect(try cost.credits(for: units).rawValue == whole + (rest > 0 ? 1 : 0), "seed \(seed)")
        }
    }
}
