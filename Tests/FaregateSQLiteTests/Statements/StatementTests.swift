import CFaultVFS
import Faregate
import FaregateSQLite
import Foundation
import TestSupport
import Testing

/// What grows with the history of a service is found by an index, and never read from one end to the other.
@Suite("Statements in service") struct StatementTests {
    /// All but a few tables: the ledger's own row, and the processes that hold charges.
    private static let growing: Set<String> = [
        "accounts", "members", "notes", "plan_lines", "grants", "prices", "charges", "successors", "charge_grants",
        "keys",
        "limits", "counters", "counter_hits", "refusals", "shadowed", "journal", "orders", "order_names", "facts",
        "purchase_entries", "withdrawals", "withdrawal_entries",
        "billing", "event_orders", "customers",
    ]

    @Test("No statement scans a table that grows with history")
    func noScan() async throws {
        try await withLedger { ledger in
            let statements = try ServiceStatement.all()
            #expect(statements.count > 90, "the sources have more statements than \(statements.count)")
            let database = try RawDatabase(ledger.path)
            show_trigger_plans(database.handle)
            for statement in statements { try expectNoScan(statement.sql, "\(statement)", in: database) }
        }
    }

    @Test("No charge scans a table that grows with history, whatever its limits")
    func noScanByCharges() async throws {
        try await withLedger { ledger in
            let database = try RawDatabase(ledger.path)
            show_trigger_plans(database.handle)
            var steps = 0
            for program in everyChargeProgram() {
                let start = try #require(program.range(of: "\n\nINSERT INTO charge_"))
                try database.execute(String(program[..<start.lowerBound]))
                steps += try expectNoScan(String(program[start.lowerBound...]), program, in: database)
            }
            #expect(steps > 1000, "the plans hold the steps of the triggers")
        }
    }

    @Test(
        "The check finds scans of a table, of an index and in a trigger",
        arguments: [
            "SELECT sum(cost) FROM charges", "SELECT count(*) FROM keys", "SELECT cost FROM charges WHERE state = 1",
            "INSERT INTO scanning VALUES (1)",
        ])
    func scansAreFound(sql: String) async throws {
        try await withLedger { ledger in
            let database = try RawDatabase(ledger.path)
            show_trigger_plans(database.handle)
            try database.execute(
                """
                CREATE TEMP VIEW scanning (a) AS SELECT NULL;
                CREATE TEMP TRIGGER scans INSTEAD OF INSERT ON scanning
                BEGIN SELECT sum(amount) FROM counter_hits; END;
                """
            )
            #expect(try !scans(sql, in: database).found.isEmpty)
        }
    }

    @discardableResult
    private func expectNoScan(_ sql: String, _ comment: String, in database: RawDatabase) throws -> Int {
        // A plan would call the table by that name.
        let renamed = StatementTests.growing.filter { sql.contains("\($0) AS ") }
        #expect(renamed == [], "\(comment)")
        do {
            let (steps, found) = try scans(sql, in: database)
            #expect(found == [], "\(comment)")
            return steps
        } catch {
            Issue.record("\(error), of \(comment)")
            return 0
        }
    }

    private func scans(_ sql: String, in database: RawDatabase) throws -> (steps: Int, found: [String]) {
        let plan = try database.rows("EXPLAIN QUERY PLAN " + sql).map { $0[3] }
        let found = plan.filter { line in
            let words = line.split(separator: " ")
            return words.first == "SCAN"
                && words.dropFirst().first.map { StatementTests.growing.contains(String($0)) } ?? false
        }
        return (plan.count, found)
    }
}
