import Faregate
import Foundation
import Testing

/// The times that options name.
@Suite("Times on the command line")
struct MomentTests {
    @Test(
        "Minutes are named as such, because they may be meant as months",
        arguments: [
            (["usage", "ana", "--since", "1m"], "--since 1m means 1 minute; for months, write 1mo\n"),
            (["history", "ana", "--since", "6m"], "--since 6m means 6 minutes; for months, write 6mo\n"),
            (["grant", "ana", "5", "--expires", "6m"], "--expires 6m means 6 minutes; for months, write 6mo\n"),
            (["archive", "--before", "6m", "--to", "old"], "--before 6m means 6 minutes; for months, write 6mo\n"),
            (["usage", "ana", "--since", "1mo"], ""), (["usage", "ana", "--since", "1h"], ""),
            (["archive", "--before", "1mo", "--to", "old"], ""), (["usage", "ana", "--since", "1y"], ""),
        ])
    func minutes(words: [String], warning: String) throws {
        try Tool.inFolder { faregate in
            _ = try faregate("grant", "ana", "5")
            let answer = try faregate.run(words)
            #expect(answer.status == 0 && answer.error == warning, "\(answer.error)")
        }
    }

    @Test("Months and years are those of the calendar, in the past and in the future")
    func months() throws {
        try Tool.inFolder { faregate in
            _ = try faregate("grant", "ana", "5")
            let now = SystemClock().now
            let calendar = WindowCalendar(timeZone: .gmt)
            for (text, months) in [("1mo", 1), ("1y", 12), ("18mo", 18)] as [(String, Int64)] {
                let end = try faregate("grant", "ana", "5", "--expires", text, "--json").json()["expiresAt"] as? String
                let since = try faregate("usage", "ana", "--since", text, "--json").json()["since"] as? String
                for (answer, months) in [(end, months), (since, -months)] {
                    let moment = try Timestamp(#require(answer))
                    let distance = try #require(moment).rawValue - calendar.advance(now, months: months).rawValue
                    #expect((0...600_000).contains(distance), "\(text): \(distance)")
                }
            }
        }
    }
}
