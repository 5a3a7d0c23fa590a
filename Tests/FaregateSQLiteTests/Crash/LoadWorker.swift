import Faregate
import FaregateSQLite
import FaregateTesting
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

extension LoadLog {
    init(logs: [String]) throws { self.init(try logs.flatMap(LoadWorker.lines)) }

    /// Holds the file to what was told.
    ///
    /// - Parameter areLogsComplete: false if calls went on after the logs were read.
    func check(_ database: RawDatabase, areLogsComplete: Bool = true) throws {
        var rows: [Int64: Row] = [:]
        for row in try database.rows("SELECT id, state, quoted, cost FROM charges") {
            let numbers = row.map { Int64($0) ?? -1 }
            rows[numbers[0]] = Row(state: numbers[1], quoted: numbers[2], cost: numbers[3])
        }
        #expect(differences(from: rows, areLogsComplete: areLogsComplete) == [])
        #expect(late.isEmpty && closedBefore.isEmpty && leftOpen == 0 && unavailable == 0)
    }
}
