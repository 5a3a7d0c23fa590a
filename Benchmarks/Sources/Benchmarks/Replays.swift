import Foundation
import Workload

/// The command that prices the calls of a ledger again under another policy, as people run it.
enum Replays {
    private struct Report: Decodable {
        struct Sum: Decodable {
            let calls: Int
            let creditsBefore: Int64
            let creditsAfter: Int64
        }

        let total: Sum
    }

    /// - Parameters:
    ///   - ledger: the path of its file.
    ///   - tool: the path of the built `faregate`.
    /// - Returns: the seconds for a million calls, and the peak of its memory, in MiB.
    static func measure(_ ledger: String, tool: String) throws -> (seconds: Double, mebibytes: Double) {
        let policy = ledger + ".replay.jsonc"
        let dearer = GatedCalls.policy.replacing("\"cost\": \(Workload.cost),", with: "\"cost\": \(Workload.cost + 2),")
        try dearer.write(toFile: policy, atomically: true, encoding: .utf8)
        let (process, output) = (Process(), Pipe())
        process.executableURL = URL(fileURLWithPath: tool)
        process.arguments = ["replay", "--database", ledger, "--policies", policy, "--json"]
        process.standardOutput = output
        let start = ContinuousClock.now
        try process.run()
        var peak = 0
        while process.isRunning {
            peak = max(peak, Memory.peakKibibytes(of: "\(process.processIdentifier)"))
            Thread.sleep(forTimeInterval: 0.02)
        }
        let seconds = (ContinuousClock.now - start).inSeconds
        let report = try JSONDecoder().decode(Report.self, from: output.fileHandleForReading.readDataToEndOfFile())
        let isRight = report.total.creditsAfter > report.total.creditsBefore && report.total.calls > 0
        guard process.terminationStatus == 0, isRight else { fatalError("\(tool) replayed \(report)") }
        return (seconds * 1e6 / Double(report.total.calls), Double(peak) / 1024)
    }
}
