import Faregate
import FaregateSQLite
import Foundation
import TestSupport
import Testing

/// A `LedgerWorker` under load, to be killed at any moment.
final class LoadWorker {
    private let process = Process()
    let log: String

    /// - Parameter disk: the file in which its disk remembers what is done to it; nil for the system's own disk.
    init(_ path: String, log: String, seed: UInt64, tasks: Int, calls: Int? = nil, disk: String? = nil) throws {
        self.log = log
        process.executableURL = LoadWorker.folder.appendingPathComponent("LedgerWorker")
        process.arguments = ["load", path, log, "\(seed)", "\(tasks)"] + (calls.map { ["\($0)"] } ?? [])
        if let disk {
            process.environment = ProcessInfo.processInfo.environment.merging(["FAREGATE_DISK": disk]) { $1 }
        }
        process.standardOutput = FileHandle.standardError
        try process.run()
    }

    var processID: Int32 { process.processIdentifier }

    /// It has the ledger open and calls.
    func isReady() async throws {
        while try !LoadWorker.lines(log).contains("ready") {
            guard process.isRunning else { throw TestFailure("a worker ended with \(process.terminationStatus)") }
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    /// Kills it as a power cut would kill a process: it gets to do nothing more.
    func kill() throws {
        guard process.isRunning else { throw TestFailure("a worker ended by itself: \(process.terminationStatus)") }
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Halts it where it is; when this returns, none of its threads does anything more.
    func pause() throws {
        Foundation.kill(process.processIdentifier, SIGSTOP)
        var about = siginfo_t()
        guard waitid(P_PID, id_t(process.processIdentifier), &about, WSTOPPED) == 0 else {
            throw TestFailure("a worker didn't halt: \(String(cString: strerror(errno)))")
        }
    }

    func goOn() { Foundation.kill(process.processIdentifier, SIGCONT) }

    /// Waits until it has made all of its calls.
    func end() throws {
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw TestFailure("a worker ended with \(process.terminationStatus)")
        }
    }

    /// What it was told of: the last line may have been cut short by its end.
    static func lines(_ log: String) throws -> [String] {
        guard let text = FileManager.default.contents(atPath: log).map({ String(decoding: $0, as: UTF8.self) }) else {
            return []
        }
        return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    /// Where the products of this build lie: beside the test bundle.
    static var folder: URL {
        let arguments = CommandLine.arguments
        let bundle = arguments.firstIndex(of: "--test-bundle-path").map { arguments[$0 + 1] } ?? arguments[0]
        return URL(fileURLWithPath: bundle).deletingLastPathComponent()
    }
}

/// What workers were told, by what it is about.
struct Told {
    private(set) var charged: [Int64: Int64] = [:]
    private(set) var settled: [Int64: Int64] = [:]
    private(set) var reported: [Int64: Int64] = [:]
    private(set) var refunded: Set<Int64> = []
    private(set) var recovered: Set<Int64> = []

    init(_ logs: [String]) throws {
        for line in try logs.flatMap(LoadWorker.lines) {
            let words = line.split(separator: " ")
            switch (words[0], words.count > 1 ? Int64(words[1]) : nil) {
            case ("charged", let id?):
                guard charged.updateValue(Int64(words[2]) ?? -1, forKey: id) == nil else {
                    throw TestFailure("charge \(id) was told of twice")
                }
            case ("settled", let id?): settled[id] = Int64(words[2])
            case ("reported", let id?): reported[id] = Int64(words[2])
            case ("refunded", let id?): refunded.insert(id)
            case ("recovered", let id?):
                guard recovered.insert(id).inserted else { throw TestFailure("charge \(id) was recovered twice") }
            case ("ready", _), ("done", _): break
            default: throw TestFailure("a worker was told: \(line)")
            }
        }
    }

    /// Holds the file to what was told: every charge is in it, at its price, and what was closed is closed like that.
    func check(_ database: RawDatabase) throws {
        var rows: [Int64: (state: String, quoted: Int64, cost: Int64)] = [:]
        for row in try database.rows("SELECT id, state, quoted, cost FROM charges") {
            if let id = Int64(row[0]) { rows[id] = (row[1], Int64(row[2]) ?? -1, Int64(row[3]) ?? -1) }
        }
        let lost = charged.filter { rows[$0.key]?.quoted != $0.value }
        #expect(lost.isEmpty, "charges that were told of and aren't there")
        let unsettled = settled.keys.filter { rows[$0]?.state != "1" }
        #expect(unsettled.isEmpty, "charges that were told to be settled and aren't")
        let unrefunded = refunded.union(recovered).filter { rows[$0]?.state != "2" }
        #expect(unrefunded.isEmpty, "charges that were told to be refunded and aren't")
        #expect(settled.keys.filter(refunded.contains).isEmpty, "charges that ended twice")
        #expect(recovered.filter { settled[$0] != nil || refunded.contains($0) }.isEmpty, "charges that ended twice")
        let mispriced = settled.filter { id, cost in
            let price = reported[id].map { 1 + ($0 + 999) / 1000 } ?? rows[id]?.quoted
            return cost != price || rows[id]?.cost != price
        }
        #expect(mispriced.isEmpty, "charges that were settled at another price")
    }
}
