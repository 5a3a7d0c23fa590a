import Faregate
import FaregateBooks
import Foundation

/// `LedgerWorker load FILE LOG SEED TASKS [CALLS]`: calls the gate from many tasks at once until it is killed, or has
/// made this many calls, and writes each answer as a line to its log before it continues. In place of a file, it takes
/// the address of a PostgreSQL ledger; calls that are refused because that is out of reach are made again.
enum Load {
    /// Many credits, so that no call is refused for lack of them.
    static let policy = """
        {
          "actions": {
            "fixed": { "cost": 10, "limits": [
              { "max": 10000000, "per": "day" }, { "max": 10000000, "within": "1h" }, { "max": 10000000, "within": "2s" }
            ] },
            "metered": { "cost": { "base": 1, "units": { "tokens": "1/1000" } }, "hold": { "tokens": 5000 } }
          },
          "plans": { "free": { "grants": [{ "credits": 1000000000, "every": "once" }, { "credits": 30, "every": "day" }] } },
          "defaultPlan": "free"
        }
        """

    struct Failed: Error {}

    /// Few, so that calls of several servers meet at one account all the time.
    private static let accounts: UInt64 = 20

    static func run(_ arguments: [String]) async throws {
        guard arguments.count >= 4, let seed = UInt64(arguments[2]), let tasks = Int(arguments[3]) else {
            print("usage: LedgerWorker load FILE LOG SEED TASKS [CALLS]")
            exit(2)
        }
        let calls = arguments.count > 4 ? Int(arguments[4]) ?? .max : .max
        let log = try Log(arguments[1])
        let clock = SkewedClock()
        let ledger = try await WorkerLedger.openAsServer(arguments[0], clock: clock) { report($0, log) }
        let policy = try Policy(parsing: policy)
        let durable = gate(ledger, policy, clock, .durable, log)
        let riding = gate(ledger, policy, clock, .eventual, log)
        let isOnServer = WorkerLedger.isAddress(arguments[0])
        try log.write("ready")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<tasks {
                group.addTask {
                    var random = Random(seed: seed &+ UInt64(task) &* 0x9E37_79B9_7F4A_7C15)
                    var made = 0
                    while made < calls {
                        made += 1
                        let name = "\(seed)/\(task)/\(made)"
                        let gate = random.next() % 4 == 0 ? riding : durable
                        do { try await call(gate, name, log, &random) } catch let refusal as Refusal {
                            guard isOnServer, case .unavailable = refusal.reason else { throw refusal }
                            log.tell("unavailable \(refusal.reason)")
                            try await Task.sleep(for: .milliseconds(100))
                        }
                    }
                }
            }
            if calls == .max, isOnServer {
                group.addTask { try await lookAfter(ledger) }
            } else if calls == .max {
                group.addTask { try await recoverAllTheTime(ledger, log) }
            }
            try await group.waitForAll()
        }
        await ledger.close()
        try log.write("done")
    }

    /// Housekeeping may fail because the ledger is out of reach or busy, and for no other reason.
    private static func report(_ event: Ledger.Event, _ log: Log) {
        switch event {
        case .recovered(let charges): for charge in charges { log.tell("recovered \(charge.id)") }
        case .failed(_, let error) where isTemporary(error): break
        case .failed, .stopped: log.tell("\(event)")
        @unknown default: log.tell("\(event)")
        }
    }

    private static func isTemporary(_ error: LedgerError) -> Bool {
        let text = error.description
        return error.code == .busy || text.contains("can't be reached") || text.contains("not known")
    }

    /// Durable answers go into the log. A settlement that joins a later commit is reported once it is on disk.
    private static func gate(
        _ ledger: any SQLLedger,
        _ policy: Policy,
        _ clock: any WallClock,
        _ settlement: Gate.SettlementMode,
        _ log: Log
    ) -> Gate {
        Gate(ledger: Ledger(ledger), policies: policy, clock: clock, settlement: settlement) { event in
            guard let charge = event.call else { return }
            switch event.name {
            case .allowed: log.tell("charged \(charge) \(event.credits)")
            case .settled: log.tell("settled \(charge) \(event.credits)")
            case .refunded: log.tell("refunded \(charge)")
            case .settledLate: log.tell("late \(charge)")
            case .closedElsewhere: log.tell("closed-before \(charge)")
            case .leftOpen: log.tell("open \(charge)")
            default: break
            }
        }
    }

    /// - Parameter name: the call's name, which no other call has. It is recorded with the charge, so that a call that
    ///   was charged twice can be found.
    private static func call(_ gate: Gate, _ name: String, _ log: Log, _ random: inout Random) async throws {
        let account = try AccountID("account \(random.next() % accounts)")
        let (kind, tokens) = (random.next() % 4, Int64(random.next() % 12_000))
        let fails = random.next() % 3 == 0
        let pauses = random.next() % 8 == 0
        do {
            let action = kind == 0 ? "metered" : "fixed"
            try await gate.run(action, for: account, attributes: ["call": .string(name)]) { call in
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

    private static func recoverAllTheTime(_ ledger: any SQLLedger, _ log: Log) async throws {
        try await untilOrphaned(pauseMilliseconds: 5) {
            for charge in try await ledger.recover(at: SystemClock().now) { log.tell("recovered \(charge.id)") }
            try await ledger.heartbeat(at: SystemClock().now)
        }
    }

    /// Housekeeping, thirty times as often as the ledger's own.
    private static func lookAfter(_ ledger: any SQLLedger) async throws {
        try await untilOrphaned(pauseMilliseconds: 500) { await WorkerLedger.performHousekeeping(of: ledger) }
    }

    /// After a crash of the test, nobody else would end this process.
    private static func untilOrphaned(pauseMilliseconds: Int, _ body: () async throws -> Void) async throws {
        let parent = getppid()
        while getppid() == parent {
            try await body()
            try await Task.sleep(for: .milliseconds(pauseMilliseconds))
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
