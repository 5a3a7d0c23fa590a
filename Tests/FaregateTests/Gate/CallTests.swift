import Testing

@testable import Faregate

@Suite("What a call asks of the ledger")
struct CallTests {
    private func request(_ keys: String, file: String = "", units: Units? = nil) throws -> ChargeRequest {
        let policy = try Policy(
            parsing: """
                { \(file) "actions": { "a": {
                  "cost": { "base": 1, "units": { "tokens": 1, "pages": 0 } }, "hold": { "tokens": 4 }, \(keys)
                } } }
                """
        )
        let quote = try policy.quote("a", units: units)
        return Call(account: "ana").request(for: quote, under: policy, at: Timestamp(rawValue: 0))
    }

    private let limits = """
        "limits": [
          { "max": 9, "per": "day" }, { "max": 90, "per": "day", "count": "credits", "givesBack": false },
          { "max": 80, "per": "minute", "count": "tokens", "givesBack": true },
          { "max": 70, "per": "day", "count": "pages" }, { "max": 1, "per": "week", "mode": "shadow" },
          { "max": 1, "per": "month", "mode": "off" },
        ]
        """

    @Test("is what each enforced limit counts, where it counts anything")
    func amounts() throws {
        let request = try request(limits)
        #expect(request.cost == 5)
        #expect(request.limits.map(\.max) == [9, 90, 80])
        #expect(request.limits.map(\.amount) == [1, 5, 4])
        #expect(request.limits.map(\.givesBack) == [true, false, true])
        #expect(request.limits.first?.counter == "a/calls per day by account/ana")
    }

    @Test("is nothing when the action or the whole policy isn't enforced", arguments: ["shadow", "off"])
    func nothing(mode: String) throws {
        let action = try request(#"\#(limits), "mode": "\#(mode)""#)
        #expect(action.cost == 0 && action.limits.isEmpty)
        let file = try request(limits, file: #""mode": "\#(mode)","#)
        #expect(file.cost == 0 && file.limits.isEmpty)
    }
}
