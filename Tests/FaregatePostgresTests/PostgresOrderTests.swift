#if Postgres
import Faregate
import FaregateBooks
import FaregatePostgres
import FaregateTesting
import TestSupport
import Testing

/// Several servers on one ledger. For each account there must be an order of the calls that explains all answers.
@Suite("Servers that share a PostgreSQL ledger", .enabled(if: Server.isThere), .serialized, .endsWhenStuck)
struct PostgresOrderTests {
    private static let tasks = [2, 2, 2]

    @Test("Some order of the calls explains the answers to six tasks on three servers", arguments: [UInt64(1), 2, 3])
    func order(seed: UInt64) async throws {
        try await Server.withAddress { address in
            let opening = try await open(at: address)
            try CallOrder.check(opening + (try await record(seed: seed, at: address)))
            try await expectCleanAudit(at: address)
        }
    }

    @Test("Some order of the calls explains the answers while connections are cut", arguments: [UInt64(4), 5, 6])
    func cut(seed: UInt64) async throws {
        try await Server.withAddress { address in
            // Before the first cut.
            let opening = try await open(at: address)
            let cutter = try ConnectionCutter(address)
            let cutting = Task { try await cutter.cutUntilCancelled() }
            defer { cutting.cancel() }
            let calls = opening + (try await record(seed: seed, at: address))
            cutting.cancel()
            let cuts = try await cutting.value
            #expect(cuts > 0, "no connection was cut")
            try CallOrder.check(calls)
            try await expectCleanAudit(at: address)
        }
    }

    @Test("Servers that open the same new accounts at the same moment, in different orders, don't deadlock")
    func newAccounts() async throws {
        try await Server.withAddress { address in
            var servers: [PostgresLedger] = []
            for _ in 0..<3 { servers.append(try await PostgresLedger.open(address)) }
            for round in 0..<5 {
                // Each second id is equal to the one before it for Swift, and another id for the ledger.
                let accounts = try (0..<40).map {
                    try AccountID("us\($0 % 2 == 0 ? "\u{E9}" : "e\u{301}")-\(round)-\($0 / 2)")
                }
                let orders = [accounts, accounts.reversed(), Array(accounts[20...] + accounts[..<20])]
                try await withThrowingTaskGroup { group in
                    for (server, order) in zip(servers, orders) {
                        for account in order {
                            group.addTask { try await server.refresh(account, under: .free(nil), at: newYear) }
                        }
                    }
                    try await group.waitForAll()
                }
            }
            #expect(servers.map(\.deadlocks) == [0, 0, 0])
            #expect(try await servers[0].statistics(at: newYear).accounts == 200)
            for server in servers { await server.close() }
        }
    }

    private func expectCleanAudit(at address: String) async throws {
        let ledger = try await PostgresLedger.open(address)
        let report = try await ledger.audit()
        await ledger.close()
        #expect(report.differences.map(\.description) == [])
        #expect(report.charges > 0)
    }

    /// Installs the ledger, and opens the accounts with a call of each action. Servers that insert the same new prices
    /// at the same moment can meet in a deadlock, which PostgreSQL ends after a second; until then the tasks that need
    /// no account would get many hours ahead by the ledger's time.
    private func open(at address: String) async throws -> [RecordedCall] {
        let ledger = try await PostgresLedger.open(address)
        let recorder = CallRecorder(ledger, process: "the first server", seed: 0)
        var calls: [RecordedCall] = []
        for account in ["ana", "bob", "cleo"] as [AccountID] {
            for action in ["chat", "generate"] {
                calls.append(try await recorder.record(.charge(0, action: action), of: account, by: "the first task"))
            }
        }
        await ledger.close()
        return calls
    }

    private func record(seed: UInt64, at address: String) async throws -> [RecordedCall] {
        try await withThrowingTaskGroup(of: [RecordedCall].self) { group in
            for (server, tasks) in PostgresOrderTests.tasks.enumerated() {
                group.addTask {
                    let ledger = try await PostgresLedger.open(address)
                    let recorder = CallRecorder(ledger, process: "server \(server)", seed: seed << 8 &+ UInt64(server))
                    let calls = try await recorder.record(tasks: tasks, calls: 30)
                    await ledger.close()
                    return calls
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }
}
#endif
