import Faregate
import FaregateSQLite
import Foundation
import Testing

@Suite struct ProcessTests {
    @Test func fourProcessesShareCreditsForExactlyTenCalls() async throws {
        try await withFolder { folder in
            let path = folder + "/shared.faregate"
            let workers = try (0..<4).map { _ in try Worker(arguments: [path, "ana", "16"]) }
            let counts = try workers.map { try $0.result() }

            #expect(counts.reduce(0) { $0 + $1.admitted } == 10)
            #expect(counts.reduce(0) { $0 + $1.refused } == 54)
            let database = try RawDatabase(path)
            #expect(
                try database.rows("SELECT sum(remaining), sum(taken) FROM grants") == [["0", "100"]]
            )
            #expect(try database.rows("SELECT sum(credits) FROM journal") == [["0"]])
            #expect(try database.discrepancies() == [])
        }
    }
}

/// A `LedgerWorker` that is running.
private struct Worker {
    private let process = Process()
    private let output = Pipe()

    init(arguments: [String]) throws {
        process.executableURL = Worker.folder.appendingPathComponent("LedgerWorker")
        process.arguments = arguments
        process.standardOutput = output
        try process.run()
    }

    func result() throws -> (admitted: Int, refused: Int) {
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let numbers = text.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        guard process.terminationStatus == 0, numbers.count == 2 else {
            throw TestFailure("a worker ended with \(process.terminationStatus): \(text)")
        }
        return (numbers[0], numbers[1])
    }

    /// Where the products of this build lie: beside the test bundle.
    private static var folder: URL {
        let arguments = CommandLine.arguments
        let bundle = arguments.firstIndex(of: "--test-bundle-path").map { arguments[$0 + 1] } ?? arguments[0]
        return URL(fileURLWithPath: bundle).deletingLastPathComponent()
    }
}
