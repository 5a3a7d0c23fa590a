import CFaultVFS
import Faregate
import FaregateBooks
import FaregateSQLite
import Foundation

/// `LedgerWorker load FILE LOG SEED TASKS [CALLS]`: calls the gate from many tasks at once until it is killed, or has
/// made this many calls, and writes each answer as a line to its log before it continues.
enum Load {
    /// Many credits, so that no call is refused for lack of them.
    static let policy = """
        {
          "actions": {
            "fixed": { "cost": 10, "limits": [{ "max": 1000000, "per": "day" }, { "max": 1000000, "within": "1h" }] },
            "metered": { "cost": { "base": 1, "units": { "tokens": "1/1000" } }, "hold": { "tokens": 5000 } }
          },
          "plans": { "free": { "grants": [{ "credits": 1000000, "every": "once" }, { "credits": 30, "every": "day" }] } },
          "defaultPlan": "free"
        }
        """

    struct Failed: Error {}

    static func run(_ arguments: [String]) async throws {
        guard arguments.count >= 4, let seed = UInt64(arguments[2]), let tasks = Int(arguments[3]) else {
            print("usage: LedgerWorker load FILE LOG SEED TASKS [CALLS]")
            exit(2)
        }
        let calls = arguments.count > 4 ? Int(arguments[4]) ?? .max : .max
        let log = try Log(arguments[1])
        let ledger = try await open(arguments[0])
        let policy = try Policy(parsing: policy)
        let durable = gate(ledger, policy, .durable, log)
        let riding = gate(ledger, policy, .eventual, log)
        try log.write("ready")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<tasks {
                group.addTask {
                    var random = Random(seed: seed &+ UInt64(task) &* 0x9E37_79B9_7F4A_7C15)
                    var made = 0
                    while made < calls {
                        made += 1
                        try await call(random.next() % 4 == 0 ? riding : durable, log, &random)
                    }
                }
            }
            if calls == .max { group.addTask { try await recoverAllTheTime(ledger, log) } }
            try await group.waitForAll()
        }
        await ledger.close()
        try log.write("done")
    }

    /// On a disk that records its writes in the file that FAREGATE_DISK names.
    private static func open(_ path: String) async throws -> SQLiteLedger {
        guard let record = ProcessInfo.processInfo.environment["FAREGATE_DISK"] else {
            return try await SQLiteLedger.open(path)
        }
        guard let disk = fault_disk_make("recording"), fault_disk_record(disk, record) else { throw Failed() }
        fault_disk_set_sync_time(disk, 200)
        return try await SQLiteLedger.open(path, access: FileAccess(vfs: "recording"), trace: nil)
    }

    /// Durable answers go into the log. A settlement that joins a later commit is reported once it is on disk.
    private static func gate(
        _ ledger: SQLiteLedger,
        _ policy: Policy,
        _ settlement: Gate.SettlementMode,
        _ log: Log
    ) -> Gate {
        Gate(ledger: Ledger(ledger), policies: policy, settlement: settlement) { event in
            guard let charge = event.call else { return }
            switch event.name {
            case .allowed: log.tell("charged \(charge) \(event.credits)")
            case .settled: log.tell("settled \(charge) \(event.credits)")
            case .refunded: log.tell("refunded \(charge)")
            case .closedElsewhere, .settledLate: log.tell("stolen \(charge)")
            case .leftOpen: log.tell("open \(event)")
            default: break
            }
        }
    }

    private static func call(_ gate: Gate, _ log: Log, _ random: inout Random) async throws {
        let account = try AccountID("account \(random.next() % 5)")
        let (kind, tokens) = (random.next() % 4, Int64(random.next() % 12_000))
        let fails = random.next() % 3 == 0
        let pauses = random.next() % 8 == 0
        do {
            try await gate.run(kind == 0 ? "metered" : "fixed", for: account) { call in
                if kind == 0 {
                    log.tell("reported \(call.id) \(tokens)")
                    try await call.report(["tokens": tokens])
                }
                if pauses { try await Task.sleep(for: .milliseconds(2)) }
                if fails { throw Failed() }
            }
        } catch is Failed {
        }
    }

    private static func recoverAllTheTime(_ ledger: SQLiteLedger, _ log: Log) async throws {
        let parent = getppid()
        // After a crash of the test, nobody else would end this process.
        while getppid() == parent {
            for charge in try await ledger.recover(at: SystemClock().now) { log.tell("recovered \(charge.id)") }
            try await ledger.heartbeat(at: SystemClock().now)
            try await Task.sleep(for: .milliseconds(5))
        }
        exit(3)
    }
}

/// A file to which lines are appended; a written line survives the process, but not the machine.
final class Log: Sendable {
    private let file: Int32

    init(_ path: String) throws {
        file = open(path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        guard file >= 0 else { throw CocoaError(.fileWriteUnknown) }
    }

    /// One `write` of a short line to a file opened for appending can't be mixed with another thread's.
    func write(_ line: String) throws {
        let bytes = Array((line + "\n").utf8)
        guard bytes.withUnsafeBytes({ Foundation.write(file, $0.baseAddress, $0.count) }) == bytes.count else {
            throw CocoaError(.fileWriteUnknown)
        }
    }

    func tell(_ line: String) {
        do { try write(line) } catch { exit(4) }
    }
}

/// SplitMix64: the same numbers for the same seed.
struct Random {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
