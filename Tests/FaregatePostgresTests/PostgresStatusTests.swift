#if Postgres
import Faregate
import FaregateBooks
import FaregatePostgres
import FaregateSQLite
import Foundation
import TestSupport
import Testing

/// The commands that look after a ledger, on PostgreSQL.
@Suite("Status, stats and check on PostgreSQL", .enabled(if: Server.isThere), .endsWhenStuck)
struct PostgresStatusTests {
    @Test("The status command prints one line and exits with 0 while nothing is wrong")
    func well() async throws {
        try await Server.withTables { ledger, tables in
            try await ledger.give(100, reference: "promo", at: SystemClock().now)
            let answer = try Tool.run("status", database: tables.address)
            #expect(answer.status == 0)
            #expect(answer.output.hasPrefix("all is well: 1 account, 0 open calls, tables "))
            #expect(answer.output.split(separator: "\n").count == 1 && answer.error == "" && answer.isNarrow)
            let figures = try Tool.run("status", "--json", database: tables.address).figures()
            #expect(figures["accounts"] as? Int == 1 && figures["isStandby"] as? Bool == false)
            #expect(figures["fileBytes"] == nil && figures["sqliteVersion"] == nil)
        }
    }

    @Test("The status command names what needs a person and exits with 1")
    func notWell() async throws {
        try await Server.withTables { ledger, tables in
            try await ledger.refresh("ana", under: .free(nil), at: newYear)
            _ = try await ledger.hold(.generate(cost: 0))
            try await tables.tamper("ALTER TABLE keys SET (autovacuum_enabled = FALSE)")
            let address = tables.address + "&options=-c%20default_transaction_read_only%3Don"
            let answer = try Tool.run("status", database: address)
            #expect(answer.status == 1)
            let lines = answer.output.split(separator: "\n")
            #expect(lines.first?.hasPrefix("3 problems: 1 account, 1 open call, tables ") == true)
            #expect(
                lines.dropFirst().joined(separator: "\n") == """
                      the server makes transactions read-only (default_transaction_read_only): is
                        its disk nearly full?
                      autovacuum is off for keys: turn it on with ALTER TABLE … RESET
                        (autovacuum_enabled)
                      a call has been open since 2026-01-01T00:00:00.000Z
                    """
            )
            #expect(answer.isNarrow)
            #expect(try Tool.run("status", "--json", database: address).status == 1)
        }
    }

    @Test("A database without a ledger, and one that can't be reached, end with 3")
    func missing() async throws {
        let address = try #require(Server.address)
        for command in ["status", "stats"] {
            let missing = try Tool.run(command, database: "\(address)?schema=nowhere")
            #expect(missing.status == 3 && missing.error.contains("has no ledger in the schema \"nowhere\""))
            let away = try Tool.run(command, database: "postgres://127.0.0.1:1/shop")
            #expect(away.status == 3 && away.error.contains("can't be reached"))
        }
    }

    @Test("The stats command prints what is in the ledger, with every table")
    func stats() async throws {
        try await Server.withTables { ledger, tables in
            try await ledger.refresh("ana", under: .free(nil), at: newYear)
            try await tables.tamper(
                """
                INSERT INTO notes (at, account_id, kind, by, reason) SELECT 0, 1, 'x', 'x', 'x' FROM generate_series(1, 7);
                SELECT pg_stat_force_next_flush()
                """
            )
            let answer = try Tool.run("stats", database: tables.address)
            #expect(answer.status == 0 && answer.isNarrow)
            #expect(answer.output.hasPrefix("tables            "))
            #expect(answer.output.contains("\naccounts          1\nopen calls        0\n"))
            #expect(answer.output.contains("\nstandby           no\nPostgreSQL        "))
            let notes = answer.output.split(separator: "\n").first { $0.hasPrefix("notes ") }
            #expect(notes?.split(separator: " ").dropFirst().prefix(2).elementsEqual(["7", "0"]) == true)
        }
    }

    @Test("The check command finds the same missing plans as in a file")
    func check() async throws {
        try await withFolder { folder in
            let policy = folder + "/policy.jsonc"
            let text = #"{ "actions": { "generate": { "cost": 10 } }, "plans": { "free": {} }, "defaultPlan": "free" }"#
            try Data(text.utf8).write(to: URL(fileURLWithPath: policy))
            let file = folder + "/test.faregate"
            let ledger = try await SQLiteLedger.open(file, trace: nil)
            try await open(accountsIn: ledger)
            await ledger.close()
            let expected = try Tool.run("check", policy, "--database", file, database: "")
            #expect(expected.status == 1 && expected.error.contains("the policy has no plan \"lite\", and 4 accounts"))
            try await Server.withTables { ledger, tables in
                try await open(accountsIn: ledger)
                let answer = try Tool.run("check", policy, "--database", tables.address, database: "")
                #expect(answer == expected)
                let json = try Tool.run("check", policy, "--database", tables.address, "--json", database: "")
                #expect(try json == Tool.run("check", policy, "--database", file, "--json", database: ""))
            }
            try await Server.withTables { ledger, tables in
                try await ledger.refresh("eva", under: .free(nil), at: newYear)
                let answer = try Tool.run("check", policy, "--database", tables.address, database: "")
                #expect(answer.status == 0)
            }
        }
    }

    /// Four accounts on the plan "lite", and one on "free".
    private func open(accountsIn ledger: any LedgerBackend) async throws {
        let lite = Policy.Plan(name: "lite", grants: [])
        for account: AccountID in ["ana", "ben", "cleo", "dora"] {
            try await ledger.refresh(account, under: PlanBook(plans: ["lite": lite], defaultPlan: lite), at: newYear)
        }
        try await ledger.refresh("eva", under: .free(nil), at: newYear)
    }
}
#endif
