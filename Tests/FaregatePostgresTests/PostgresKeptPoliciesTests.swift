#if Postgres
import Faregate
import FaregateBooks
import FaregatePostgres
import Foundation
import TestSupport
import Testing

@Suite("The policies that a PostgreSQL ledger keeps", .enabled(if: Server.isThere), .endsWhenStuck)
struct PostgresKeptPoliciesTests {
    @Test("A version is kept once with its latest text, and the one that was used longest ago is dropped")
    func kept() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "kept-\(UUID().uuidString).jsonc")
        defer { try? FileManager.default.removeItem(at: file) }
        func policy(_ cost: Int, _ comment: String = "") throws -> Policy {
            try Data(#"{ "actions": { "a": { "cost": \#(cost) } } } \#(comment)"#.utf8).write(to: file)
            return try Policy.Files(path: file.path, environment: [:]).load().policy
        }
        try await Server.withLedger { ledger in
            for cost in 0..<201 { try await ledger.keep(policy(cost), at: Timestamp(rawValue: Int64(cost))) }
            try await ledger.keep(policy(5, "// later"), at: Timestamp(rawValue: 1000))
            let kept = try await ledger.keptPolicies()
            #expect(kept.count == 200)
            #expect(kept.first?.firstAt == Timestamp(rawValue: 5) && kept.last?.firstAt == Timestamp(rawValue: 1))
            #expect(kept.first?.files.first?.text.hasSuffix("// later") == true)
            #expect(try kept.first?.policy?.quote("a").cost == 5)
            #expect(try await ledger.latestKeptPolicy()?.version == kept.first?.version)
        }
    }
}
#endif
