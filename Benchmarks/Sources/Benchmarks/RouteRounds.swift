import Foundation

/// A route of a web server with and without the gate in front, called by [wrk](https://github.com/wg/wrk).
///
/// The script starts the server; it proves its books itself when it is stopped.
struct RouteRounds: Entrant {
    let url: String
    let seconds: Double

    func round(_ samples: Samples) throws {
        for (sample, path) in [(Sample.bareRoute, "bare"), (.gatedRoute, "gated")] {
            samples.add(sample, try requestsPerSecond("\(url)/\(path)"))
        }
    }

    /// By 64 connections. wrk takes whole seconds only.
    private func requestsPerSecond(_ url: String) throws -> Double {
        let (process, output) = (Process(), Pipe())
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        let duration = "\(max(1, Int(seconds.rounded(.up))))s"
        process.arguments = ["wrk", "--threads", "1", "--connections", "64", "--duration", duration, url]
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let line = text.split(separator: "\n").first { $0.hasPrefix("Requests/sec:") }
        guard let rate = line?.split(separator: " ").last.flatMap({ Double($0) }), rate > 0,
            !text.contains("Non-2xx"), !text.contains("Socket errors")
        else { fatalError("wrk on \(url): \(text)") }
        return rate
    }
}
