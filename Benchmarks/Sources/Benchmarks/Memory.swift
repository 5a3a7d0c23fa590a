import Faregate
import FaregateSQLite
import Foundation
import Workload

/// The resident memory of this program, run anew: once doing nothing, once with callers on a ledger.
enum Memory {
    static let callers = 64
    static let seconds = 3.0

    /// What the child does, when this process is one.
    static func runAsChild(_ words: [String]) async throws {
        if words.count == 2, let accounts = Int(words[1]) {
            let ledger = try await Ledger.sqlite(words[0])
            let calls = try GatedCalls(ledger: ledger, workload: Workload(accounts: accounts, draws: 4096))
            _ = try await calls.measure(callers: callers, seconds: seconds)
            print(calls.calls, peakKibibytes(of: "self"))
            await ledger.close()
        } else {
            print(0, peakKibibytes(of: "self"))
        }
    }

    /// - Returns: the peak with callers above that of the empty process, in MiB, and the calls that the child made;
    ///   nil where the system doesn't tell.
    static func measure(_ ledger: String, accounts: Int) throws -> (mebibytes: Double, calls: Int)? {
        let empty = try child([])
        let busy = try child([ledger, String(accounts)])
        guard empty.peak > 0, busy.peak > 0 else { return nil }
        return (Double(busy.peak - empty.peak) / 1024, busy.calls)
    }

    private static func child(_ words: [String]) throws -> (calls: Int, peak: Int) {
        let (process, output) = (Process(), Pipe())
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = ["--child"] + words
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let numbers = text.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        return numbers.count == 2 ? (numbers[0], numbers[1]) : (0, 0)
    }

    /// [VmHWM](https://man7.org/linux/man-pages/man5/proc_pid_status.5.html): the peak of the resident set.
    static func peakKibibytes(of process: String) -> Int {
        let status = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line?.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }.first ?? 0
    }
}
