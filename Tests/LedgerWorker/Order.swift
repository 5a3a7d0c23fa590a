import Faregate
import FaregateSQLite
import FaregateTesting
import Foundation

/// `LedgerWorker order [SEED [ROUNDS [CALLS]]]`: 16 tasks in three processes call one ledger, each this many times. For
/// each account, an order of the calls that explains all answers is searched. Each round has a new file.
///
/// `LedgerWorker order-calls FILE LOG SEED TASKS CALLS` is one of the processes: it reports that it is ready, waits for
/// a line, and writes its calls to its log as lines of JSON. In place of a file, it takes the address of a PostgreSQL
/// ledger, and then calls that fail are lost: they may have had an effect. `LedgerWorker order-check ADDRESS LOG…`
/// searches for the order of these calls.
enum Order {
    private static let tasks = [6, 5, 5]

    static func run(_ arguments: [String]) async throws {
        let numbers = arguments.map { UInt64($0) }
        guard numbers.count <= 3, !numbers.contains(nil) else {
            print("usage: LedgerWorker order [SEED [ROUNDS [CALLS]]]")
            exit(2)
        }
        let seed = numbers.first.flatMap { $0 } ?? UInt64.random(in: 0...UInt64(UInt32.max))
        let rounds = numbers.dropFirst().first.flatMap { $0 } ?? 20
        let calls = numbers.dropFirst(2).first.flatMap { $0 } ?? 30
        print("order: seed \(seed), \(rounds) rounds")
        var count = 0
        for round in 0..<rounds {
            let recorded = try await record(seed: seed &+ round, calls: Int(calls))
            do { try CallOrder.check(recorded) } catch {
                print("seed \(seed), round \(round)")
                throw error
            }
            count += recorded.count
        }
        print("\(count) calls by \(tasks.reduce(0, +)) tasks in \(tasks.count) processes: each account's have an order")
    }

    /// The answers to all processes, on a new ledger.
    private static func record(seed: UInt64, calls: Int) async throws -> [RecordedCall] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "order-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let file = folder + "/order.faregate"
        let callers = try tasks.enumerated().map { number, tasks in
            try Caller(
                file, log: "\(folder)/\(number).log", seed: (seed << 8) &+ UInt64(number), tasks: tasks, calls: calls)
        }
        for caller in callers { try caller.isReady() }
        for caller in callers { try caller.begin() }
        let recorded = try callers.flatMap { try $0.result() }
        let ledger = try await SQLiteLedger.open(file, trace: nil)
        let report = try await ledger.audit()
        await ledger.close()
        guard report.differences.isEmpty else { throw Failed(what: "seed \(seed), audited: \(report.differences)") }
        return recorded
    }

    static func makeCalls(_ arguments: [String]) async throws {
        guard arguments.count == 5, let seed = UInt64(arguments[2]), let tasks = Int(arguments[3]),
            let calls = Int(arguments[4]), (1...100).contains(calls)
        else {
            print("usage: LedgerWorker order-calls FILE LOG SEED TASKS CALLS")
            exit(2)
        }
        let ledger = try await WorkerLedger.open(arguments[0])
        let log = try Log(arguments[1])
        FileHandle.standardOutput.write(Data("ready\n".utf8))
        guard readLine() != nil else { exit(3) }
        let process = "process \(ProcessInfo.processInfo.processIdentifier)"
        let recorder = CallRecorder(
            ledger, process: process, seed: seed, keepsErrors: WorkerLedger.isAddress(arguments[0])
        )
        let recorded = try await recorder.record(tasks: tasks, calls: calls)
        await ledger.close()
        for call in recorded { try log.write(String(decoding: JSONEncoder().encode(call), as: UTF8.self)) }
    }

    static func calls(_ log: String) throws -> [RecordedCall] {
        let text = try String(contentsOfFile: log, encoding: .utf8)
        return try text.split(separator: "\n").map { try JSONDecoder().decode(RecordedCall.self, from: Data($0.utf8)) }
    }

    struct Failed: Error, CustomStringConvertible {
        let what: String
        var description: String { what }
    }
}

/// A process that calls the ledger.
private final class Caller {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private let log: String

    init(_ file: String, log: String, seed: UInt64, tasks: Int, calls: Int) throws {
        self.log = log
        process.executableURL = Bundle.main.executableURL
        process.arguments = ["order-calls", file, log, "\(seed)", "\(tasks)", "\(calls)"]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
    }

    /// Returns once the process has opened the ledger.
    func isReady() throws {
        guard try output.fileHandleForReading.read(upToCount: 6) == Data("ready\n".utf8) else {
            throw Order.Failed(what: "a process that calls ended before it began")
        }
    }

    func begin() throws { try input.fileHandleForWriting.write(contentsOf: Data("begin\n".utf8)) }

    func result() throws -> [RecordedCall] {
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Order.Failed(what: "a process that calls ended with \(process.terminationStatus)")
        }
        return try Order.calls(log)
    }
}
