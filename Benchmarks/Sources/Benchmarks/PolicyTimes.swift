import Faregate
import Foundation
import Workload

/// How long a quote and a large policy file take.
struct PolicyTimes {
    private let policy: Policy
    private let path: String

    /// - Parameter path: the file to make, with 10,000 actions.
    init(path: String) throws {
        self.path = path
        policy = try Policy(
            parsing: """
                {
                  "actions": {
                    "generate": {
                      "cost": 10,
                      "rules": [
                        { "when": { "model": "draft" }, "cost": 4 },
                        { "when": { "plan": ["pro", "team"] }, "cost": 8 },
                        { "when": { "steps": { "above": 50 } }, "cost": 25 }
                      ],
                      "limits": [{ "max": 100, "per": "day" }, { "max": 1000, "per": "month" }]
                    }
                  },
                  "plans": { "pro": { "grants": [] }, "team": { "grants": [] } }
                }
                """
        )
        let actions = (1...10_000).map { number in
            """
            "action-\(number)": {
              "cost": \(number),
              "rules": [{ "when": { "size": "large" }, "cost": \(2 * number) }],
              "limits": [{ "max": 100, "per": "day" }]
            }
            """
        }
        let text = "{ \"actions\": {\n\(actions.joined(separator: ",\n"))\n} }"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    /// A quote that looks at every rule, in microseconds: the median of many handfuls.
    func quoteMicroseconds() throws -> Double {
        let attributes: Attributes = ["model": "large", "plan": "free", "steps": 20]
        let handful = 100
        var (times, costs) = ([Double](), Int64(0))
        for _ in 0..<2000 {
            let start = ContinuousClock.now
            for _ in 0..<handful { costs += try policy.quote("generate", attributes: attributes).cost.rawValue }
            times.append((ContinuousClock.now - start).inMicroseconds / Double(handful))
        }
        precondition(costs == Int64(10 * times.count * handful), "a quote is wrong")
        return median(times) ?? 0
    }

    /// In seconds.
    func loadSeconds() throws -> Double {
        let start = ContinuousClock.now
        let loaded = try Policy.Files(path: path).load()
        let seconds = (ContinuousClock.now - start).inSeconds
        precondition(loaded.policy.actions.count == 10_000, "actions are missing")
        return seconds
    }
}
