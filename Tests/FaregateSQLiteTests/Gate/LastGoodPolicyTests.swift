import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// A server starts while its policy files have a mistake.
@Suite("The last good policy", .endsWhenStuck)
struct LastGoodPolicyTests {
    private static let broken = #"{ "actions": { "a": { "cots": 1 } } }"#

    private static func text(_ cost: Int, _ rest: String = "") -> String {
        #"{ "actions": { "a": { "cost": \#(cost) } }\#(rest) }"#
    }

    private struct Server {
        let folder: String
        let ledger: SQLiteLedger
        let clock = ManualClock(now: Timestamp("2026-11-30T10:00:00Z") ?? .never)
        let reports = Collected<String>()

        func write(_ text: String, _ name: String = "p.jsonc") throws {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
        }

        func start(
            withKept: Bool = true, environment: [String: String] = [:], forSale: Bool = false
        ) async throws -> Policy.Watcher {
            let files = Policy.Files(path: folder, environment: environment, forSale: forSale)
            let kept = withKept ? Ledger(ledger) : nil
            return try await Policy.Watcher(files, orLatestKeptIn: kept, clock: clock) { reports.add("\($0)") }
        }

        /// One call, after which the ledger keeps the policy.
        func call(under watcher: Policy.Watcher) async throws {
            let gate = Gate(ledger: Ledger(ledger), policies: watcher, clock: clock, settlement: .durable)
            try await gate.grant(10_000, to: "ana", as: .promotion, reference: "test")
            try await gate.run("a", for: "ana") { _ in }
            try await waitUntilKept(gate.policy)
        }

        func waitUntilKept(_ policy: Policy) async throws {
            while try await ledger.keptPolicy(policy.version)?.policy?.changes.count != policy.changes.count {
                try await Task.sleep(for: .milliseconds(1))
            }
        }
    }

    private func withServer(_ body: (Server) async throws -> Void) async throws {
        try await withFolder { folder in
            try await withLedger { try await body(Server(folder: folder + "/policies", ledger: $0)) }
        }
    }

    @Test("A server starts with the latest kept policy, reports the mistake, and takes the corrected files")
    func brokenThenMended() async throws {
        try await withServer { server in
            for cost in [1, 2] {
                server.clock.advance(milliseconds: 60_000)
                try server.write(LastGoodPolicyTests.text(cost))
                try await server.call(under: server.start())
            }
            try server.write(LastGoodPolicyTests.broken)
            server.reports.removeAll()
            let watcher = try await server.start()
            let report = try #require(server.reports.all.first)
            #expect(try watcher.policy.quote("a").cost == 2)
            #expect(report.contains("policy \(watcher.policy.version) of the ledger"))
            #expect(report.contains("2026-11-30T10:02:00"))
            #expect(report.contains("p.jsonc:1:23: error: unknown key \"cots\""))
            try await server.call(under: watcher)
            watcher.reloadIfChanged()
            #expect(server.reports.all.count == 1, "the same mistake was reported again")

            try server.write(LastGoodPolicyTests.text(3))
            watcher.reloadIfChanged()
            #expect(try watcher.policy.quote("a").cost == 3)
            #expect(server.reports.all.count == 2)
            #expect(server.reports.all.last?.contains("action a: 2 -> 3 credits") == true)
        }
    }

    @Test("A policy that could not be kept is tried again by a call a minute later, and not before")
    func triedAgain() async throws {
        try await withServer { server in
            try server.write(LastGoodPolicyTests.text(1))
            let ledger = FailingLedger(server.ledger)
            let gate = Gate(ledger: Ledger(ledger), policies: try await server.start(), clock: server.clock)
            try await gate.grant(10, to: "ana", as: .promotion, reference: "test")
            let isKept = { try await server.ledger.keptPolicy(gate.policy.version) != nil }
            ledger.isOutOfReach = true
            await #expect(throws: Refusal.self) { try await gate.run("a", for: "ana") { _ in } }
            // The gate notes the failure in a task of its own.
            try await Task.sleep(for: .milliseconds(50))
            ledger.isOutOfReach = false
            server.clock.advance(milliseconds: 59_999)
            try await gate.run("a", for: "ana") { _ in }
            try await Task.sleep(for: .milliseconds(50))
            #expect(try await !isKept())
            server.clock.advance(milliseconds: 1)
            try await gate.run("a", for: "ana") { _ in }
            try await server.waitUntilKept(gate.policy)
        }
    }

    @Test("A policy that no call used is kept at the start of the service, and so is the next one after an edit")
    func unused() async throws {
        try await withServer { server in
            try server.write(LastGoodPolicyTests.text(1))
            let watcher = try await server.start()
            let gate = Gate(ledger: Ledger(server.ledger), policies: watcher, clock: server.clock)
            let service = FaregateService(gate)
            try await service.run {
                try await server.waitUntilKept(gate.policy)
                try server.write(LastGoodPolicyTests.text(2))
                watcher.reloadIfChanged()
                #expect(try gate.policy.quote("a").cost == 2)
                try await server.waitUntilKept(gate.policy)
            }
        }
    }

