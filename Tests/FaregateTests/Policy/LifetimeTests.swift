import Faregate
import Foundation
import Testing

@Suite("The lifetime of a pack's credits")
struct LifetimeTests {
    private func pack(_ expires: String) throws -> Pack {
        let policy = try Policy(
            parsing: #"{ "packs": { "p": { "credits": 5, "price": "1.00 USD", "expires": "\#(expires)" } } }"#
        )
        return try #require(policy.packs["p"])
    }

    private func moment(_ text: String) throws -> Timestamp { Timestamp(try Date(text, strategy: .iso8601)) }

    @Test(
        "ends by the clock or by the calendar",
        arguments: [
            ("90d", "2026-01-31T10:00:00Z", "2026-05-01T10:00:00Z"),
            ("24h", "2026-03-28T11:00:00Z", "2026-03-29T11:00:00Z"),
            ("1mo", "2026-01-31T11:00:00Z", "2026-02-28T11:00:00Z"),
            ("2mo", "2026-01-31T11:00:00Z", "2026-03-31T10:00:00Z"),
            ("1y", "2024-02-29T11:00:00Z", "2025-02-28T11:00:00Z"),
            ("4y", "2024-02-29T11:00:00Z", "2028-02-29T11:00:00Z"),
            ("12mo", "2026-06-15T10:00:00Z", "2027-06-15T10:00:00Z"),
        ]
    )
    func expiry(expires: String, from: String, until: String) throws {
        let oslo = WindowCalendar(timeZone: try #require(TimeZone(identifier: "Europe/Oslo")))
        let lifetime = try #require(try pack(expires).expires)
        #expect(lifetime.expiry(from: try moment(from), in: oslo) == (try moment(until)))
        #expect(lifetime.expiry(from: .never, in: oslo) == .never)
        #expect(lifetime.expiry(from: Timestamp(rawValue: .max - 1), in: oslo) == .never)
    }

    @Test(
        "is read up to its bounds",
        arguments: [
            ("1s", true), ("999ms", false), ("36500d", true), ("36501d", false), ("1mo", true), ("1200mo", true),
            ("1201mo", false), ("100y", true), ("0y", false), ("y", false), ("-1y", false), ("1 y", false),
            ("1Y", false),
        ]
    )
    func bounds(expires: String, isTaken: Bool) {
        #expect(((try? pack(expires)) != nil) == isTaken)
    }

    @Test("reads as it is written", arguments: ["90d", "6mo", "1y", "24h", "2w"])
    func text(expires: String) throws {
        #expect(try pack(expires).expires?.description == expires)
    }

    @Test("has no end where the policy gives none")
    func none() throws {
        let policy = try Policy(parsing: #"{ "packs": { "p": { "credits": 5, "price": "1.00 USD" } } }"#)
        #expect(policy.packs["p"]?.expires == nil)
    }
}
