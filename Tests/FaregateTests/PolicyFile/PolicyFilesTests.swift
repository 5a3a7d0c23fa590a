import Faregate
import Foundation
import Testing

@Suite("A folder of policy files")
struct PolicyFilesTests {
    private let disk = MemoryDisk()

    private func load(_ path: String = "p") throws(Policy.FileError) -> Policy.Files.LoadedPolicy {
        try Policy.Files(path: path, environment: [:], forSale: false, disk: disk).load()
    }

    private func messages(_ path: String = "p") -> [String] {
        do throws(Policy.FileError) {
            _ = try load(path)
            return []
        } catch {
            return error.diagnostics.map { "\($0.location): \($0.message)" }
        }
    }

    @Test("A folder is one policy, however it is split into files")
    func merges() throws {
        disk.write(#"{ "timezone": "UTC", "actions": { "a": { "cost": 1 } } }"#, to: "p/one.jsonc")
        disk.write(#"{ "actions": { "b": { "cost": 2 } }, "plans": { "free": {} } }"#, to: "p/two.json")
        disk.write(#"{ "defaultPlan": "free" }"#, to: "p/three.jsonc")
        let whole = """
            { "timezone": "UTC", "actions": { "a": { "cost": 1 }, "b": { "cost": 2 } }, "plans": { "free": {} },
              "defaultPlan": "free" }
            """
        let policy = try load().policy
        #expect(policy.version == (try Policy(parsing: whole).version))
        #expect(policy.actions["b"]?.location.description == "p/two.json:1:31")
        #expect(policy.defaultPlan?.name == "free")
    }

    @Test("A folder without actions is accepted, with a warning")
    func noActions() throws {
        disk.write("{}", to: "p/a.jsonc")
        #expect(try load().warnings.map(\.description) == ["p/a.jsonc: warning: this policy has no actions to call"])
    }

    @Test("A folder's hidden files, schemas and other files are ignored")
    func passesOver() throws {
        disk.write("{}", to: "p/a.jsonc")
        for name in [
            ".hidden.jsonc", ".\u{301}.jsonc", "policy.schema.json", "readme.txt", "a.jsonc~", "deeper/b.jsonc",
        ] {
            disk.write("not a policy", to: "p/\(name)")
        }
        disk.remove("p/deeper/b.jsonc")
        #expect(throws: Never.self) { try load() }
    }

    @Test("A file whose name has a mark before its ending is read like any other")
    func marks() throws {
        disk.write("{}", to: "p/a.jsonc")
        for name in ["x\u{600}.jsonc", "pre\u{E7}os.jsonc", "prec\u{327}os.jsonc"] {
            disk.write(#"{ "actions": 1 }"#, to: "p/\(name)")
            #expect(throws: Policy.FileError.self) { try load() }
            disk.remove("p/\(name)")
        }
        #expect("p/\u{301}.jsonc".lastPathPart.utf8.elementsEqual("\u{301}.jsonc".utf8))
    }

    @Test("A folder can't define a name twice, and the error names both places")
    func definedTwice() {
        disk.write(
            """
            { "timezone": "UTC", "lowBalance": 1,
              "actions": { "a": { "cost": 1 } }, "plans": { "free": {} },
              "packs": { "50": { "credits": 50, "price": "10.00 USD" } } }
            """,
            to: "p/one.jsonc"
        )
        disk.write(
            """
            { "timezone": "UTC", "lowBalance": 2,
              "actions": { "b": { "cost": 1 }, "a": { "cost": 2 } }, "plans": { "free": {} },
              "packs": { "50": { "credits": 50, "price": "12.00 USD" } } }
            """,
            to: "p/two.jsonc"
        )
        #expect(
            messages() == [
                #"p/two.jsonc:1:3: "timezone" is defined twice; the other one is at p/one.jsonc:1:3"#,
                #"p/two.jsonc:1:22: "lowBalance" is defined twice; the other one is at p/one.jsonc:1:22"#,
                #"p/two.jsonc:2:36: the action "a" is defined twice; the other one is at p/one.jsonc:2:16"#,
                #"p/two.jsonc:2:69: the plan "free" is defined twice; the other one is at p/one.jsonc:2:49"#,
                #"p/two.jsonc:3:14: the pack "50" is defined twice; the other one is at p/one.jsonc:3:14"#,
            ]
        )
    }

    @Test("All mistakes of a folder's files are shown, and none that only follow from them")
    func allFiles() {
        disk.write(#"{ "actions": { "a": { "cots": 1 } }, "defaultPlan": "free" }"#, to: "p/one.jsonc")
        disk.write(#"{ "plans": { "free": { }"#, to: "p/two.jsonc")
        #expect(
            messages() == [
                #"p/one.jsonc:1:23: unknown key "cots"; did you mean "cost"?"#,
                #"p/two.jsonc:1:12: this "{" is never closed"#,
            ]
        )
    }

    @Test("A folder or file that is missing, empty or too large gives a clear error")
    func unusable() {
        #expect(messages("q") == ["q:1:1: there is no such file or folder"])
        disk.write("", to: "q/readme.txt")
        #expect(messages("q") == ["q:1:1: this folder has no policy file"])

        disk.write(Array(repeating: 0x20, count: 8 * 1024 * 1024 + 1), to: "large.jsonc")
        #expect(messages("large.jsonc") == ["large.jsonc:1:1: a policy file has at most 8 MiB; this one has more"])

        for number in 0..<257 { disk.write("{}", to: "many/\(number).json") }
        #expect(messages("many") == ["many:1:1: a policy has at most 256 files; this folder has 257"])
    }

    @Test(
        "A file must be UTF-8",
        arguments: [
            ([0xFF, 0xFE, 0x7B, 0x00], "f:1:1: this file is UTF-16"),
            ([0xFE, 0xFF, 0x00, 0x7B], "f:1:1: this file is UTF-16"),
            ([0x7B, 0x00, 0x7D, 0x00], "f:1:1: this file is UTF-16"),
            ([0x00, 0x00, 0x00, 0x7B], "f:1:1: this file is UTF-32"),
            ([0x7B, 0x0A, 0x20, 0xC3, 0xA9, 0xE9, 0x7D], "f:2:3: this byte is not UTF-8"),
            ([0xC0, 0x80], "f:1:1: this byte is not UTF-8"),
            ([0x7B, 0xED, 0xA0, 0x80, 0x7D], "f:1:2: this byte is not UTF-8"),
        ] as [([UInt8], String)]
    )
    func encoding(_ bytes: [UInt8], _ message: String) {
        disk.write(bytes, to: "f")
        #expect(messages("f") == [message])
    }

    @Test("A file can begin with a byte order mark, which is ignored")
    func byteOrderMark() throws {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        disk.write(mark + Array("{}".utf8), to: "f")
        #expect(throws: Never.self) { try load("f") }
        disk.write(mark + Array(#"{"action": {}}"#.utf8), to: "f")
        #expect(messages("f") == [#"f:1:2: unknown key "action"; did you mean "actions"?"#])
    }
}

@Suite("Policy files on a real disk")
struct LocalDiskTests {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "faregate-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    @Test("Policy files are read from folders and through links")
    func reads() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(#"{ "actions": { "a": { "cost": 1 } } }"#.utf8).write(to: folder.appending(path: "a.jsonc"))
        try FileManager.default.createDirectory(
            at: folder.appending(path: "b.jsonc"),
            withIntermediateDirectories: false
        )
        #expect(try Policy.Files(path: folder.path).load().policy.actions.keys.sorted() == ["a"])
        #expect(try Policy.Files(path: folder.path + "/").load().policy.actions.keys.sorted() == ["a"])

        let link = folder.appending(path: "c.jsonc")
        try FileManager.default.createSymbolicLink(at: link, withDestinationURL: folder.appending(path: "gone"))
        let error = #expect(throws: Policy.FileError.self) { try Policy.Files(path: folder.path).load() }
        #expect(error?.description == "\(link.path): error: there is no such file or folder")
    }

    @Test("Pipes and devices are refused without waiting for them")
    func pipes() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let pipe = folder.appending(path: "a.jsonc").path
        #expect(mkfifo(pipe, 0o600) == 0)
        for path in [pipe, "/dev/zero", folder.path] {
            #expect(throws: Policy.FileError.self) { try Policy.Files(path: path).load() }
        }
    }
}
