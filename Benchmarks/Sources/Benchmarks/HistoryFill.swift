import Faregate
import FaregateSQLite
import Synchronization
import Workload

/// A past: the accounts that called, and some of their charges and keys.
struct Past: Sendable {
    /// One call of it.
    struct Call: Sendable {
        let account: AccountID
        let key: IdempotencyKey
        let charge: ChargeID
    }

    /// How many calls of each kind there were.
    let size: Int
    /// Whose call came when.
    let order: [AccountID]
    /// From here and there in it.
    let calls: [Call]

    /// Everything that a rolling limit counts was called by this one.
    static let roller: AccountID = "roller"
}

/// Gives a ledger a past, call by call, through a gate as everybody has it.
final class HistoryFill: Sendable {
    private static let callers = 512
    /// Calls that are kept to be looked at later.
    private static let kept = 1000

    private let gate: Gate
    private let clock: PastClock
    private let size: Int
    private let order: [AccountID]
    private let kept = Mutex<[Past.Call]>([])

    private init(_ ledger: Ledger, size: Int) throws {
        self.size = size
        clock = PastClock(calls: size)
        gate = Gate(ledger: ledger, policies: try Policy(parsing: GatedCalls.policy), clock: clock)
        order = try Workload(accounts: Ledgers.accounts).order.map { try AccountID(Workload.name(of: Int($0))) }
    }

    static func fill(_ path: String, size: Int) async throws -> Past {
        let ledger = try await Ledger.sqlite(path)
        let fill = try HistoryFill(ledger, size: size)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<callers { group.addTask { try await fill.work() } }
            try await group.waitForAll()
        }
        // What waits is written, and the log is brought into the file.
        await ledger.close()
        return Past(size: size, order: fill.order, calls: fill.kept.withLock { $0 })
    }

    private func work() async throws {
        while case let number = clock.advance(), number < size {
            let (account, key) = (order[number % order.count], try IdempotencyKey("past-\(number)"))
            let charge = try await gate.run("generate", for: account, key: key) { $0.id }
            try await gate.run("rolling-day", for: Past.roller) { _ in }
            if number.isMultiple(of: max(1, size / HistoryFill.kept)) {
                kept.withLock { $0.append(Past.Call(account: account, key: key, charge: charge)) }
            }
            if (number + 1).isMultiple(of: max(1, size / 10)) { say("  \(number + 1) of \(size)") }
        }
    }
}

/// Its hands go on with every call, so that what takes minutes here has taken 20 hours: all of it lies within 24 hours,
/// the length of the rolling window and the life of a key, and not all of it at once.
private final class PastClock: WallClock {
    private let start = SystemClock().now.advanced(by: .seconds(-20 * 3600))
    private let step: Double
    private let calls = Atomic(0)

    init(calls: Int) {
        step = 20 * 3_600_000 / Double(calls)
    }

    var now: Timestamp { start.advanced(by: .milliseconds(Int64(Double(calls.load(ordering: .relaxed)) * step))) }

    func sleep(for duration: Duration) async throws { try await SystemClock().sleep(for: duration) }

    /// - Returns: the number of the call, from zero.
    func advance() -> Int { calls.add(1, ordering: .relaxed).oldValue }
}
