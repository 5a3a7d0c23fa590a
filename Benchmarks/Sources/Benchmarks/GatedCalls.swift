import Dispatch
import Faregate
import FaregateSQLite
import Synchronization
import Workload

/// The whole life of a gated call: quote, charge with two limits, an empty handler, settle.
final class GatedCalls: Sendable {
    let ledger: SQLiteLedger
    let gate: Gate
    /// Whose call comes when.
    let order: [AccountID]
    private let workload: Workload
    private let made = Mutex(0)

    /// Calls that were charged so far.
    var calls: Int { made.withLock { $0 } }

    init(ledger: SQLiteLedger, workload: Workload) throws {
        self.ledger = ledger
        self.workload = workload
        gate = Gate(ledger: ledger, policies: try Policy(parsing: GatedCalls.policy))
        order = try workload.order.map { try AccountID(Workload.name(of: Int($0))) }
    }

    static let policy = """
        {
          "actions": {
            "generate": {
              "cost": \(Workload.cost),
              "limits": [{ "max": \(Workload.limit), "per": "day" }, { "max": \(Workload.limit), "per": "month" }]
            }
          },
          "plans": { "free": { "grants": [{ "credits": \(Workload.credits), "every": "once" }] } },
          "defaultPlan": "free"
        }
        """

    /// Opens every account.
    func openAccounts() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...workload.accounts {
                group.addTask { [gate] in _ = try await gate.balance(of: AccountID(Workload.name(of: number))) }
            }
            try await group.waitForAll()
        }
    }

    /// Calls that were charged durably before their handler ran, by so many callers at once.
    ///
    /// - Parameters:
    ///   - callers: how many tasks.
    ///   - hot: everybody calls for one account.
    ///   - seconds: how long.
    func measure(callers: Int, hot: Bool = false, seconds: Double) async throws -> Rate {
        let start = ContinuousClock.now
        let end = start + .seconds(seconds)
        let count = try await withThrowingTaskGroup(of: Int.self) { group in
            for caller in 0..<callers {
                group.addTask { try await self.call(as: caller, among: callers, hot: hot, until: end) }
            }
            return try await group.reduce(0, +)
        }
        made.withLock { $0 += count }
        return Rate(count: count, since: start)
    }

    private func call(
        as caller: Int,
        among callers: Int,
        hot: Bool,
        until end: ContinuousClock.Instant
    ) async throws -> Int {
        var (count, next) = (0, workload.start(of: caller, among: callers))
        while ContinuousClock.now < end {
            try await gate.run("generate", for: order[hot ? 0 : next]) { _ in }
            next = next + 1 == order.count ? 0 : next + 1
            count += 1
        }
        return count
    }

    /// What one caller waits for each call, in microseconds.
    func latencies(seconds: Double) async throws -> [Double] {
        let start = ContinuousClock.now
        var (times, last) = ([Double](), start)
        while last - start < .seconds(seconds) {
            try await gate.run("generate", for: order[times.count % order.count]) { _ in }
            let now = ContinuousClock.now
            times.append((now - last).inMicroseconds)
            last = now
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
                group.addTask(executorPreference: OwnThread("reader-\(reader)")) { [ledger, order] in
                    let now = SystemClock().now
                    var count = 0
                    while ContinuousClock.now - start < .seconds(seconds) {
                        let account = order[(reader * 7919 + count) % order.count]
                        let balance = try await ledger.balance(of: account, at: now)
                        precondition(balance?.remaining ?? 0 > 0, "an account has no credits")
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

/// A thread for one task.
private final class OwnThread: TaskExecutor {
    private let queue: DispatchQueue

    init(_ name: String) {
        queue = DispatchQueue(label: name)
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
