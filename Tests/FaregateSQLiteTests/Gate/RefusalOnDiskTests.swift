import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import TestSupport
import Testing

/// Refusals that are found again in the file.
@Suite(.endsWhenStuck) struct RefusalOnDiskTests {
    @Test("A refusal is on disk with the next commit, and found from another ledger on the file")
    func aRefusalOnDisk() async throws {
        try await withScene(policy(#"{ "cost": 10 }"#, grants: #"{ "credits": 5, "every": "month" }"#)) { scene in
            let refusal = try await scene.gate.refusal()
            try await scene.ledger.give(100, reference: "gift")
            try await scene.gate.run("generate", for: "ana") { _ in }
            let other = try await SQLiteLedger.open(scene.ledger.path, trace: nil)
            let record = try await other.explain(refusal.id)
            await other.close()
            #expect(record?.kind == "insufficient-credits")
        }
    }
}
