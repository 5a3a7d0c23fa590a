#if Postgres
import Faregate
import FaregateBooks
import FaregatePostgres
import FaregateTesting
import TestSupport
import Testing

/// Calls that wait together and are charged in one statement.
@Suite("Calls in one batch on PostgreSQL", .enabled(if: Server.isThere), .endsWhenStuck)
struct PostgresBatchTests {
    /// The calls are made at the same moment, several times, so that most of them share a batch.
    private func withGate(
        _ action: String, _ body: (Gate, GateRecorder, PostgresLedger) async throws -> Void
    ) async throws {
        try await Server.withLedger { ledger in
            let policy = """
                {
                  "actions": { "generate": \(action), "warm": { "cost": 0 } },
                  "plans": { "free": { "grants": [{ "credits": 100, "every": "once" }] } },
                  "defaultPlan": "free", "lowBalance": 30
                }
                """
            let recorder = GateRecorder()
            let gate = Gate(
                ledger: Ledger(ledger), policies: try Policy(parsing: policy), clock: ManualClock(),
                settlement: .durable, observer: recorder
            )
            // The accounts exist, as on a server that has run for a while.
            for account in ["ana", "bob"] as [AccountID] { try await gate.run("warm", for: account) { _ in } }
            recorder.clear()
            try await body(gate, recorder, ledger)
        }
    }

    /// - Returns: the number of calls that were refused, by the kind of the refusal.
    private func call(
        _ gate: Gate, times: Int, for account: AccountID = "ana", key: IdempotencyKey? = nil
    ) async throws -> [String: Int] {
        try await withThrowingTaskGroup(of: String?.self) { group in
            for _ in 0..<times {
                group.addTask {
                    do {
                        _ = try await gate.open("generate", for: account, key: key).settle()
                        return nil
                    } catch let refusal as Refusal {
                        return String(refusal.problem.type.split { ":#".contains($0) }.last ?? "")
                    }
                }
            }
            return try await group.reduce(into: [:]) { counts, kind in
                if let kind { counts[kind, default: 0] += 1 }
            }
        }
    }

    @Test("As many calls of a batch pass as the credits pay for, and a refusal refuses no other call")
    func credits() async throws {
        try await withGate(#"{ "cost": 7 }"#) { gate, recorder, _ in
            async let other = call(gate, times: 5, for: "bob")
            let refused = try await call(gate, times: 40)
            #expect(refused == ["insufficient-credits": 26])
            #expect(try await other == [:])
            let balance = try await gate.balance(of: "ana")
            #expect(balance.used == 98 && balance.remaining == 2 && balance.held == 0)
            #expect(recorder.events(.lowBalance).count == 1, "once, when the balance fell below 30")
        }
    }

