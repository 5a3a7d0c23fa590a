import Faregate
import FaregateBooks
import FaregateSQLite
import Foundation
import Testing

/// The tool opens only ledgers, and only `faregate init` makes one.
@Suite struct FileTests {
    @Test("The init command makes a ledger that only its owner can read, and never replaces a file")
    func makes() throws {
        try Tool.inFolder(makingLedger: false) { faregate in
            let made = try faregate("init")
            #expect(made.status == 0)
            #expect(made.output == "made an empty ledger: test.faregate\n")
            #expect(made.error == "")
            let attributes = try FileManager.default.attributesOfItem(atPath: faregate.path("test.faregate"))
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            #expect(try faregate("audit").status == 0)

            _ = try faregate("grant", "ana", "5")
            let again = try faregate("init")
            #expect(again.status == 1)
            #expect(again.error.contains("test.faregate exists already"))
            #expect(try faregate("balance", "ana", "--json").json()["remaining"] as? Int == 55)

            let named = try faregate("init", "other.faregate", "--json")
            #expect(try named.json()["file"] as? String == "other.faregate")
            #expect(try faregate("init", "--database", "third.faregate").status == 0)
            #expect(try faregate.files == ["other.faregate", "policy.jsonc", "test.faregate", "third.faregate"])
        }
    }

    @Test("The init command names a missing folder and leaves no file behind")
    func missingFolder() throws {
        try Tool.inFolder(makingLedger: false) { faregate in
            let answer = try faregate("init", "nowhere/test.faregate")
            #expect(answer.status == 3)
            #expect(answer.error.contains("there is no folder"))
            #expect(try faregate.files == ["policy.jsonc"])
        }
    }

    private static let commands = [
        ["grant", "ana", "5"], ["run", "generate", "--account", "ana", "--", "touch", "it-ran"], ["audit"],
        ["balance", "ana"], ["history", "ana"], ["holds"], ["recover"], ["purchases"], ["inbox"],
        ["backup", "copy.faregate"],
    ]

    @Test("A command on a missing file makes none, and says how to make one", arguments: commands)
    func missing(words: [String]) throws {
        try Tool.inFolder(makingLedger: false) { faregate in
            let answer = try faregate.run(words)
            #expect(answer.status == 3)
            #expect(answer.output == "")
            #expect(answer.error.contains("there is no ledger at test.faregate"))
            #expect(answer.error.contains("faregate init test.faregate"))
            #expect(try faregate.files == ["policy.jsonc"])
        }
    }

    @Test("An empty file is not taken for a ledger and stays empty", arguments: commands)
    func empty(words: [String]) throws {
        try refuses(Data(), saying: "test.faregate is empty", words)
    }

    @Test("A file that is not a ledger is left unchanged", arguments: commands)
    func foreign(words: [String]) throws {
        try refuses(Data("not a database, but somebody's notes".utf8), saying: "is not a SQLite database", words)
    }

    @Test("A ledger's main file, copied without its log, is not taken for the whole ledger", arguments: commands)
    func incomplete(words: [String]) async throws {
        var copied = Data()
        try await Tool.inFolderWithLedger { faregate, ledger in
            try await ledger.refresh("ana", under: .empty, at: SystemClock().now)
            copied = try Data(contentsOf: URL(fileURLWithPath: faregate.path("test.faregate")))
        }
        try refuses(copied, saying: "without its log (test.faregate-wal)", words)
    }

    private func refuses(_ file: Data, saying reason: String, _ words: [String]) throws {
        try Tool.inFolder(makingLedger: false) { faregate in
            let path = faregate.path("test.faregate")
            try file.write(to: URL(fileURLWithPath: path))
            let answer = try faregate.run(words)
            #expect(answer.status == 3)
            #expect(answer.output == "")
            #expect(answer.error.contains(reason))
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == file)
            #expect(try faregate.files == ["policy.jsonc", "test.faregate"])
        }
    }
}
