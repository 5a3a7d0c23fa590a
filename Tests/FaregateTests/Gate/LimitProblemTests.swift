import Faregate
import FaregateTesting
import Testing

@Suite("The HTTP answer to a call that a limit refuses")
struct LimitProblemTests {
    private static let action = """
        "cost": { "units": { "tokens": 1 } },
        "limits": [{ "max": 9007199254740991, "per": "day", "count": "tokens" }]
        """

    private func refusal(_ policy: String, units: Units = [:], used: Int) async throws -> Refusal {
        let policy = try Policy(parsing: policy)
        let gate = Gate(ledger: Ledger(MemoryLedger()), policies: policy, clock: ManualClock())
        for _ in 0..<used { try await gate.run("a", for: "ana") { _ in } }
        return try await #require(throws: Refusal.self) { try await gate.run("a", for: "ana", units: units) { _ in } }
    }

    @Test("The answer says when to retry if waiting helps")
    func waits() async throws {
        let text = #"{ "actions": { "a": { "cost": 0, "limits": [{ "max": 1, "per": "day" }] } } }"#
        let problem = try await refusal(text, used: 1).problem
        let headers = Dictionary(problem.headers) { $1 }
        #expect(headers["Retry-After"] != nil)
        #expect(headers["RateLimit-Policy"] == #""calls per day by account";q=1;w=86400;qu="requests""#)
        #expect(problem.members["retryAt"] != nil)
    }

    @Test(
        "The answer says that a call which alone exceeds the limit can never be made",
        arguments: [
            (#""count": "credits""#, "a is limited to 10 credits per day", "credits"),
            (#""count": "tokens""#, "a is limited to 10 tokens per day", "tokens"),
            (#""count": "tokens", "within": "24h""#, "a is limited to 10 tokens within 24h", "tokens"),
        ]
    )
    func never(limit: String, detail: String, unit: String) async throws {
        let window = limit.contains("within") ? "" : #", "per": "day""#
        let text = """
            { "actions": { "a": { "cost": { "units": { "tokens": 1 } }, "limits": [{ "max": 10, \(limit)\(window) }] } } }
            """
        let refusal = try await refusal(text, units: ["tokens": 25], used: 0)
        guard case .limit(_, used: 0, retryAt: nil) = refusal.reason else { throw refusal }
        let problem = refusal.problem
        #expect(problem.status == 429)
        #expect(problem.detail == "\(detail); this call alone exceeds that, so it can't be made")
        #expect(problem.members["retryAt"] == nil)
        let headers = Dictionary(problem.headers) { $1 }
        #expect(headers["Retry-After"] == nil)
        #expect(headers["RateLimit"]?.hasSuffix(";r=10") == true)
        #expect(headers["RateLimit-Policy"]?.hasSuffix(";qu=\"\(unit)\"") == true)
    }

    @Test("The answer's numbers stay within the integers of structured fields")
    func integers() async throws {
        let limit = try #require(
            try Policy(parsing: "{ \"actions\": { \"a\": { \(Self.action) } } }").actions["a"]?.limits[0])
        let reason = Refusal.Reason.limit(limit, used: 5, retryAt: .never)
        let problem = Refusal(action: "a", account: "ana", reason: reason, at: Timestamp(rawValue: .min)).problem
        let headers = Dictionary(problem.headers) { $1 }
        #expect(headers["RateLimit-Policy"]?.contains(";q=999999999999999;") == true)
        #expect(headers["RateLimit"]?.hasSuffix(";r=999999999999999;t=999999999999999") == true)
    }
}
