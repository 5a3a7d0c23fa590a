import Faregate
import FaregateTesting
import Foundation
import TestSupport
import Testing

@Suite("The period of a recurring grant")
struct PlanScheduleTests {
    private static let periods: [Policy.Plan.Grant.Period] = [
        .once, .day, .week, .month, .quarter, .year, .days(14), .days(3650), .months(5), .months(120),
    ]

    private func calendar(_ zone: String) throws -> WindowCalendar {
        WindowCalendar(timeZone: try #require(TimeZone(identifier: zone)))
    }

    private func moment(_ text: String) throws -> Timestamp { Timestamp(try Date(text, strategy: .iso8601)) }

    private func grant(_ every: Policy.Plan.Grant.Period, rollover: Credits = 0) -> Policy.Plan.Grant {
        let location = Policy.Location(file: "p", line: 1, column: 1)
        return Policy.Plan.Grant(credits: 100, every: every, rollover: rollover, location: location)
    }

    @Test(
        "A period begins on the account's own anniversary, by the local clock",
        arguments: [
            // Day 31: clamped to the month's end, and back to 31.
            ("UTC", .month, "2026-01-31T10:00:00Z", "2026-02-28T09:59:59Z", 0, "2026-01-31T10:00:00Z"),
            ("UTC", .month, "2026-01-31T10:00:00Z", "2026-02-28T10:00:00Z", 1, "2026-02-28T10:00:00Z"),
            ("UTC", .month, "2026-01-31T10:00:00Z", "2026-03-31T09:59:59Z", 1, "2026-02-28T10:00:00Z"),
            ("UTC", .month, "2026-01-31T10:00:00Z", "2026-03-31T10:00:00Z", 2, "2026-03-31T10:00:00Z"),
            ("UTC", .month, "2026-01-31T10:00:00Z", "2026-05-01T00:00:00Z", 3, "2026-04-30T10:00:00Z"),
            ("UTC", .month, "2028-01-31T10:00:00Z", "2028-02-29T12:00:00Z", 1, "2028-02-29T10:00:00Z"),
            // Several days, weeks or months.
            ("UTC", .quarter, "2026-01-31T10:00:00Z", "2026-04-30T09:59:59Z", 0, "2026-01-31T10:00:00Z"),
            ("UTC", .quarter, "2026-01-31T10:00:00Z", "2026-07-31T10:00:00Z", 2, "2026-07-31T10:00:00Z"),
            ("UTC", .months(5), "2025-09-30T10:00:00Z", "2026-02-28T10:00:00Z", 1, "2026-02-28T10:00:00Z"),
            ("UTC", .days(10), "2026-01-31T10:00:00Z", "2026-02-20T09:59:59Z", 1, "2026-02-10T10:00:00Z"),
            ("UTC", .days(14), "2026-01-31T10:00:00Z", "2026-02-28T10:00:00Z", 2, "2026-02-28T10:00:00Z"),
            // Leap day.
            ("UTC", .year, "2024-02-29T00:00:00Z", "2025-02-27T23:59:59Z", 0, "2024-02-29T00:00:00Z"),
            ("UTC", .year, "2024-02-29T00:00:00Z", "2025-02-28T00:00:00Z", 1, "2025-02-28T00:00:00Z"),
            ("UTC", .year, "2024-02-29T00:00:00Z", "2028-02-28T23:59:59Z", 3, "2027-02-28T00:00:00Z"),
            ("UTC", .year, "2024-02-29T00:00:00Z", "2028-02-29T00:00:00Z", 4, "2028-02-29T00:00:00Z"),
            ("UTC", .year, "2096-02-29T00:00:00Z", "2100-12-31T00:00:00Z", 4, "2100-02-28T00:00:00Z"),
            // Summer time in Oslo: noon stays noon.
            ("Europe/Oslo", .day, "2026-03-28T11:00:00Z", "2026-03-29T10:00:00Z", 1, "2026-03-29T10:00:00Z"),
            ("Europe/Oslo", .day, "2026-03-28T11:00:00Z", "2026-03-29T09:59:59Z", 0, "2026-03-28T11:00:00Z"),
            ("Europe/Oslo", .week, "2026-03-26T11:00:00Z", "2026-04-02T10:00:00Z", 1, "2026-04-02T10:00:00Z"),
            ("Europe/Oslo", .month, "2026-01-31T11:00:00Z", "2026-07-31T10:00:00Z", 6, "2026-07-31T10:00:00Z"),
            ("Europe/Oslo", .day, "2026-10-24T10:00:00Z", "2026-10-25T10:59:59Z", 0, "2026-10-24T10:00:00Z"),
            ("Europe/Oslo", .day, "2026-10-24T10:00:00Z", "2026-10-25T11:00:00Z", 1, "2026-10-25T11:00:00Z"),
            // Half past two doesn't exist on 29 March: it becomes half past three. It occurs twice on 25 October: the
            // first counts.
            ("Europe/Oslo", .day, "2026-03-28T01:30:00Z", "2026-03-29T12:00:00Z", 1, "2026-03-29T01:30:00Z"),
            ("Europe/Oslo", .day, "2026-03-28T01:30:00Z", "2026-03-30T12:00:00Z", 2, "2026-03-30T00:30:00Z"),
            ("Europe/Oslo", .day, "2026-10-24T00:30:00Z", "2026-10-25T12:00:00Z", 1, "2026-10-25T00:30:00Z"),
            // The second of the two, itself an anchor.
            ("Europe/Oslo", .day, "2026-10-25T01:30:00Z", "2026-10-25T01:30:00Z", 0, "2026-10-25T01:30:00Z"),
            // 31 January in Auckland is the 30th in Greenwich.
            ("Pacific/Auckland", .month, "2026-01-30T12:00:00Z", "2026-02-28T00:00:00Z", 1, "2026-02-27T12:00:00Z"),
            // Anchors long ago, and before the epoch.
            ("UTC", .day, "1996-02-29T00:00:00Z", "2026-11-21T23:00:00Z", 11_223, "2026-11-21T00:00:00Z"),
            ("UTC", .week, "1969-12-31T23:00:00Z", "1970-01-07T23:00:00Z", 1, "1970-01-07T23:00:00Z"),
        ] as [(String, Policy.Plan.Grant.Period, String, String, Int, String)]
    )
    func anniversaries(
        zone: String, every: Policy.Plan.Grant.Period, anchor: String, now: String, number: Int, start: String
    )
        throws
    {
        let calendar = try calendar(zone)
        let period = grant(every).period(containing: try moment(now), since: try moment(anchor), in: calendar)
        #expect(period.number == number)
        #expect(period.range.lowerBound == (try moment(start)))
        #expect(period.range.contains(try moment(now)))
    }

    @Test("A moment before the anchor is in the first period", arguments: PlanScheduleTests.periods)
    func before(every: Policy.Plan.Grant.Period) throws {
        let anchor = try moment("2026-11-21T09:00:00Z")
        let early = grant(every).period(
            containing: try moment("2020-01-01T00:00:00Z"),
            since: anchor,
            in: try calendar("Europe/Oslo")
        )
        #expect(early.number == 0)
        #expect(early.range.lowerBound == anchor)
        #expect(early.range.upperBound > anchor)
    }

    @Test("The period of a grant that is made once never ends")
    func once() throws {
        let anchor = try moment("2026-11-21T09:00:00Z")
        let period = grant(.once).period(
            containing: try moment("2126-01-01T00:00:00Z"),
            since: anchor,
            in: try calendar("UTC")
        )
        #expect(period == Policy.Plan.Period(number: 0, range: anchor..<Timestamp.never))
    }

    @Test("The period of any moment can be computed", arguments: PlanScheduleTests.periods)
    func extremes(every: Policy.Plan.Grant.Period) throws {
        let ends = [Timestamp(rawValue: .min), Timestamp(rawValue: 0), .never]
        let calendar = try calendar("Europe/Oslo")
        for anchor in ends {
            for now in ends {
                #expect(grant(every).period(containing: now, since: anchor, in: calendar).number >= 0)
            }
        }
    }

    @Test(
        "The computed period is the one found by counting from the anchor",
        arguments: [
            "Europe/Oslo", "America/New_York", "Pacific/Apia", "Australia/Lord_Howe", "Asia/Kolkata",
            "America/Sao_Paulo",
        ]
    )
    func random(zone: String) throws {
        var random = SeededGenerator(seed: seed)
        let calendar = try calendar(zone)
        for _ in 0..<Depth.of(quick: 20, thorough: 60) {
            let every = try #require(
                [.day, .week, .month, .quarter, .year, .days(10), .months(5)].randomElement(using: &random)
                    as Policy.Plan.Grant.Period?)
            // 2000 to 2030: Apia skips a whole day in 2011.
            let anchor = Timestamp(rawValue: Int64.random(in: 946_684_800_000...1_893_456_000_000, using: &random))
            let span: Int64 = every == .day ? 86_400_000 * 400 : 86_400_000 * 4000
            let now = anchor.advanced(byMilliseconds: Int64.random(in: -span / 10...span, using: &random))
            let (number, range) = counted(every, from: anchor, to: now, calendar)
            let period = grant(every).period(containing: now, since: anchor, in: calendar)
            #expect(period.number == number, "seed \(seed): \(every) since \(anchor) at \(now) in \(zone)")
            #expect(period.range == range, "seed \(seed): \(every) since \(anchor) at \(now) in \(zone)")
        }
    }

