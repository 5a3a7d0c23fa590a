import Faregate
import FaregateTesting
import Foundation
import TestSupport
import Testing

@Suite("A moment as text")
struct TimestampTests {
    private func reread(_ moment: Timestamp) throws -> Timestamp {
        try JSONDecoder().decode([Timestamp].self, from: JSONEncoder().encode([moment]))[0]
    }

    @Test("A moment is parsed from its text to the millisecond")
    func roundTrip() throws {
        for milliseconds in Int64(0)..<2000 {
            let moment = Timestamp(rawValue: 1_790_000_000_000 + milliseconds)
            #expect(Timestamp(moment.description) == moment)
        }
        #expect(try reread(Timestamp(rawValue: 1_790_000_000_007)).rawValue == 1_790_000_000_007)
    }

    @Test("Any moment can be encoded as JSON and decoded again")
    func anyTime() throws {
        var random = SeededGenerator(seed: seed)
        let random64 = (0..<2000).map { _ in Int64.random(in: .min ... .max, using: &random) >> Int64.random(in: 0...40)
        }
        for number in random64 + [.min, .min + 1, -1, 0, 1, .max - 1, .max] {
            let moment = Timestamp(rawValue: number)
            #expect(try reread(moment) == moment, "seed \(seed)")
        }
    }

    @Test(
        "A moment's text has the form of RFC 3339",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (1_790_000_000_001, "2026-09-21T14:13:20.001Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"), (253_402_300_800_000, "+10000-01-01T00:00:00.000Z"),
            (-62_135_596_800_000, "0001-01-01T00:00:00.000Z"), (-62_167_219_200_001, "-0001-12-31T23:59:59.999Z"),
            (.max, "never"),
        ] as [(Int64, String)]
    )
    func written(milliseconds: Int64, text: String) {
        #expect(Timestamp(rawValue: milliseconds).description == text)
    }

    @Test("A moment's text is the one that Foundation writes")
    func foundation() {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<2000 {
            // Full seconds, because Foundation truncates some milliseconds.
            let seconds = Int64.random(in: -2_000_000_000...10_000_000_000, using: &random)
            let expected = Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
            #expect(Timestamp(rawValue: seconds * 1000).description.replacing(".000Z", with: "Z") == expected)
        }
    }

    @Test(
        "A moment is parsed with fractions and offsets",
        arguments: [
            ("2026-09-21T14:13:20Z", 1_790_000_000_000), ("2026-09-21T14:13:20.5Z", 1_790_000_000_500),
            ("2026-09-21T14:13:20.007999Z", 1_790_000_000_007), ("2026-09-21T16:13:20+02:00", 1_790_000_000_000),
            ("2026-09-21T03:43:20.001-10:30", 1_790_000_000_001),
        ] as [(String, Int64)]
    )
    func read(text: String, milliseconds: Int64) {
        #expect(Timestamp(text)?.rawValue == milliseconds)
    }

    @Test(
        "A text in any other form is refused",
        arguments: [
            "", "never", "2026-09-21", "2026-09-21T14:13:20", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z",
            "2026-01-01T00:00:60Z", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00Z ", " 2026-01-01T00:00:00Z",
            "2026-01-01T00:00:00ZZ", "26-01-01T00:00:00Z", "2026-1-1T00:00:00Z", "+2026-01-01T00:00:00Z",
            "2026-01-01T00:00:00+1:00", "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00\u{301}Z",
            "２０２６-01-01T00:00:00Z", "+999999999-01-01T00:00:00Z", "99999999999999999999-01-01T00:00:00Z",
        ]
    )
    func refused(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test("Arithmetic with moments never traps")
    func extremes() {
        let (first, last) = (Timestamp(rawValue: .min), Timestamp.never)
        #expect(first.advanced(byMilliseconds: -1) == first)
        #expect(Timestamp(rawValue: .max - 1).advanced(byMilliseconds: 5) == last)
        #expect(last.milliseconds(since: first) == .max)
        #expect(first.milliseconds(since: last) == .min)
        #expect(Timestamp(Date.distantFuture).rawValue == 64_092_211_200_000)
        #expect(Timestamp(Date(timeIntervalSince1970: .infinity)) == last)
        #expect(Timestamp(Date(timeIntervalSince1970: -1e300)) == first)
    }
}
