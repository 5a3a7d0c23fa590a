import Faregate
import Foundation
import Testing

@Suite("A price per unit")
struct RatioTests {
    @Test(
        "A price per unit is parsed exactly, in lowest terms",
        arguments: [
            ("0", 0, 1), ("3", 3, 1), ("4/1000", 1, 250), ("0/7", 0, 1), ("10/4", 5, 2), ("0.25", 1, 4), ("0.5", 1, 2),
            ("1.0", 1, 1), ("0.1", 1, 10), ("12.345", 2469, 200), ("0.000000001", 1, 1_000_000_000),
            ("9007199254740991", 9_007_199_254_740_991, 1), ("1/9007199254740991", 1, 9_007_199_254_740_991),
            ("9007199254740991.000000000", 9_007_199_254_740_991, 1), ("4503599627370495.5", 9_007_199_254_740_991, 2),
            ("9007199254740990/9007199254740990", 1, 1), ("04/08", 1, 2),
        ] as [(String, Int64, Int64)]
    )
    func parsing(text: String, numerator: Int64, denominator: Int64) throws {
        let ratio = try Ratio(parsing: text)
        #expect(ratio.numerator == numerator)
        #expect(ratio.denominator == denominator)
        #expect(ratio == (try Ratio(parsing: ratio.description)))
    }

    @Test(
        "A price per unit in any other form is refused",
        arguments: [
            "", " ", "1/0", "0/0", "-1", "-0", "1/-2", "-1/2", "+1", "1/", "/1", "1//2", "1/2/3", "1 / 2", "0.", ".5",
            "0.0000000001", "1e3", "NaN", "1.5/2", "0x10", "٣", "1,5", "9007199254740992", "1/9007199254740992",
            "9007199254740991.5", "99999999999999999999", "1/99999999999999999999",
        ]
    )
    func refusing(_ text: String) {
        #expect(throws: InvalidInput.self) { try Ratio(parsing: text) }
    }

    @Test(
        "A price per unit with numbers out of range is refused",
        arguments: [(1, 0), (-1, 1), (1, -1), (1 << 53, 1), (1, 1 << 53)])
    func range(numerator: Int64, denominator: Int64) {
        #expect(throws: InvalidInput.self) { try Ratio(numerator, denominator) }
    }

    @Test("A price per unit can be encoded as JSON and decoded again, and invalid JSON is refused")
    func json() throws {
        let ratios = [try Ratio(4, 1000), try Ratio(3)]
        let data = try JSONEncoder().encode(ratios)
        #expect(String(decoding: data, as: UTF8.self) == #"["1\/250","3"]"#)
        #expect(try JSONDecoder().decode([Ratio].self, from: data) == ratios)
        #expect(throws: InvalidInput.self) { try JSONDecoder().decode([Ratio].self, from: Data(#"["1/0"]"#.utf8)) }
    }
}