    /// Lists periods one after the other, each found by Foundation's calendar: the same local time on the day that it
    /// returns.
    private func counted(
        _ every: Policy.Plan.Grant.Period,
        from anchor: Timestamp,
        to now: Timestamp,
        _ calendar: WindowCalendar
    ) -> (Int, Range<Timestamp>) {
        var number = 0
        while start(number + 1, every, anchor, calendar.timeZone) <= now { number += 1 }
        let start = number == 0 ? anchor : start(number, every, anchor, calendar.timeZone)
        return (number, start..<self.start(number + 1, every, anchor, calendar.timeZone))
    }

    private func start(_ number: Int, _ every: Policy.Plan.Grant.Period, _ anchor: Timestamp, _ zone: TimeZone)
        -> Timestamp
    {
        let (component, length): (Calendar.Component, Int) =
            switch every {
            case .once: (.day, 1)
            case .days(let length): (.day, length)
            case .months(let length): (.month, length)
            }
        // Finds the date in a calendar without clock changes, then the local time on that date.
        var plain = Calendar(identifier: .gregorian)
        plain.timeZone = .gmt
        let local = anchor.date.addingTimeInterval(Double(zone.secondsFromGMT(for: anchor.date)))
        guard let target = plain.date(byAdding: component, value: number * length, to: local) else { return .never }
        let times = stride(from: -26.0, through: 26, by: 0.25).map { target.addingTimeInterval($0 * 3600) }
        let fitting = times.first {
            abs($0.addingTimeInterval(Double(zone.secondsFromGMT(for: $0))).timeIntervalSince(target)) < 0.0005
        }
        if let fitting { return Timestamp(fitting) }
        // Skipped: use the offset of the day before.
        let offset = zone.secondsFromGMT(for: target.addingTimeInterval(-86_400))
        return Timestamp(target.addingTimeInterval(-Double(offset)))
    }

