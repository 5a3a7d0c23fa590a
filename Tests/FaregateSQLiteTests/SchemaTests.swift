import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import Foundation
import TestSupport
import Testing

@Suite struct SchemaTests {
    /// Each of these is a bug that somebody could write; the schema turns it into an error.
    @Test(
        "The schema forbids a statement that breaks a promise",
        arguments: [
            "UPDATE grants SET remaining = remaining + 1",
            "UPDATE grants SET remaining = -1, taken = taken + 81",
            "UPDATE grants SET granted = 1000, remaining = 980",
            "UPDATE grants SET spent = 1",
            "DELETE FROM grants",
            "UPDATE charges SET cost = 1",
            "UPDATE charges SET quoted = 1",
            "UPDATE charges SET state = 0, state_since = created_at WHERE state = 1",
            "UPDATE charges SET state = 2 WHERE state = 1",
            "UPDATE charges SET state_since = 1 WHERE state = 1",
            "UPDATE charges SET state = 2, state_since = 1 WHERE state = 0",
            "DELETE FROM charges",
            "UPDATE prices SET rule = 'another'",
            "INSERT INTO charge_grants (charge_id, grant_id, credits) VALUES (1, 1, -1)",
            "UPDATE journal SET credits = 0",
            "DELETE FROM journal",
            "INSERT INTO journal (at, account_id, kind, credits, held) VALUES (1, 1, 'grant', 5, 0)",
            "INSERT INTO journal (at, account_id, kind, credits, held, charge_id) VALUES (1, 1, 'charge', 5, -5, 1)",
            "INSERT INTO journal (at, account_id, kind, credits, debt, grant_id) VALUES (1, 1, 'repay', -5, 5, 1)",
            "INSERT INTO accounts (name, opened_at) VALUES ('', 1)",
            "UPDATE accounts SET debt = -1",
            "INSERT INTO counters (account_id, member_id, limit_id, window_start, window_end, used) VALUES (1, 0, 1, 0, 1, -1)",
            "INSERT INTO counters (account_id, member_id, limit_id, window_end, used) VALUES (1, 0, 1, 1, 1)",
            "INSERT INTO ledger (id, version, is_complete, generation) VALUES (2, 5, 0, 1)",
            "DELETE FROM charges WHERE state = 0 AND (SELECT count(*) FROM archiving) = 0",
            "INSERT INTO archiving SELECT id FROM charges; DELETE FROM charges",
            "INSERT INTO keys (account_id, action, key, charge_id, expires_at, result) VALUES (1, 'a', 'k', 1, 1, zeroblob(65537))",
            "UPDATE purchases SET credits = 1000",
            "UPDATE purchases SET product = 'price_2'",
            "UPDATE purchases SET allows_discounts = 1",
            "UPDATE purchases SET position = 10",
            "INSERT INTO charges (account_id, price_id, holder_id, quoted, cost, created_at, state_since) VALUES (1, 1, 1, -10, -10, 1, 1)",
            "INSERT INTO charges (account_id, price_id, holder_id, quoted, cost, created_at, state_since) VALUES (1, 1, 1, 1.5, 1.5, 1, 1)",
        ])
    func theSchemaForbids(_ bug: String) async throws {
        try await withLedger { ledger in
            try await ledger.give(100, reference: "promo")
            let settled = try await ledger.hold(.generate())
            _ = try await ledger.settle(settled, at: newYear)
            _ = try await ledger.hold(.generate())
            let location = Faregate.Policy.Location(file: "policy.jsonc", line: 1, column: 1)
            let price = Money(minorUnits: 100, currency: "USD")
            let pack = Policy.Pack(name: "p", credits: 10, price: price, location: location)
            let purchase = try Purchase(
                id: .random(),
                provider: "stripe",
                account: "ana",
                pack: pack,
                policyVersion: "v"
            )
            try await ledger.record(purchase, under: .empty, at: newYear)

            let database = try RawDatabase(ledger.path)
            #expect(throws: TestFailure.self) { try database.execute(bug) }
            #expect(try database.discrepancies() == [])
        }
    }

    @Test("The file is readable by its owner only") func theFileIsForItsOwnerOnly() async throws {
        try await withLedger { ledger in
            try await ledger.give(1, reference: "something to write")
            for suffix in ["", "-wal", "-shm"] {
                let attributes = try FileManager.default.attributesOfItem(atPath: ledger.path + suffix)
                #expect(attributes[.posixPermissions] as? Int == 0o600, "\(suffix)")
            }
        }
    }

    @Test("An error for a missing folder names the folder") func aMissingFolderIsNamed() async throws {
        try await withFolder { folder in
            let said = await expectError(.folderMissing) {
                _ = try await SQLiteLedger.open(folder + "/none/a.faregate", trace: nil)
            }
            #expect(said.contains(folder + "/none"))
        }
    }

    @Test("A folder is refused as a ledger") func aFolderIsNotALedger() async throws {
        try await withFolder { folder in
            await expectError(.notALedger) { _ = try await SQLiteLedger.open(folder, trace: nil) }
        }
    }

    @Test("A file of another kind is refused and left unchanged") func aFileOfSomethingElseIsLeftAsItIs() async throws {
        try await withFolder { folder in
            let path = folder + "/notes.txt"
            let text = Data(String(repeating: "not a database at all ", count: 100).utf8)
            try text.write(to: URL(fileURLWithPath: path))
            await expectError(.notALedger) { _ = try await SQLiteLedger.open(path, trace: nil) }
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == text)
        }
    }

    @Test("A database of another application is refused and left unchanged") func somebodyElsesDatabaseIsLeftAsItIs()
        async throws
    {
        try await withFolder { folder in
            let path = folder + "/other.db"
            try Data().write(to: URL(fileURLWithPath: path))
            try RawDatabase(path).execute("CREATE TABLE customers (id INTEGER)")
            let before = try Data(contentsOf: URL(fileURLWithPath: path))
            await expectError(.notALedger) { _ = try await SQLiteLedger.open(path, trace: nil) }
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
        }
    }

    @Test("A ledger of a newer version is refused and left unchanged") func aLedgerOfANewerVersionIsLeftAsItIs()
        async throws
    {
        try await withFolder { folder in
            let path = folder + "/new.faregate"
            await (try SQLiteLedger.open(path, trace: nil)).close()
            try RawDatabase(path).execute("PRAGMA user_version = 1000")
            let said = await expectError(.newerSchema) { _ = try await SQLiteLedger.open(path, trace: nil) }
            #expect(said.contains("newer"))
        }
    }

    @Test("Many processes can create one ledger at the same time") func manyProcessesMayOpenANewFileAtOnce()
        async throws
    {
        try await withFolder { folder in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask { await (try SQLiteLedger.open(folder + "/new.faregate", trace: nil)).close() }
                }
                try await group.waitForAll()
            }
        }
    }
}
