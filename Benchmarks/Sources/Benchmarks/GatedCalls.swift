import Faregate
import FaregateSQLite
import Synchronization
import Workload

/// The whole life of a gated call: quote, charge with its limits, an empty handler, settle.
final class GatedCalls: Sendable {
    let ledger: Ledger
    let gate: Gate
    /// Whose call comes when.
    let order: [AccountID]
    private let workload: Workload
    private let made = Mutex(0)

    /// Calls that were charged so far.
    var calls: Int { made.withLock { $0 } }

    init(ledger: Ledger, workload: Workload) throws {
        self.ledger = ledger
        self.workload = workload
        gate = Gate(ledger: ledger, policies: try Policy(parsing: GatedCalls.policy))
        order = try workload.order.map { try AccountID(Workload.name(of: Int($0))) }
    }

    /// Most parts call "generate". "dear" is what nobody can pay.
    static let policy = """
        {
          "actions": {
            "generate": {
              "cost": \(Workload.cost),
              "limits": [{ "max": \(Workload.limit), "per": "day" }, { "max": \(Workload.limit), "per": "month" }]
            },
            "calendar": { "cost": \(Workload.cost), "limits": [{ "max": \(Workload.limit), "per": "hour" }] },
            "rolling": { "cost": \(Workload.cost), "limits": [{ "max": \(Workload.limit), "within": "1h" }] },
            "rolling-day": { "cost": \(Workload.cost), "limits": [{ "max": \(Workload.limit), "within": "24h" }] },
            "dear": { "cost": \(2 * Workload.credits) }
          },
          "plans": { "free": { "grants": [{ "credits": \(Workload.credits), "every": "once" }] } },
          "defaultPlan": "free"
        }
        """

    /// Opens every account, with as many tasks as a ledger takes waiting reads.
    func openAccounts() async throws {
        let tasks = min(workload.accounts, 1000)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<tasks {
                group.addTask { [gate, workload] in
                    for number in stride(from: task + 1, through: workload.accounts, by: tasks) {
                        _ = try await gate.balance(of: AccountID(Workload.name(of: number)))
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Calls that were charged durably before their handler ran, by so many callers at once.
    ///
    /// - Parameters:
    ///   - callers: how many tasks.
    ///   - action: what they call.
    ///   - hot: everybody calls for one account.
    ///   - seconds: how long.
    func measure(
        callers: Int,
        _ action: String = "generate",
        hot: Bool = false,
        seconds: Double
    ) async throws -> Rate {
        // Elsewhere than the round before, or the accounts were the same few in every round.
        let before = calls
        let rate = try await crowd(of: callers, seconds: seconds) { [self] caller, turns in
            let place = hot ? 0 : (before + workload.start(of: caller, among: callers) + turns) % order.count
            try await gate.run(action, for: order[place]) { _ in }
        }
        made.withLock { $0 += rate.count }
        return rate
    }

    /// What one caller waits for each call, in microseconds.
    func latencies(seconds: Double) async throws -> [Double] {
        let times = try await waits(seconds: seconds) { turns in
            try await gate.run("generate", for: order[turns % order.count]) { _ in }
        }
        made.withLock { $0 += times.count }
        return times
    }

    /// Starts calls at a fixed rate, without waiting for earlier ones, and measures how long each takes from its due
    /// time, in microseconds.
    func latencies(at perSecond: Double, seconds: Double) async throws -> [Double] {
        let times = try await withThrowingTaskGroup(of: Double.self) { group in
            let start = ContinuousClock.now
            let count = Int(perSecond * seconds)
            for turn in 0..<count {
                let due = start + .seconds(Double(turn) / perSecond)
                if ContinuousClock.now < due { try await Task.sleep(until: due, clock: .continuous) }
                group.addTask { [gate, order] in
                    try await gate.run("generate", for: order[turn % order.count]) { _ in }
                    return (ContinuousClock.now - due).inMicroseconds
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        made.withLock { $0 += times.count }
        return times
    }

    /// Balances that so many tasks read, one after the other, each on a thread of its own: a read never suspends, and on
    /// the threads of the callers they would leave nothing to them.
    func measureReads(readers: Int, seconds: Double) async throws -> Double {
        let start = ContinuousClock.now
        let count = try await withThrowingTaskGroup(of: Int.self) { group in
            for reader in 0..<readers {
                group.addTask(executorPreference: OwnThread("reader-\(reader)")) { [gate, order] in
                    var count = 0
                    while ContinuousClock.now - start < .seconds(seconds) {
                        let account = order[(reader * 7919 + count) % order.count]
                        let balance = try await gate.balance(of: account)
                        precondition(balance.remaining > 0, "an account has no credits")
                        count += 1
                    }
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
        return Rate(count: count, since: start).perSecond
    }
}
