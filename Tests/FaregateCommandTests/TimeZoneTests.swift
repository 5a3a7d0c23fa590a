import Faregate
import FaregateBooks
import FaregateSQLite
import Foundation
import Testing

/// Times on the command line, read and printed in the policy's time zone.
@Suite("Times in the policy's time zone") struct TimeZoneTests {
    private static let policy = #"{ "timezone": "Europe/Oslo", "actions": { "generate": { "cost": 10 } } }"#

    /// Calls of ana around two changes of the clocks: in Oslo they go back on 2025-10-26, and forward on 2025-03-30.
    private static let moments = [
        // 23:30 of the day before, 00:30, and 23:59:59.
        "2025-03-29T22:30:00Z", "2025-03-29T23:30:00Z", "2025-03-30T21:59:59Z", "2025-03-30T22:00:00Z",
        "2025-10-25T21:30:00Z", "2025-10-25T22:30:00Z", "2025-10-26T22:59:59Z", "2025-10-26T23:00:00Z",
    ]

    private func withCalls(policy: String = policy, _ body: (Tool, SQLiteLedger) async throws -> Void) async throws {
        try await Tool.inFolderWithLedger(policy: policy) { faregate, ledger in
            let terms = ChargeTerms(
                action: "generate", policyVersion: "v", rule: Policy.Location(file: "p", line: 1, column: 1))
            for moment in try Self.moments.map({ try #require(Timestamp($0)) }) {
                let decision = try await ledger.charge(ChargeRequest(account: "ana", cost: 0, under: terms), at: moment)
                guard case .held(let charge, _, _) = decision else { throw Tool.Unprepared(message: "\(decision)") }
                _ = try await ledger.settle(charge, Settlement(cost: 0), under: .empty, at: moment)
            }
            try await body(faregate, ledger)
        }
    }

    @Test(
        "A day is the local day, with 23 or 25 hours when the clocks change, and the answer says so with the offsets",
        arguments: [
            ("2025-03-30", "2025-03-31", "2025-03-30T00:00:00+01:00", "2025-03-31T00:00:00+02:00"),
            ("2025-10-26", "2025-10-27", "2025-10-26T00:00:00+02:00", "2025-10-27T00:00:00+01:00"),
        ])
    func days(day: String, next: String, start: String, end: String) async throws {
        try await withCalls { faregate, _ in
            for (since, until) in [(day, next), (start, end)] {
                let replay = try faregate("replay", "--since", since, "--until", until).output
                #expect(
                    replay.replacing("\n", with: " ").hasPrefix("2 calls of 1 account since \(start) until \(end): "))
                let json = try faregate("usage", "ana", "--since", since, "--until", until, "--json").json()
                #expect((json["total"] as? [String: Any])?["calls"] as? Int == 2)
                #expect(json["since"] as? String == Timestamp(start)?.description)
            }
            let days = try faregate("usage", "ana", "--by", "day", "--since", day, "--until", next).output
            #expect(days.contains(day) && !days.contains(next + " "))
        }
    }

    @Test("Times are printed with their offset in text, and in UTC in JSON")
    func offsets() async throws {
        try await withCalls { faregate, _ in
            let (winter, summer) = (try faregate("explain", "8").output, try faregate("explain", "6").output)
            #expect(winter.contains("  made        2025-10-27T00:00:00+01:00\n"))
            #expect(summer.contains("  made        2025-10-26T00:30:00+02:00\n"))
            #expect(try faregate("explain", "6", "--json").json()["createdAt"] as? String == "2025-10-25T22:30:00.000Z")
            #expect(try faregate("history", "ana").output.contains("2025-10-26T23:59:59+01:00"))
        }
    }

    @Test("Times are in UTC without a policy or with a broken one, or else in the named policy's time zone")
    func otherPolicies() async throws {
        try await withCalls { faregate, ledger in
            let none = try faregate("history", "ana", environment: ["FAREGATE_POLICIES": ""]).output
            #expect(none.contains("2025-10-26T22:59:59Z") && !none.contains("+01:00"))
            let india = #"{ "timezone": "Asia/Kolkata", "actions": { "generate": { "cost": 10 } } }"#
            try Data(india.utf8).write(to: URL(filePath: faregate.path("india.jsonc")))
            #expect(
                try faregate("history", "ana", "--policies", "india.jsonc").output.contains("2025-10-27T04:29:59+05:30")
            )
            try Data("{".utf8).write(to: URL(filePath: faregate.path("policy.jsonc")))
            #expect(try faregate("history", "ana").output.contains("2025-10-26T22:59:59Z"))
            #expect(try faregate("history", "ana", "--policies", "policy.jsonc").status == 1)
        }
    }

    @Test("Calls are archived up to the beginning of the local day")
    func archived() async throws {
        try await withCalls { faregate, _ in
            let answer = try faregate("archive", "--before", "2025-10-26", "--to", "old.archive")
            #expect(answer.output.hasPrefix("moved 5 calls that were closed before 2025-10-26T00:00:00+02:00\n"))
        }
    }
}
