#if Postgres
import Foundation

/// The command line tool as a person runs it: the built program, beside the test bundle.
enum Tool {
    struct Answer: Equatable {
        let status: Int32
        let output: String
        let error: String

        /// The output's figures, with `--json`.
        func figures() throws -> [String: Any] {
            let json = try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any]
            return json?["figures"] as? [String: Any] ?? [:]
        }

        /// Whether it fits on a terminal.
        var isNarrow: Bool { (output + error).split(separator: "\n").allSatisfy { $0.count <= 80 } }
    }

    /// - Parameter database: the ledger that the environment names.
    static func run(_ words: String..., database: String) throws -> Answer {
        try run(words, database: database)
    }

    static func run(_ words: [String], database: String) throws -> Answer {
        let folder = FileManager.default.temporaryDirectory.appending(path: "faregate-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let process = Process()
        process.executableURL = program
        process.currentDirectoryURL = folder
        process.arguments = words
        process.environment = [
            "PATH": "/usr/bin:/bin", "FAREGATE_DATABASE": database,
            "LD_LIBRARY_PATH": ProcessInfo.processInfo.environment["LD_LIBRARY_PATH"] ?? "",
        ]
        // Files and not pipes: nothing has to be read while the program runs.
        let (output, error) = (folder.appending(path: "out"), folder.appending(path: "err"))
        for file in [output, error] { try Data().write(to: file) }
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: error)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return Answer(status: process.terminationStatus, output: try text(output), error: try text(error))
    }

    private static func text(_ file: URL) throws -> String {
        String(decoding: try Data(contentsOf: file), as: UTF8.self)
    }

    private static var program: URL {
        let arguments = CommandLine.arguments
        let bundle = arguments.firstIndex(of: "--test-bundle-path").map { arguments[$0 + 1] } ?? arguments[0]
        return URL(fileURLWithPath: bundle).deletingLastPathComponent().appending(path: "faregate")
    }
}
#endif
