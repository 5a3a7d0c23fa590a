import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import Foundation
import TestSupport
import Testing

@Suite("The policies that a ledger keeps")
struct KeptPoliciesTests {
    private func policy(_ cost: Int, comment: String = "") throws -> Policy {
        let folder = FileManager.default.temporaryDirectory.appending(path: "kept-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let text = #"{ "actions": { "a": { "cost": \#(cost) } } } \#(comment)"#
        try Data(text.utf8).write(to: folder.appending(path: "p.jsonc"))
        return try Policy.Files(path: folder.path, environment: [:]).load().policy
    }

    @Test("A version is kept once, with its latest text and the times of its first and latest use")
    func once() async throws {
        try await withLedger { ledger in
            let (first, second) = (Timestamp(rawValue: 1000), Timestamp(rawValue: 2000))
            try await ledger.keep(policy(1), at: first)
            try await ledger.keep(policy(1, comment: "// cheap"), at: second)
            try await ledger.keep(policy(1), at: first)
            let kept = try await ledger.keptPolicies()
            #expect(kept.count == 1 && kept[0].firstAt == first && kept[0].latestAt == second)
            #expect(kept[0].files.map(\.name) == ["p.jsonc"])
            #expect(try kept[0].policy?.quote("a").cost == 1)
        }
    }

    @Test("Of more than 200 versions, the one that was used longest ago is dropped")
    func bounded() async throws {
        try await withLedger { ledger in
            for cost in 0..<201 { try await ledger.keep(policy(cost), at: Timestamp(rawValue: Int64(cost))) }
            let kept = try await ledger.keptPolicies()
            #expect(kept.count == 200)
            #expect(kept.last?.firstAt == Timestamp(rawValue: 1))
            #expect(try await ledger.latestKeptPolicy()?.latestAt == Timestamp(rawValue: 200))
        }
    }

    @Test("Of files that are too large only the version is kept, so that an older policy isn't taken for the latest")
    func tooLarge() async throws {
        try await withLedger { ledger in
            try await ledger.keep(policy(1), at: newYear)
            let large = try policy(2, comment: "// " + String(repeating: "x", count: 1 << 20))
            try await ledger.keep(large, at: newYear.advanced(byMilliseconds: 1))
            let latest = try await ledger.latestKeptPolicy()
            #expect(latest?.version == large.version && latest?.files.isEmpty == true && latest?.policy == nil)
        }
    }

    @Test("A policy from no files is not kept")
    func noFiles() async throws {
        try await withLedger { ledger in
            let gate = Gate(
                ledger: Ledger(ledger), policies: try Policy(parsing: #"{ "actions": { "a": { "cost": 0 } } }"#))
            try await gate.run("a", for: "ana") { _ in }
            #expect(try await ledger.keptPolicies().isEmpty)
        }
    }

    @Test("An announced version is found in the files that announced it")
    func announced() throws {
        let text =
            #"{ "actions": { "a": { "cost": 1 } }, "changes": [{ "from": "2027-01-01", "patch": { "actions": { "a": { "cost": 2 } } } }] }"#
        let version = try Policy(parsing: #"{ "actions": { "a": { "cost": 2 } } }"#).version
        let files = [Policy.FileText(name: "p.jsonc", text: text)]
        #expect(try Policy(kept: files, version: version)?.quote("a").cost == 2)
        #expect(Policy(kept: files, version: "000000000000") == nil)
    }
}
