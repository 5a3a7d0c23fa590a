import Faregate
import Foundation
import Testing

@Suite("The text of a local time") struct LocalTimeTests {
    private func text(_ moment: String, _ zone: String) throws -> String {
        let calendar = WindowCalendar(timeZone: try #require(TimeZone(identifier: zone)))
        return calendar.timeText(of: try #require(Timestamp(moment)))
    }

    @Test(
        "It has the offset that the clocks had, and is read back as the same second",
        arguments: [
            ("2025-10-26T00:59:59.999Z", "Europe/Oslo", "2025-10-26T02:59:59+02:00"),
            ("2025-10-26T01:00:00Z", "Europe/Oslo", "2025-10-26T02:00:00+01:00"),
            ("2025-03-30T00:59:59Z", "Europe/Oslo", "2025-03-30T01:59:59+01:00"),
            ("2025-03-30T01:00:00Z", "Europe/Oslo", "2025-03-30T03:00:00+02:00"),
            ("2025-01-01T02:00:00Z", "America/St_Johns", "2024-12-31T22:30:00-03:30"),
            ("2025-01-01T02:00:00Z", "Asia/Kathmandu", "2025-01-01T07:45:00+05:45"),
            ("2025-01-01T02:00:00Z", "UTC", "2025-01-01T02:00:00Z"),
            ("1880-01-01T00:00:00Z", "Europe/Amsterdam", "1880-01-01T00:00:00Z"),
            ("+10000-01-01T00:00:00Z", "Europe/Oslo", "+10000-01-01T00:00:00Z"),
        ])
    func offset(moment: String, zone: String, expected: String) throws {
        #expect(try text(moment, zone) == expected)
        let whole = try #require(Timestamp(moment)).rawValue / 1000 * 1000
        #expect(Timestamp(expected)?.rawValue == whole)
    }

    @Test(
        "A day is the local one, also around midnight",
        arguments: [
            ("2026-11-20T22:59:59Z", "2026-11-20"), ("2026-11-20T23:00:00Z", "2026-11-21"),
            ("2026-11-21T22:59:59.999Z", "2026-11-21"),
        ])
    func day(moment: String, expected: String) throws {
        let calendar = WindowCalendar(timeZone: try #require(TimeZone(identifier: "Europe/Oslo")))
        #expect(calendar.dayText(of: try #require(Timestamp(moment))) == expected)
    }

    @Test("The time that never comes is written as \"never\"")
    func never() {
        #expect(WindowCalendar(timeZone: .gmt).timeText(of: .never) == "never")
        #expect(WindowCalendar(timeZone: .gmt).zoneName == "UTC")
    }
}