    @Test("Files that are corrected to the kept policy are reported as loaded")
    func mendedToTheSame() async throws {
        try await withServer { server in
            try server.write(LastGoodPolicyTests.text(1))
            try await server.call(under: server.start())
            try server.write(LastGoodPolicyTests.broken)
            let watcher = try await server.start()
            try server.write(LastGoodPolicyTests.text(1))
            watcher.reloadIfChanged()
            #expect(server.reports.all.last == "policy \(watcher.policy.version) is in force")
        }
    }

    @Test("The announced changes of the kept policy take effect, also those that were announced after its first call")
    func announced() async throws {
        try await withServer { server in
            try server.write(LastGoodPolicyTests.text(1))
            let watcher = try await server.start()
            let gate = Gate(ledger: Ledger(server.ledger), policies: watcher, clock: server.clock)
            try await gate.grant(100, to: "ana", as: .promotion, reference: "test")
            try await gate.run("a", for: "ana") { _ in }
            let changes = [("2026-12-01", 5), ("2026-12-02", 6)].map { day, cost in
                #"{ "from": "\#(day)", "patch": { "actions": { "a": { "cost": \#(cost) } } } }"#
            }
            try server.write(LastGoodPolicyTests.text(1, #", "changes": [\#(changes.joined(separator: ", "))]"#))
            watcher.reload()
            try await gate.run("a", for: "ana") { _ in }
            try await server.waitUntilKept(gate.policy)

            try server.write(LastGoodPolicyTests.broken)
            server.clock.advance(by: .seconds(20 * 3600))
            server.reports.removeAll()
            let restarted = try await server.start()
            #expect(try restarted.policy.quote("a").cost == 5)
            #expect(server.reports.all.first?.contains("came into force at 2026-12-01T00:00:00.000Z") == true)
            server.clock.advance(by: .seconds(24 * 3600))
            restarted.reloadIfChanged()
            #expect(try restarted.policy.quote("a").cost == 6)
            #expect(server.reports.all.last?.contains("action a: 5 -> 6 credits") == true)

            // A charge under a change that took effect meanwhile can be explained later.
            try await server.call(under: restarted)
            #expect(try await server.ledger.latestKeptPolicy()?.version == restarted.policy.version)
        }
    }

    @Test("Without a kept policy, or with files that are missing or unreadable, a server doesn't start")
    func doesNotStart() async throws {
        try await withServer { server in
            try server.write(LastGoodPolicyTests.broken)
            await #expect(throws: Policy.FileError.self) { try await server.start() }
            try server.write(LastGoodPolicyTests.text(1))
            try await server.call(under: server.start())
            server.reports.removeAll()

            try server.write(LastGoodPolicyTests.broken)
            await #expect(throws: Policy.FileError.self) { try await server.start(withKept: false) }
            // A dangling link: a file is missing, and another one has a mistake.
            let link = server.folder + "/q.jsonc"
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "nowhere")
            await #expect(throws: Policy.FileError.self) { try await server.start() }
            try FileManager.default.removeItem(atPath: link)
            try FileManager.default.removeItem(atPath: server.folder + "/p.jsonc")
            await #expect(throws: Policy.FileError.self) { try await server.start() }
            try FileManager.default.removeItem(atPath: server.folder)
            await #expect(throws: Policy.FileError.self) { try await server.start() }
            #expect(server.reports.all.isEmpty)
        }
    }

    @Test("A kept pack is sold under the variables of this server, and without them the server doesn't start")
    func variables() async throws {
        try await withServer { server in
            let pack = #", "packs": { "50": { "credits": 50, "price": "10.00 USD", "stripe": "${PRICE_50}" } }"#
            let environment = ["PRICE_50": "price_2"]
            try server.write(LastGoodPolicyTests.text(1, pack))
            try await server.call(under: server.start(environment: ["PRICE_50": "price_1"], forSale: true))
            try server.write(LastGoodPolicyTests.broken)
            let watcher = try await server.start(environment: environment, forSale: true)
            #expect(watcher.policy.packs["50"]?.products == ["stripe": "price_2"])
            await #expect(throws: Policy.FileError.self) { try await server.start(forSale: true) }
        }
    }

    @Test("Kept files that this program can't read are not used")
    func unreadable() async throws {
        try await withServer { server in
            try server.write(LastGoodPolicyTests.text(1))
            try await server.call(under: server.start())
            try RawDatabase(server.ledger.path).execute("UPDATE policies SET files = '[]'")
            try server.write(LastGoodPolicyTests.broken)
            await #expect(throws: Policy.FileError.self) { try await server.start() }
        }
    }
}
