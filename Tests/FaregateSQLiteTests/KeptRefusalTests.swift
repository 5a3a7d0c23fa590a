import Faregate
import FaregateBooks
import FaregateSQLite
import TestSupport
import Testing

@Suite struct KeptRefusalTests {
    @Test("A kept refusal is found at once, and after the ledger was closed")
    func aRefusalIsFoundAtOnceAndStillAfterTheLedgerWasClosed() async throws {
        try await withFolder { folder in
            let path = folder + "/test.faregate"
            let policy = try Policy(parsing: #"{ "actions": { "generate": { "cost": 10 } } }"#)
            let ledger = try await SQLiteLedger.open(path, trace: nil)
            let gate = Gate(ledger: Ledger(ledger), policies: policy)
            let refusal = await #expect(throws: Refusal.self) { try await gate.run("generate", for: "ana") { _ in } }
            let id = try #require(refusal).id
            #expect(try await ledger.explain(id)?.shortfall == 10)
            await ledger.close()

            let later = try await SQLiteLedger.open(path, trace: nil)
            let record = try await later.explain(id)
            await later.close()
            #expect(record?.kind == "insufficient-credits")
            #expect(record?.rule?.hasPrefix("policy.jsonc:1:") == true)
        }
    }

    @Test("A kept refusal survives a failed commit") func aRefusalOutlivesTheCommitThatShouldHaveWrittenIt()
        async throws
    {
        try await withFolder { folder in
            let path = folder + "/test.faregate"
            let disk = try FaultyDisk()
            let policy = try Policy(parsing: #"{ "actions": { "generate": { "cost": 10 } } }"#)
            let ledger = try await SQLiteLedger.open(path, access: FileAccess(vfs: disk.name), trace: nil)
            let gate = Gate(ledger: Ledger(ledger), policies: policy)
            let refusal = await #expect(throws: Refusal.self) { try await gate.run("generate", for: "ana") { _ in } }
            let id = try #require(refusal).id
            disk.arm(.aWriteFails, at: 1)
            await #expect(throws: LedgerError.self) { try await ledger.give(100, reference: "r") }
            disk.mend()
            #expect(try await ledger.explain(id)?.shortfall == 10)
            try await ledger.give(100, reference: "r")
            #expect(try RawDatabase(path).rows("SELECT id FROM refusals") == [["\(id)"]])
            await ledger.close()
        }
    }
}
