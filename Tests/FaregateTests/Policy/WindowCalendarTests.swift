import Faregate
import Foundation
import Testing

@Suite("A calendar window")
struct WindowCalendarTests {
    private func calendar(_ zone: String) throws -> WindowCalendar {
        WindowCalendar(timeZone: try #require(TimeZone(identifier: zone)))
    }

    private func moment(_ text: String) throws -> Timestamp {
        Timestamp(try Date(text, strategy: .iso8601))
    }

    @Test(
        "A window begins and ends by the clock of its time zone",
        arguments: [
            ("UTC", .minute, "2026-03-01T10:20:30Z", "2026-03-01T10:20:00Z", "2026-03-01T10:21:00Z"),
            ("UTC", .hour, "2026-03-01T10:20:30Z", "2026-03-01T10:00:00Z", "2026-03-01T11:00:00Z"),
            ("Asia/Kolkata", .hour, "2026-03-01T10:20:30Z", "2026-03-01T09:30:00Z", "2026-03-01T10:30:00Z"),
            ("UTC", .day, "2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z"),
            ("Europe/Oslo", .day, "2026-01-31T23:30:00Z", "2026-01-31T23:00:00Z", "2026-02-01T23:00:00Z"),
            // Clocks go forward: a day of 23 hours. And back: one of 25.
            ("Europe/Oslo", .day, "2026-03-29T12:00:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),
            ("Europe/Oslo", .day, "2026-10-25T12:00:00Z", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"),
            ("Europe/Oslo", .hour, "2026-03-29T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-29T02:00:00Z"),
            // Weeks begin on Monday: 2026-03-01 is a Sunday.
            ("UTC", .week, "2026-03-01T23:59:59Z", "2026-02-23T00:00:00Z", "2026-03-02T00:00:00Z"),
            ("UTC", .week, "2026-03-02T00:00:00Z", "2026-03-02T00:00:00Z", "2026-03-09T00:00:00Z"),
            ("UTC", .week, "2027-01-01T12:00:00Z", "2026-12-28T00:00:00Z", "2027-01-04T00:00:00Z"),
            ("UTC", .month, "2026-02-28T23:59:59Z", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z"),
            ("UTC", .month, "2028-02-29T12:00:00Z", "2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z"),
            ("UTC", .month, "2026-12-31T12:00:00Z", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"),
            ("Europe/Oslo", .month, "2026-03-31T22:00:00Z", "2026-03-31T22:00:00Z", "2026-04-30T22:00:00Z"),
            ("Europe/Oslo", .year, "2025-12-31T23:00:00Z", "2025-12-31T23:00:00Z", "2026-12-31T23:00:00Z"),
        ] as [(String, Policy.Limit.CalendarUnit, String, String, String)]
    )
    func bounds(zone: String, unit: Policy.Limit.CalendarUnit, now: String, from: String, to: String) throws {
        let window = try calendar(zone).window(unit, containing: moment(now))
        #expect(window == (try moment(from)..<moment(to)))
    }

    @Test(
        "A window is the same for every moment in it, and the next window begins where it ends",
        arguments: Policy.Limit.CalendarUnit.allCases)
    func seamless(_ unit: Policy.Limit.CalendarUnit) throws {
        let oslo = try calendar("Europe/Oslo")
        var window = try oslo.window(unit, containing: moment("2026-03-28T20:00:00Z"))
        for _ in 0..<60 {
            let last = window.upperBound.advanced(byMilliseconds: -1)
            #expect(oslo.window(unit, containing: window.lowerBound) == window)
            #expect(oslo.window(unit, containing: last) == window)
            let next = oslo.window(unit, containing: window.upperBound)
            #expect(next.lowerBound == window.upperBound)
            window = next
        }
    }

    @Test("A window in an hour that occurs twice differs from the window in its repetition")
    func repeatedHour() throws {
        let oslo = try calendar("Europe/Oslo")
        // Both are half past two in Oslo.
        let first = try oslo.window(.minute, containing: moment("2026-10-25T00:30:10Z"))
        let second = try oslo.window(.minute, containing: moment("2026-10-25T01:30:10Z"))
        #expect(first.lowerBound == (try moment("2026-10-25T00:30:00Z")))
        #expect(second.lowerBound == (try moment("2026-10-25T01:30:00Z")))
        let hours = try ["00", "01"].map { try oslo.window(.hour, containing: moment("2026-10-25T\($0):30:10Z")) }
        #expect(hours.allSatisfy { $0.upperBound.milliseconds(since: $0.lowerBound) == 3_600_000 })
    }
}
