import Faregate
import FaregateSQLite
import FaregateTesting
import Foundation

/// The setting of a scenario: a ledger in its own folder, a clock, and a policy that can be edited.
final class Stage: Sendable {
    private struct State {
        var policy: Policy
        var policies: [String: Policy]
        var runs = 0
        var request: ChargeRequest?
        var charges: [ChargeID] = []
        var closings = 0
    }

    let path: String
    let clock: ManualClock
    private let state: Mutex<State>

    init(folder: String, policy: String, now: Timestamp) throws {
        path = folder + "/pairs.faregate"
        clock = ManualClock(now: now)
        let policy = try Policy(parsing: policy)
        state = Mutex(State(policy: policy, policies: [policy.version: policy]))
    }

    var runs: Int { state.withLock { $0.runs } }
    /// The policies that were in force, by version.
    var policies: [String: Policy] { state.withLock { $0.policies } }
    /// How often a gate reported that a charge was closed, or will never be.
    var closings: Int { state.withLock { $0.closings } }
    /// The latest request to charge.
    var request: ChargeRequest? { state.withLock { $0.request } }
    /// The charges that a gate reported.
    var charges: [ChargeID] { state.withLock { $0.charges } }

    func note(_ request: ChargeRequest) { state.withLock { $0.request = request } }
    func noteRun() { state.withLock { $0.runs += 1 } }

    func edit(_ text: String) throws {
        let policy = try Policy(parsing: text)
        state.withLock { state in
            state.policy = policy
            state.policies[policy.version] = policy
        }
    }

    func openLedger() async throws -> SQLiteLedger { try await SQLiteLedger.open(path, trace: nil) }

    func gate(on ledger: any LedgerBackend) -> Gate {
        Gate(
            ledger: Ledger(ledger), policies: self, clock: clock, settlement: .durable, rememberingPlans: 1,
            observer: self)
    }

    func observe(_ event: GateEvent) {
        switch event.name {
        case .allowed: state.withLock { $0.charges += event.call.map { [$0] } ?? [] }
        case .settled, .unpaid, .closedElsewhere: state.withLock { $0.closings += 1 }
        default: break
        }
    }

    /// Wakes the tasks that wait for the ledger until one more charge is closed.
    func waitForClosing(after count: Int) async {
        while closings == count {
            if clock.hasSleepers { clock.advance(milliseconds: 60_000) }
            await Task.yield()
        }
    }

    /// Moves the clock to that time, forward or back.
    func turnClock(to moment: Timestamp) {
        clock.advance(milliseconds: moment.rawValue - clock.now.rawValue)
    }
}

extension Stage: GateObserver {}

extension Stage: Policy.Source {
    var policy: Policy { state.withLock { $0.policy } }
}

/// An event that happens once, and that tasks wait for; or until the task is cancelled.
struct Signal: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream() }

    func give() { continuation.finish() }
    func wait() async { for await _ in stream {} }
}

/// Runs jobs on one thread, in turn: if a task waits, the next job runs.
final class OneByOne: TaskExecutor {
    private let queue = DispatchQueue(label: "one by one")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { [self] in job.runSynchronously(on: asUnownedTaskExecutor()) }
    }

    /// Returns when all earlier jobs have run as far as they can.
    func settle() async { await Task(executorPreference: self) {}.value }
}
