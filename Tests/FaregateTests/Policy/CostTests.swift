import Faregate
import Testing

@Suite("A cost by units")
struct CostTests {
    private func cost(_ base: Credits, _ units: [String: String]) throws -> Cost {
        Cost(base: base, units: try units.mapValues { try Ratio(parsing: $0) })
    }

    @Test(
        "is summed exactly and rounded up once",
        arguments: [
            (["in": "1/1000", "out": "4/1000"], ["in": 1, "out": 1], 1),
            (["in": "1/1000", "out": "4/1000"], ["in": 1000, "out": 250], 2),
            (["in": "1/1000", "out": "4/1000"], ["in": 1001, "out": 250], 3),
            (["a": "1/3", "b": "1/3", "c": "1/3"], ["a": 1, "b": 1, "c": 1], 1),
            (["a": "1/3", "b": "1/6"], ["a": 1, "b": 1], 1),
            (["a": "1/7", "b": "1/11", "c": "1/13"], ["a": 7, "b": 11, "c": 13], 3),
            (["a": "0.1", "b": "0.2"], ["a": 1, "b": 1], 1),
            (["a": "0.1", "b": "0.2"], ["a": 10, "b": 0], 1),
            (["a": "3"], ["a": 4], 12),
            (["a": "1/1000"], ["a": 0], 0),
            (["a": "9007199254740991"], ["a": 1], 9_007_199_254_740_991),
            (["a": "1/1000000000"], ["a": 9_007_199_254_740_991], 9_007_200),
        ] as [([String: String], Units, Int64)]
    )
    func sums(prices: [String: String], used: Units, expected: Int64) throws {
        #expect(try cost(0, prices).credits(for: used).rawValue == expected)
        #expect(try cost(1, prices).credits(for: used.mapValues { $0 * 0 }).rawValue == 1)
    }

    @Test(
        "refuses what would recharge, overflow, or has no price",
        arguments: [
            ["a": -1], ["a": Int64.min], ["a": Int64.max], ["a": 9_007_199_254_740_992], ["b": 1],
        ] as [Units]
    )
    func refusals(used: Units) throws {
        #expect(throws: InvalidInput.self) { try cost(0, ["a": "1000"]).credits(for: used) }
    }

    @Test("names the unit that was meant")
    func nearest() throws {
        let error = #expect(throws: InvalidInput.self) {
            try cost(0, ["output_tokens": "1"]).credits(for: ["outputtokens": 1])
        }
        #expect(error?.description.contains("output_tokens") == true)
    }

    @Test("beyond the range is refused, also where only the sum is")
    func range() throws {
        let price = try cost(.max, ["a": "1"])
        #expect(try price.credits(for: ["a": 0]) == .max)
        #expect(throws: InvalidInput.self) { try price.credits(for: ["a": 1]) }
    }

    @Test(
        "reads ratios exactly",
        arguments: [
            ("4/1000", 1, 250), ("0.004", 1, 250), ("3", 3, 1), ("0", 0, 1), ("0.000000001", 1, 1_000_000_000),
        ] as [(String, Int64, Int64)]
    )
    func ratios(text: String, numerator: Int64, denominator: Int64) throws {
        let ratio = try Ratio(parsing: text)
        #expect(ratio.numerator == numerator && ratio.denominator == denominator)
    }

    @Test(
        "refuses what is no ratio",
        arguments: [
            "", "/", "1/", "/2", "1/0", "-1", "-1/2", "1/-2", "1.", ".5", "1.2.3", "1/2/3", "1e3", "0.0000000001", " 1",
            "٣",
            "9007199254740992", "1/1000000001",
        ]
    )
    func noRatios(text: String) {
        #expect(throws: InvalidInput.self) { try Ratio(parsing: text) }
    }

    @Test("agrees with plain fractions on random prices and uses")
    func random() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = TestGenerator(seed: seed)
        for _ in 0..<2000 {
            var prices: [String: Ratio] = [:], used: Units = [:]
            var numerator: Int128 = 0, denominator: Int128 = 1
            for unit in ["a", "b", "c"] {
                let (n, d) = (Int64.random(in: 0...50, using: &random), Int64.random(in: 1...60, using: &random))
                let amount = Int64.random(in: 0...100_000, using: &random)
                prices[unit] = try Ratio(n, d)
                used[unit] = amount
                numerator = numerator * Int128(d) + Int128(n) * Int128(amount) * denominator
                denominator *= Int128(d)
            }
            let expected = Int64((numerator + denominator - 1) / denominator)
            #expect(try Cost(base: 0, units: prices).credits(for: used).rawValue == expected, "seed \(seed)")
        }
    }
}

/// SplitMix64.
struct TestGenerator: RandomNumberGenerator {
    var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