    @Test(
        "A period is written in one way, whatever the file says",
        arguments: [
            ("7d", "week"), ("1w", "week"), ("14d", "2w"), ("10d", "10d"), ("1mo", "month"), ("3mo", "quarter"),
            ("12mo", "year"), ("6mo", "6mo"), ("1d", "day"), ("quarter", "quarter"), ("520w", "520w"),
        ]
    )
    func spelling(written: String, name: String) throws {
        let grant = #"{ "credits": 5, "every": "\#(written)" }"#
        let policy = try Policy(parsing: #"{ "plans": { "p": { "grants": [\#(grant)] } } }"#)
        let read = try #require(policy.plans["p"]?.grants.first)
        #expect(read.every.description == name && read.name == name)
    }

    @Test(
        "Credits can live as long as the longest period, and no longer",
        arguments: [
            ("month", 31), ("2mo", 62), ("quarter", 92), ("4mo", 123), ("6mo", 184), ("11mo", 337), ("year", 366),
            ("14mo", 428), ("2w", 14),
        ]
    )
    func longest(every: String, days: Int) throws {
        func policy(_ days: Int) throws -> Policy {
            let grant = #"{ "credits": 5, "every": "\#(every)", "expires": "\#(days)d" }"#
            return try Policy(parsing: #"{ "plans": { "p": { "grants": [\#(grant)] } } }"#)
        }
        #expect(try policy(days).plans["p"]?.grants.first?.lifetimeMilliseconds == Int64(days) * 86_400_000)
        #expect(throws: Policy.FileError.self) { try policy(days + 1) }
    }

    @Test(
        "Credits expire at the end of their period, or earlier by the lifetime of the grant",
        arguments: [(.month, nil, 31), (.month, 14, 14), (.month, 40, 31), (.once, 14, 14), (.days(3), 3, 3)]
            as [(Policy.Plan.Grant.Period, Int64?, Int64)]
    )
    func expiry(every: Policy.Plan.Grant.Period, lifetimeDays: Int64?, days: Int64) throws {
        let start = try moment("2026-01-01T00:00:00Z")
        let grant = Policy.Plan.Grant(
            credits: 1, every: every, lifetimeMilliseconds: lifetimeDays.map { $0 * 86_400_000 })
        let period = grant.period(containing: start, since: start, in: try calendar("UTC"))
        #expect(grant.expiry(in: period.range) == start.advanced(byMilliseconds: days * 86_400_000))
    }

    // MARK: Rollover

    @Test(
        "Unspent credits roll over into the next period, up to the rollover",
        arguments: [
            (500, 0, 0, 0), (500, 80, 0, 0), (500, 80, 1, 80), (500, 500, 1, 500), (500, 501, 1, 500),
            (500, 0, 1, 0), (500, 0, 2, 100), (500, 80, 2, 180), (500, 450, 2, 500), (500, 0, 5, 400), (500, 0, 6, 500),
            (500, 0, 7, 500), (0, 80, 1, 0), (0, 80, 9, 0), (50, 80, 3, 50), (500, -20, 1, 0), (500, -20, 2, 100),
            (9_007_199_254_740_991, 9_007_199_254_740_991, .max, 9_007_199_254_740_991), (500, 80, -1, 0),
        ] as [(Int64, Int64, Int, Int64)]
    )
    func rollover(most: Int64, leftover: Int64, periods: Int, carried: Int64) throws {
        let grant = grant(.month, rollover: try #require(Credits(rawValue: most)))
        let credits = grant.rolledOver(try #require(Credits(rawValue: leftover)), from: periods)
        #expect(credits.rawValue == carried)
    }

    @Test("Skipped periods roll their credits over, one after the other")
    func randomRollover() throws {
        var random = SeededGenerator(seed: seed)
        let location = Policy.Location(file: "p", line: 1, column: 1)
        for _ in 0..<1000 {
            let credits = Int64.random(in: 1...50, using: &random)
            let most = Int64.random(in: 0...200, using: &random)
            let leftover = Int64.random(in: 0...200, using: &random)
            let periods = Int.random(in: 1...20, using: &random)
            var carried = min(most, leftover)
            for _ in 1..<periods { carried = min(most, credits + carried) }
            let grant = Policy.Plan.Grant(
                credits: try #require(Credits(rawValue: credits)),
                every: .week,
                rollover: try #require(Credits(rawValue: most)),
                location: location
            )
            let result = grant.rolledOver(try #require(Credits(rawValue: leftover)), from: periods)
            #expect(result.rawValue == carried, "seed \(seed)")
        }
    }
}