    @Test("Names that hide a quote from Swift stay apart in a batch")
    func hiddenQuotes() async throws {
        try await withGate(#"{ "cost": 1 }"#) { gate, _, ledger in
            let names = ["\u{600}\",\"b", "\u{600}\",\"", "\"\u{301}", "\\\u{301}", "\u{600}\\", "\u{600}'"]
            let accounts = try names.map { try AccountID($0) }
            for account in accounts { try await gate.run("warm", for: account) { _ in } }
            for isRepeat in [false, true] {
                try await withThrowingTaskGroup { group in
                    for account in accounts {
                        for name in names {
                            group.addTask {
                                let key = try IdempotencyKey(name, fingerprint: name)
                                let refused = try await call(gate, times: 1, for: account, key: key)
                                #expect(refused == (isRepeat ? ["key-completed": 1] : [:]))
                            }
                        }
                    }
                    try await group.waitForAll()
                }
            }
            for account in accounts { #expect(try await gate.balance(of: account).used == 6) }
            let keys = try await ledger.read { database throws(SQLError) in
                try database.rows("SELECT key, fingerprint FROM keys") { ($0.text(0), $0.text(1)) }
            }
            #expect(keys.count == 36 && keys.allSatisfy { $0.utf8.elementsEqual($1.utf8) })
        }
    }

    @Test("As many calls pass a limit as it allows, in a window of the calendar and in a rolling one")
    func limits() async throws {
        for window in [#""per": "day""#, #""within": "24h""#] {
            try await withGate(#"{ "cost": 1, "limits": [{ "max": 13, \#(window) }] }"#) { gate, _, _ in
                var refused = 0
                for _ in 0..<3 { refused += try await call(gate, times: 10)["quota-exceeded", default: 0] }
                #expect(refused == 17, "\(window)")
                let balance = try await gate.balance(of: "ana")
                #expect(balance.used == 13)
            }
        }
    }

    @Test("A limit that all accounts share is exceeded by none of them")
    func sharedLimit() async throws {
        try await withGate(#"{ "cost": 1, "limits": [{ "max": 13, "per": "day", "by": "action" }] }"#) { gate, _, _ in
            async let others = call(gate, times: 20, for: "bob")
            let refused = try await call(gate, times: 20)["quota-exceeded", default: 0]
            #expect(try await others["quota-exceeded", default: 0] + refused == 27)
        }
    }

    @Test("Each call beyond an unenforced limit is reported, and none is refused")
    func shadow() async throws {
        let action = #"{ "cost": 1, "limits": [{ "max": 5, "per": "day", "mode": "shadow" }] }"#
        try await withGate(action) { gate, recorder, _ in
            let refused = try await call(gate, times: 20)
            #expect(refused == [:])
            #expect(recorder.events(.shadowed).count == 15)
        }
    }

    @Test("Of calls under one key at the same moment, each at another gate, one is charged")
    func keys() async throws {
        try await withGate(#"{ "cost": 3 }"#) { gate, _, ledger in
            let key = try IdempotencyKey("k")
            let refused = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<20 {
                    let other = Gate(
                        ledger: Ledger(ledger), policies: gate.policy, clock: ManualClock(), settlement: .durable
                    )
                    group.addTask { try await call(other, times: 1, key: key).values.reduce(0, +) }
                }
                return try await group.reduce(0, +)
            }
            #expect(refused == 19)
            let balance = try await gate.balance(of: "ana")
            #expect(balance.used == 3)
        }
    }

    @Test("Calls of accounts that this process has never seen share one statement too")
    func unseenAccounts() async throws {
        try await Server.withAddress { address in
            let accounts = try (1...100).map { try AccountID("user-\($0)") }
            let first = try await PostgresLedger.open(address)
            for account in accounts { try await first.refresh(account, under: .free(nil), at: newYear) }
            await first.close()

            let ledger = try await PostgresLedger.open(address)
            let policy = """
                { "actions": { "generate": { "cost": 0 } }, "plans": { "free": {} }, "defaultPlan": "free" }
                """
            let gate = Gate(
                ledger: Ledger(ledger), policies: try Policy(parsing: policy), clock: ManualClock(),
                settlement: .durable
            )
            // Afterwards both connections know the number of the price.
            for account in accounts.prefix(20) { try await gate.run("generate", for: account) { _ in } }
            let calls = try await withThrowingTaskGroup { group in
                for account in accounts.dropFirst(20) {
                    group.addTask { try await gate.open("generate", for: account) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            // The rows that one statement has inserted have the same transaction and the same command in it.
            let statements = try await ledger.read { database throws(SQLError) in
                try database.integer("SELECT count(DISTINCT (xmin::text, cmin::text)) FROM charges WHERE state = 0")
            }
            #expect(calls.count == 80)
            #expect(try #require(statements) < 40)
            for call in calls { _ = try await call.settle() }
            await ledger.close()
        }
    }

    @Test("Transactions are durable even where the database is set to acknowledge them early")
    func durable() async throws {
        try await Server.withAddress { address in
            let ledger = try await PostgresLedger.open("\(address)&options=-csynchronous_commit%3Doff")
            let setting = try await ledger.write(.ledger) { books throws(SQLError) in
                try books.database.rows("SELECT current_setting('synchronous_commit')") { $0.text(0) }
            }
            #expect(setting == ["on"])
            await ledger.close()
        }
    }
}
#endif
