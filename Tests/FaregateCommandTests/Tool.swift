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
        try run(Tool.program, words, environment: environment, output: folder)
    }

    /// As a user who may do nothing but what everybody may.
    func runUnprivileged(_ words: [String]) throws -> Answer {
        // Nobody else may look into the folder that the program was built in, perhaps.
        let place = FileManager.default.temporaryDirectory.appendingPathComponent("faregate-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: place) }
        let copy = place.appendingPathComponent("faregate")
        try FileManager.default.copyItem(at: Tool.program, to: copy)
        guard getuid() == 0 else { return try run(copy, words, output: place) }
        let stepDown = ["--reuid=65534", "--regid=65534", "--clear-groups", copy.path]
        return try run(URL(fileURLWithPath: "/usr/bin/setpriv"), stepDown + words, output: place)
    }

    private func run(
        _ program: URL,
        _ words: [String],
        environment: [String: String] = [:],
        output place: URL
    ) throws -> Answer {
        let process = Process()
        process.executableURL = program
        process.currentDirectoryURL = folder
        process.arguments = words
        process.environment = [
            "PATH": "/usr/bin:/bin", "FAREGATE_DATABASE": "test.faregate", "FAREGATE_POLICIES": "policy.jsonc",
        ].merging(environment) { $1 }
        // Files, not pipes: nothing to drain while the program runs.
        let output = place.appendingPathComponent("out"), error = place.appendingPathComponent("err")
        process.standardOutput = try emptyFile(output)
        process.standardError = try emptyFile(error)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return Answer(status: process.terminationStatus, output: try text(output), error: try text(error))
    }

    private func emptyFile(_ url: URL) throws -> FileHandle {
        try Data().write(to: url)
        return try FileHandle(forWritingTo: url)
    }

    private func text(_ url: URL) throws -> String {
        String(decoding: try Data(contentsOf: url), as: UTF8.self)
    }

    /// Beside the test bundle.
    private static var program: URL {
        let arguments = CommandLine.arguments
        let bundle = arguments.firstIndex(of: "--test-bundle-path").map { arguments[$0 + 1] } ?? arguments[0]
        return URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent("faregate")
    }
}
