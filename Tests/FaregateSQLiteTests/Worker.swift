import Foundation
import TestSupport

/// A `LedgerWorker` that is running.
struct Worker {
    private let process = Process()
    private let output = Pipe()

    init(arguments: [String]) throws {
        process.executableURL = Worker.folder.appendingPathComponent("LedgerWorker")
        process.arguments = arguments
        process.standardOutput = output
        try process.run()
    }

    func result() throws -> (admitted: Int, refused: Int) {
        let numbers = try numbers(2)
        return (numbers[0], numbers[1])
    }

    /// Waits for its end, and reads what it printed.
    func numbers(_ count: Int) throws -> [Int] {
        let text = try text()
        let numbers = text.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        guard numbers.count == count else { throw TestFailure("a worker printed something else: \(text)") }
        return numbers
    }

    /// Waits for its end, and reads what it printed.
    func text() throws -> String {
        let (status, text) = try end()
        guard status == 0 else { throw TestFailure("a worker ended with \(status): \(text)") }
        return text
    }

    /// Waits for its end.
    func end() throws -> (status: Int32, text: String) {
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }

    /// Where the products of this build lie: beside the test bundle.
    private static var folder: URL {
        let arguments = CommandLine.arguments
        let bundle = arguments.firstIndex(of: "--test-bundle-path").map { arguments[$0 + 1] } ?? arguments[0]
        return URL(fileURLWithPath: bundle).deletingLastPathComponent()
    }
}
