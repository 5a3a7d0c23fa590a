import Faregate
import FaregateBooks
import FaregateSQLite
import Foundation
import Testing

@Suite struct RestoreTests {
    /// Ana has 55 in the backup and 62 in the ledger.
    private func withBackup(_ body: (Tool) throws -> Void) throws {
        try Tool.inFolder { faregate in
            _ = try faregate("grant", "ana", "5")
            #expect(try faregate("backup", "copy.faregate").status == 0)
            _ = try faregate("grant", "ana", "7")
            try body(faregate)
        }
    }

    private func remaining(_ faregate: Tool, _ file: String = "test.faregate") throws -> Int? {
        try faregate("balance", "ana", "--database", file, "--json").json()["remaining"] as? Int
    }

    @Test("The restore command replaces the ledger by a backup and keeps the old file")
    func restores() throws {
        try withBackup { faregate in
            let answer = try faregate("restore", "copy.faregate")
            #expect(answer.status == 0)
            let lines = answer.output.split(separator: "\n")
            #expect(lines.first?.hasPrefix("restored test.faregate from copy.faregate") == true)
            #expect(lines.contains { $0.hasPrefix("to add the purchases since the backup: faregate reconcile ") })
            let kept = try #require(lines.last?.split(separator: " ").last.map(String.init))
            #expect(lines.last == "the old file is now \(kept)")
            #expect(try remaining(faregate) == 55)
            #expect(try remaining(faregate, kept) == 62)
            #expect(try remaining(faregate, "copy.faregate") == 55)
            #expect(try faregate("audit").status == 0)
        }
    }

    @Test("Every restore keeps the file that it replaces, also several within one second")
    func keepsAll() throws {
        try withBackup { faregate in
            var kept: Set<String> = []
            for _ in 0..<4 {
                let answer = try faregate("restore", "copy.faregate", "--json")
                kept.insert(try #require(try answer.json()["kept"] as? String))
            }
            #expect(kept.count == 4)
            #expect(try kept.map { try remaining(faregate, $0) }.sorted { $0 ?? 0 < $1 ?? 0 } == [55, 55, 55, 62])
        }
    }

    @Test("The restore command works where there is no ledger")
    func restoresInAnEmptyPlace() throws {
        try withBackup { faregate in
            let answer = try faregate("restore", "copy.faregate", "--database", "new.faregate", "--json")
            #expect(answer.status == 0)
            let json = try answer.json()
            #expect(json["file"] as? String == "new.faregate" && json["backup"] as? String == "copy.faregate")
            #expect(json["kept"] == nil)
            #expect(try remaining(faregate, "new.faregate") == 55)
        }
    }

    @Test("The restore command replaces an empty or damaged file and keeps it", arguments: ["", "damage"])
    func replacesDamage(content: String) throws {
        try withBackup { faregate in
            try Data(content.utf8).write(to: URL(fileURLWithPath: faregate.path("test.faregate")))
            let kept = try #require(try faregate("restore", "copy.faregate", "--json").json()["kept"] as? String)
            #expect(try String(contentsOfFile: faregate.path(kept), encoding: .utf8) == content)
            #expect(try remaining(faregate) == 55)
        }
    }

    @Test("The restore command does nothing while another process has the ledger open")
    func inUse() throws {
        try withBackup { faregate in
            try faregate.whileInUse {
                let answer = try faregate("restore", "copy.faregate")
                #expect(answer.status == 3)
                #expect(answer.output == "")
                #expect(answer.error.contains("a process has test.faregate open; stop it, then restore the backup"))
                #expect(try remaining(faregate) == 52, "62 less the 10 that the process holds")
            }
            #expect(try remaining(faregate) == 52)
            #expect(try faregate("restore", "copy.faregate").status == 0)
            #expect(try remaining(faregate) == 55)
        }
    }

    @Test("A file that is not a whole ledger is not restored, and the ledger stays")
    func notABackup() async throws {
        var inUse = Data()
        try await Tool.inFolderWithLedger { faregate, ledger in
            try await ledger.refresh("ana", under: .empty, at: SystemClock().now)
            inUse = try Data(contentsOf: URL(fileURLWithPath: faregate.path("test.faregate")))
        }
        try withBackup { faregate in
            for (content, reason) in [
                (nil, "there is no backup at other"), (Data(), "other is empty"),
                (Data("notes".utf8), "other is not a SQLite database"), (inUse, "log"),
            ] {
                try content?.write(to: URL(fileURLWithPath: faregate.path("other")))
                let answer = try faregate("restore", "other")
                #expect(answer.status == 3)
                #expect(answer.error.contains(reason))
                #expect(try remaining(faregate) == 62)
            }
        }
    }
}
