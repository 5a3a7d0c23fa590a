package import Faregate
package import FaregateBooks
package import FaregateTesting

/// A random history of calls through a gate: overlapping calls that report their use, succeed, fail or stay open,
/// while time passes, plans change, credits are granted, and the policy is edited once.
package struct ReplayHistory {
    static let policy = """
        {
          "actions": {
            "chat": {
              "cost": { "base": 1, "units": { "tokens": "1/10", "pages": 1 } }, "hold": { "tokens": 30 },
              "rules": [{ "when": { "plan": "pro" }, "cost": { "units": { "tokens": "1/20" } } }],
              "overrun": "debt",
              "limits": [
                { "max": 900, "within": "1h", "count": "tokens" }, { "max": 40, "per": "day", "by": "member" },
              ],
            },
            "generate": {
              "cost": 10, "rules": [{ "when": { "size": "large" }, "cost": 25 }],
              "limits": [
                { "max": 4, "within": "24h" }, { "max": 30, "per": "hour", "by": "action" },
                { "max": 300, "per": "week", "count": "credits", "givesBack": false },
              ],
            },
            "trial": { "cost": 100, "mode": "shadow", "limits": [{ "max": 1, "per": "day" }] },
            "free": { "cost": 0, "limits": [{ "max": 5, "within": "1h" }] },
          },
          "plans": {
            "free": {
              "grants": [
                { "credits": 150, "every": "once" }, { "credits": 20, "every": "week" },
                { "credits": 60, "every": "week", "for": ["chat"], "id": "chat" },
              ],
            },
            "pro": {
              "grants": [
                { "credits": 150, "every": "month", "rollover": 20 },
                { "credits": 40, "every": "week", "rollover": 60, "for": ["generate", "chat"] },
              ],
            },
          },
          "defaultPlan": "free", "debtLimit": 40, "lowBalance": 20,
        }
        """

    let ledger: any SQLLedger
    package let clock = ManualClock(now: newYear)
    private let source: EditedPolicy
    private let gate: Gate
    private var random: SeededGenerator
    private var calls: [GatedCall] = []
    package private(set) var outcomes: [String: Int] = [:]

    package init(_ ledger: any SQLLedger, seed: UInt64) throws {
        self.ledger = ledger
        source = EditedPolicy(try Policy(parsing: ReplayHistory.policy))
        gate = Gate(ledger: Ledger(ledger), policies: source, clock: clock, settlement: .durable)
        random = SeededGenerator(seed: seed)
    }

    /// The policies that were in force, by version.
    package var policies: [String: Policy] { source.all }

    package mutating func play(_ steps: Int) async throws {
        for step in 1...steps {
            if step == steps / 2 {
                source.edit(try Policy(parsing: ReplayHistory.policy.replacing("\"cost\": 10", with: "\"cost\": 7")))
            }
            switch Int.random(in: 0..<20, using: &random) {
            case 0..<9: try await call()
            case 9..<12: try await report()
            case 12..<16: try await close()
            case 16: try await change()
            default:
                let times: [Int64] = [1, 1, 1000, 60_000, 60_000, hour, 5 * hour, 3 * 24 * hour, 9 * 24 * hour]
                clock.advance(milliseconds: times.randomElement(using: &random) ?? 1)
            }
            // No two events share a millisecond, because the order within one isn't recorded for refusals.
            clock.advance(milliseconds: 1)
        }
        // The next commit writes the refusals that wait.
        try await ledger.heartbeat(at: clock.now)
    }

    private mutating func call() async throws {
        let action = ["chat", "chat", "generate", "generate", "trial", "free"].randomElement(using: &random) ?? ""
        let isLarge = action == "generate" && Int.random(in: 0..<4, using: &random) == 0
        let units: Units = action == "chat" ? ["tokens": Int64.random(in: 0...250, using: &random)] : [:]
        do {
            calls.append(
                try await gate.open(
                    action, for: Bool.random(using: &random) ? "ana" : "ben",
                    member: [nil, "mia", "noa"].randomElement(using: &random) ?? nil,
                    attributes: isLarge ? ["size": "large", "n": 2] : [:],
                    units: Bool.random(using: &random) ? units : [:],
                    onFailure: Bool.random(using: &random) ? .refund : .chargeReported
                )
            )
            outcomes["allowed", default: 0] += 1
        } catch let refusal as Refusal {
            outcomes["\(refusal.reason)".prefix { $0 != "(" }.description, default: 0] += 1
        }
    }

    private mutating func report() async throws {
        guard let call = calls.randomElement(using: &random), call.action == "chat" else { return }
        let unit = Int.random(in: 0..<4, using: &random) == 0 ? "pages" : "tokens"
        _ = try await call.report([unit: Int64.random(in: 0...120, using: &random)])
    }

    private mutating func close() async throws {
        guard let index = calls.indices.randomElement(using: &random) else { return }
        let call = calls.remove(at: index)
        if Int.random(in: 0..<4, using: &random) == 0 { await call.refund() } else { try await call.settle() }
    }

    private mutating func change() async throws {
        let account: AccountID = Bool.random(using: &random) ? "ana" : "ben"
        let (now, policy) = (clock.now, gate.policy)
        let note = try Ledger.Note(by: "eva", reason: "test")
        switch Int.random(in: 0..<12, using: &random) {
        case 0:
            let plan = policy.plans[Bool.random(using: &random) ? "pro" : "free"]
            if let plan { try await ledger.move(account, to: plan, under: policy.planBook, note, at: now) }
        case 1: _ = try await ledger.suspend(account, note, at: now)
        case 2...4: _ = try await ledger.resume(account, note, at: now)
        default:
            let reference = try GrantReference("gift \(Int64.random(in: 0...(.max), using: &random))")
            let purposes: [[String]?] = [nil, ["chat"], ["generate"], ["trial"]]
            try await ledger.give(
                30, to: account, reference: reference, for: purposes.randomElement(using: &random) ?? nil, at: now)
        }
    }
}

/// A policy that is edited, and remembers every version.
private final class EditedPolicy: Policy.Source {
    private let versions: Mutex<[Policy]>

    init(_ policy: Policy) { versions = Mutex([policy]) }

    var policy: Policy { versions.withLock { $0[$0.count - 1] } }
    var all: [String: Policy] { versions.withLock { Dictionary($0.map { ($0.version, $0) }) { first, _ in first } } }

    func edit(_ policy: Policy) { versions.withLock { $0.append(policy) } }
}
