import CSQLite
import FaregateSQLite
import Foundation
import TestSupport

/// The tool as a person runs it: the built program, in its own folder.
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

    /// Starts with an empty ledger by default.
    static func inFolder(
        policy: String? = standardPolicy, makingLedger: Bool = true, _ body: (Tool) throws -> Void
    ) throws {
        let tool = try Tool(policy: policy)
        defer { tool.remove() }
        if makingLedger {
            let made = try tool("init")
            guard made.status == 0 else { throw Unprepared(message: made.error) }
        }
        try body(tool)
    }

    /// Starts with a ledger that stays open while the program is called.
    static func inFolderWithLedger(
        policy: String = standardPolicy, _ body: (Tool, SQLiteLedger) async throws -> Void
    ) async throws {
        try await withPlace {
            let tool = try Tool(policy: policy)
            defer { tool.remove() }
            let ledger = try await SQLiteLedger.open(tool.path("test.faregate"), trace: nil)
            do { try await body(tool, ledger) } catch {
                await ledger.close()
                throw error
            }
            await ledger.close()
        }
    }

    private init(policy: String?) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("faregate-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        if let policy { try Data(policy.utf8).write(to: folder.appendingPathComponent("policy.jsonc")) }
    }

    private func remove() { try? FileManager.default.removeItem(at: folder) }

    /// The path of a file in the folder.
    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    /// The names of all files in the folder, except those that the answers are written to.
    var files: [String] {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { !["out", "err"].contains($0) }
                .sorted()
        }
    }

    struct Unprepared: Error {
        let message: String
    }

    /// Damages the ledger's file through a connection that is independent of the code under test, without the triggers
    /// that protect the file.
    func tamper(_ sql: String, in file: String = "test.faregate") throws {
        var handle: OpaquePointer?
        defer { sqlite3_close(handle) }
        sqlite3_open(path(file), &handle)
        sqlite3_busy_timeout(handle, 10_000)
        for trigger in ["grants_keep_their_amount", "journal_keeps", "charges_stay_closed"] {
            sqlite3_exec(handle, "DROP TRIGGER IF EXISTS \(trigger)", nil, nil, nil)
        }
        let result = sqlite3_exec(handle, sql, nil, nil, nil)
        guard result == SQLITE_OK else { throw Unprepared(message: String(cString: sqlite3_errmsg(handle))) }
    }

    /// The first column of a query, read in the same way.
    func column(_ sql: String) throws -> [String] {
        var handle: OpaquePointer?
        var statement: OpaquePointer?
        defer {
            sqlite3_finalize(statement)
            sqlite3_close(handle)
        }
        sqlite3_open(folder.path + "/test.faregate", &handle)
        guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK else {
            throw Unprepared(message: String(cString: sqlite3_errmsg(handle)))
        }
        var values: [String] = []
        while sqlite3_step(statement) == SQLITE_ROW {
            values.append(sqlite3_column_text(statement, 0).map { String(cString: $0) } ?? "NULL")
        }
        return values
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

    /// Runs a line of shell, with the tool in its path.
    func shell(_ line: String, environment: [String: String] = [:]) throws -> Answer {
        let path = Tool.program.deletingLastPathComponent().path
        let environment = environment.merging(["PATH": "\(path):/usr/bin:/bin"]) { $1 }
        return try run(URL(fileURLWithPath: "/bin/sh"), ["-c", line], environment: environment, output: folder)
    }

    /// Runs the body while another process has the ledger open: a command that waits for a signal.
    func whileInUse(_ body: () throws -> Void) throws {
        let process = process(
            Tool.program, ["run", "generate", "--account", "ana", "--", "sh", "-c", "echo ready; read line"])
        let (input, output) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput) = (input, output)
        try process.run()
        _ = output.fileHandleForReading.availableData
        defer {
            try? input.fileHandleForWriting.write(contentsOf: Data("\n".utf8))
            process.waitUntilExit()
        }
        try body()
    }

    /// Runs as a user with the rights of everybody.
    func runUnprivileged(_ words: [String]) throws -> Answer {
        // The folder in which the program was built may be closed to other users.
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
        let process = process(program, words, environment: environment)
        // Files and not pipes: nothing has to be read while the program runs.
        let output = place.appendingPathComponent("out"), error = place.appendingPathComponent("err")
        process.standardOutput = try emptyFile(output)
        process.standardError = try emptyFile(error)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return Answer(status: process.terminationStatus, output: try text(output), error: try text(error))
    }

    private func process(_ program: URL, _ words: [String], environment: [String: String] = [:]) -> Process {
        let process = Process()
        process.executableURL = program
        process.currentDirectoryURL = folder
        process.arguments = words
        process.environment = [
            "PATH": "/usr/bin:/bin", "FAREGATE_DATABASE": "test.faregate", "FAREGATE_POLICIES": "policy.jsonc",
            // The program must load the same SQLite as these tests: see Scripts/current-sqlite.
            "LD_LIBRARY_PATH": ProcessInfo.processInfo.environment["LD_LIBRARY_PATH"] ?? "",
        ].merging(environment) { $1 }
        return process
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
