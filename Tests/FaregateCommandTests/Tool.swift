import Foundation

/// The tool as a person runs it: the built program, in a folder of its own.
struct Tool {
    let folder: URL

    struct Answer {
        let status: Int32
        let output: String
        let error: String

        func json() throws -> [String: Any] {
            try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any] ?? [:]
        }
    }

    static func inFolder(policy: String? = standardPolicy, _ body: (Tool) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("faregate-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        if let policy {
            try Data(policy.utf8).write(to: folder.appendingPathComponent("policy.jsonc"))
        }
        try body(Tool(folder: folder))
    }

    static let standardPolicy = """
        {
          "actions": {
            "generate": { "cost": 10, "rules": [{ "when": { "size": "large" }, "cost": 25 }] },
            "slow": { "cost": 10, "timeout": "100ms" },
          },
          "plans": { "free": { "grants": [{ "credits": 50, "every": "once" }] } },
          "defaultPlan": "free",
        }
        """

    func callAsFunction(_ words: String..., environment: [String: String] = [:]) throws -> Answer {
        try run(words, environment: environment)
    }

    func run(_ words: [String], environment: [String: String] = [:]) throws -> Answer {
        let process = Process()
        process.executableURL = Tool.program
        process.currentDirectoryURL = folder
        process.arguments = words
        process.environment = [
            "PATH": "/usr/bin:/bin", "FAREGATE_DATABASE": "test.faregate", "FAREGATE_POLICIES": "policy.jsonc",
        ].merging(environment) { $1 }
        // Files, not pipes: nothing to drain while the program runs.
        let output = try file("out"), error = try file("err")
        process.standardOutput = output
        process.standardError = error
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return Answer(status: process.terminationStatus, output: try text("out"), error: try text("err"))
    }

    private func file(_ name: String) throws -> FileHandle {
        let url = folder.appendingPathComponent(name)
        try Data().write(to: url)
        return try FileHandle(forWritingTo: url)
    }

    private func text(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: folder.appendingPathComponent(name)), as: UTF8.self)
    }

    /// Beside the test bundle.
    private static var program: URL {
        let arguments = CommandLine.arguments
        let bundle = arguments.firstIndex(of: "--test-bundle-path").map { arguments[$0 + 1] } ?? arguments[0]
        return URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent("faregate")
    }
}
