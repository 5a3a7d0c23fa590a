import Faregate
import Foundation
import Testing

@Suite("The periods of a plan")
struct PlanScheduleTests {
    private let oslo: WindowCalendar
    private let month = PlanGrant(credits: 100, every: .month)

    init() throws {
        oslo = WindowCalendar(timeZone: try #require(TimeZone(identifier: "Europe/Oslo")))
    }

    private func moment(_ text: String) throws -> Timestamp { Timestamp(try Date(text, strategy: .iso8601)) }

    private func starts(_ grant: PlanGrant, since anchor: String, at moments: [String]) throws -> [String] {
        try moments.map { text in
            let period = try #require(grant.period(containing: moment(text), since: moment(anchor), in: oslo))
            return "\(period.number) \(period.range.lowerBound)"
        }
    }

    @Test("begin on the anchor's day, the 31st clamped to the month's end and never moved by it")
    func day31() throws {
        let found = try starts(
            month,
            since: "2026-01-31T12:00:00Z",
            at: [
                "2026-02-01T00:00:00Z", "2026-02-28T12:00:00Z", "2026-03-31T10:59:59Z", "2026-03-31T11:00:00Z",
                "2028-02-29T12:00:00Z",
            ]
        )
        #expect(
            found == [
                "0 2026-01-31T12:00:00.000Z", "1 2026-02-28T12:00:00.000Z", "1 2026-02-28T12:00:00.000Z",
                "2 2026-03-31T11:00:00.000Z", "25 2028-02-29T12:00:00.000Z",
            ]
        )
    }

    @Test("keep the local time through daylight saving")
    func daylightSaving() throws {
        let day = PlanGrant(credits: 1, every: .day)
        let found = try starts(
            day,
            since: "2026-03-27T23:30:00Z",
            at: ["2026-03-29T10:00:00Z", "2026-03-30T10:00:00Z"]
        )
        #expect(found == ["1 2026-03-28T23:30:00.000Z", "2 2026-03-29T22:30:00.000Z"])
    }

    @Test("of a leap day are on February 28 in other years")
    func leapDay() throws {
        let year = PlanGrant(credits: 1, every: .year)
        let found = try starts(
            year,
            since: "2024-02-29T12:00:00Z",
            at: [
                "2025-02-28T11:59:59Z", "2025-02-28T12:00:00Z",
                "2028-02-29T12:00:00Z",
            ]
        )
        #expect(found == ["0 2024-02-29T12:00:00.000Z", "1 2025-02-28T12:00:00.000Z", "4 2028-02-29T12:00:00.000Z"])
    }

    @Test("before the anchor are the first")
    func before() throws {
        #expect(
            try starts(month, since: "2026-06-01T00:00:00Z", at: ["2020-01-01T00:00:00Z"]).first?.hasPrefix("0 ")
                == true
        )
    }

    @Test("of a grant that is made once there are none")
    func once() throws {
        let once = PlanGrant(credits: 1, every: .once)
        #expect(
            once.period(
                containing: try moment("2026-06-01T00:00:00Z"),
                since: try moment("2026-05-01T00:00:00Z"),
                in: oslo
            ) == nil
        )
    }

    @Test("contain their moment and follow on one another", arguments: [PlanGrant.Period.day, .week, .month, .year])
    func follow(every: PlanGrant.Period) throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = TestGenerator(seed: seed)
        let grant = PlanGrant(credits: 1, every: every)
        for _ in 0..<100 {
            let anchor = Timestamp(rawValue: Int64.random(in: 1_500_000_000_000...1_900_000_000_000, using: &random))
            let now = anchor.advanced(byMilliseconds: Int64.random(in: 0...200_000_000_000, using: &random))
            let period = try #require(grant.period(containing: now, since: anchor, in: oslo))
            #expect(period.range.contains(now), "seed \(seed)")
            let next = try #require(grant.period(containing: period.range.upperBound, since: anchor, in: oslo))
            #expect(
                next.number == period.number + 1 && next.range.lowerBound == period.range.upperBound,
                "seed \(seed)"
            )
        }
    }

    @Test(
        "carry over at most the rollover, also through periods that nobody saw",
        arguments: [
            (100, 50, 30, 1, 30), (100, 50, 80, 1, 50), (100, 50, 0, 1, 0), (100, 50, 0, 2, 50), (10, 50, 0, 2, 10),
            (10, 50, 5, 3, 25), (10, 50, 5, 100, 50), (10, 0, 5, 3, 0), (9_007_199_254_740_991, 50, 5, 1_000_000, 50),
        ] as [(Int64, Int64, Int64, Int, Int64)]
    )
    func rollover(credits: Int64, rollover: Int64, leftover: Int64, periods: Int, expected: Int64) throws {
        let grant = PlanGrant(
            credits: try #require(Credits(rawValue: credits)),
            every: .month,
            rollover: try #require(Credits(rawValue: rollover))
        )
        let left = try #require(Credits(rawValue: leftover))
        #expect(grant.rolledOver(left, periodsAgo: periods).rawValue == expected)
        guard credits < 1000 else { return }
        var carried = min(rollover, leftover)
        for _ in 1..<periods { carried = min(rollover, credits + carried) }
        #expect(carried == expected, "period by period")
    }
}
