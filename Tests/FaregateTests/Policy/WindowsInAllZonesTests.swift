import Faregate
import FaregateTesting
import Foundation
import TestSupport
import Testing

@Suite("Calendar windows in every time zone")
struct WindowsInAllZonesTests {
    /// Windows as computed for the first call of a process, without a cache.
    private func window(_ unit: Policy.Limit.CalendarUnit, _ moment: Timestamp, _ zone: TimeZone) -> Range<Timestamp> {
        WindowCalendar(timeZone: zone).window(unit, containing: moment)
    }

    @Test("The window of a week in Nuuk is found just after its clocks have changed")
    func nuuk() throws {
        let zone = try #require(TimeZone(identifier: "America/Nuuk"))
        let now = try #require(Timestamp("2026-04-01T00:10:00Z"))
        let week = window(.week, now, zone)
        #expect(week.contains(now))
        // From Monday, 30 March, to Monday, 6 April, an hour behind UTC.
        #expect(week.lowerBound == Timestamp("2026-03-30T01:00:00Z"))
        #expect(week.upperBound == Timestamp("2026-04-06T01:00:00Z"))
    }

    @Test(
        "Windows follow each other without gaps around the clock changes of each zone",
        arguments: Depth.sample(TimeZone.zonesByName, quick: 50))
    func contiguous(_ name: String) throws {
        let zone = try #require(TimeZone(identifier: name))
        for change in sample(zone.changes(fromYear: 1970, toYear: 2100), of: name, in: zone) {
            for unit in Policy.Limit.CalendarUnit.allCases {
                // On either side of the change, and at a moment when no clock ever changes.
                for moment: Int64 in [-1, 0, 12_345_678] { check(unit, at: change + moment, zone) }
            }
        }
        var random = SeededGenerator(seed: seed)
        for _ in 0..<3 {
            let moment = Int64.random(in: 0...4_102_444_800_000, using: &random)
            for unit in Policy.Limit.CalendarUnit.allCases { check(unit, at: moment, zone) }
        }
    }

    /// All unusual changes, and a sample of the others: a zone with daylight saving time has 260.
    private func sample(_ changes: [Int64], of name: String, in zone: TimeZone) -> [Int64] {
        var random = SeededGenerator(seed: UInt64(name.utf8.reduce(7) { ($0 &* 31 &+ Int($1)) & 0xFFFF_FFFF }))
        let usual = changes.filter { abs(zone.offset($0) - zone.offset($0 - 1)) == 3_600_000 }
        let unusual = Set(changes).subtracting(usual)
        return unusual.sorted() + usual.shuffled(using: &random).prefix(4)
    }

    private func check(_ unit: Policy.Limit.CalendarUnit, at moment: Int64, _ zone: TimeZone) {
        let now = Timestamp(rawValue: moment)
        let found = window(unit, now, zone)
        let name = "\(zone.identifier), \(unit.rawValue) at \(now): \(found)"
        #expect(found.contains(now), "\(name)")
        #expect(window(unit, found.lowerBound, zone) == found, "\(name)")
        #expect(window(unit, found.upperBound.advanced(byMilliseconds: -1), zone) == found, "\(name)")
        #expect(window(unit, found.upperBound, zone).lowerBound == found.upperBound, "\(name)")
        let before = window(unit, found.lowerBound.advanced(byMilliseconds: -1), zone)
        #expect(before.upperBound == found.lowerBound, "\(name)")
        #expect(isBeginning(found.lowerBound.rawValue, of: unit, zone), "\(name)")
    }

    /// A window begins at the right local time, or at a change of the clocks.
    private func isBeginning(_ start: Int64, of unit: Policy.Limit.CalendarUnit, _ zone: TimeZone) -> Bool {
        if zone.offset(start) != zone.offset(start - 1) { return true }
        let local = start + zone.offset(start)
        let day = Int64(86_400_000)
        return switch unit {
        case .minute: local % 60_000 == 0
        case .hour: local % 3_600_000 == 0
        case .day: local % day == 0
        // 1970-01-05 was a Monday.
        case .week: local % (7 * day) == 4 * day
        case .month: Timestamp(rawValue: local).description.contains("-01T00:00:00.000Z")
        case .year: Timestamp(rawValue: local).description.contains("-01-01T00:00:00.000Z")
        }
    }

    @Test("Every moment has a window", arguments: Policy.Limit.CalendarUnit.allCases)
    func extremes(_ unit: Policy.Limit.CalendarUnit) {
        let moments: [Int64] = [
            .min, .min + 1, -62_135_596_800_001, -62_135_596_800_000, 253_402_300_799_999, .max - 1,
        ]
        for moment in moments {
            let found = window(unit, Timestamp(rawValue: moment), .gmt)
            #expect(found.contains(Timestamp(rawValue: moment)))
        }
        #expect(window(unit, .never, .gmt).upperBound == .never)
    }
}

extension TimeZone {
    fileprivate static let zonesByName = TimeZone.knownTimeZoneIdentifiers.sorted()

    fileprivate func offset(_ milliseconds: Int64) -> Int64 {
        let seconds = Double(milliseconds >> 63 == 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000)
        return Int64(secondsFromGMT(for: Date(timeIntervalSince1970: seconds))) * 1000
    }

    /// The first millisecond of every new offset, found by sampling every three weeks: no zone changes back in less
    /// time.
    fileprivate func changes(fromYear first: Int64, toYear last: Int64) -> [Int64] {
        let step: Int64 = 21 * 86_400_000
        let year: Int64 = 31_556_952_000
        var found: [Int64] = []
        var before = offset((first - 1970) * year)
        for moment in stride(from: (first - 1970) * year + step, to: (last - 1970) * year, by: Int64.Stride(step)) {
            let after = offset(moment)
            if after != before { found.append(change(to: after, from: moment - step, until: moment)) }
            before = after
        }
        return found
    }

    private func change(to offset: Int64, from start: Int64, until end: Int64) -> Int64 {
        var (before, found) = (start, end)
        while found - before > 1 {
            let middle = before + (found - before) / 2
            if self.offset(middle) == offset { found = middle } else { before = middle }
        }
        return found
    }
}
