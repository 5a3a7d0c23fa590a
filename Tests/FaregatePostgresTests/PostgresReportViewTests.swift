#if Postgres
import Faregate
import FaregateBooks
import FaregatePostgres
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// The views for BI tools in PostgreSQL.
@Suite("Views for BI tools in PostgreSQL", .enabled(if: Server.isThere), .endsWhenStuck)
struct PostgresReportViewTests {
    @Test("The views have the same columns as those of a ledger in a file")
    func columns() async throws {
        let documented = try DocumentedViews().columns
        #expect(Set(documented.keys) == Set(ReportViews.names))
        try await Server.withTables { ledger, tables in
            for view in ReportViews.names {
                let columns = try await ledger.viewRows(
                    """
                    SELECT attname::text FROM pg_attribute WHERE attrelid = '\(view)'::regclass AND attnum > 0
                    ORDER BY attnum
                    """, columns: 1)
                #expect(columns.map { $0[0] } == documented[view], "\(view)")
            }
        }
    }

    @Test("Numbers in the views are of the type bigint or integer, and all else is text")
    func types() async throws {
        try await Server.withLedger { ledger in
            let types = try await ledger.viewRows(
                """
                SELECT DISTINCT format_type(atttypid, NULL) FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
                WHERE relname LIKE 'report%' AND attnum > 0 AND relnamespace = (
                    SELECT views.relnamespace FROM pg_class AS views WHERE views.oid = 'report_calls'::regclass)
                """, columns: 1)
            #expect(Set(types.map { $0[0] }).isSubset(of: ["bigint", "integer", "text"]))
        }
    }

    @Test("The views agree with the explanations of charges and with the balances, in a random history")
    func random() async throws {
        try await Server.withLedger { ledger in
            _ = try await ledger.keepRandomBooks(seed: 3)
            let differences = try await ledger.reportViewDifferences()
            #expect(differences == [])
        }
    }

    @Test("A role with the rights that the guide gives it reads the views, and nothing else")
    func reader() async throws {
        try await Server.withTables { ledger, tables in
            try await ledger.keepBooks()
            let schema = try #require(tables.address.split(separator: "=").last).description
            let role = "bi_" + schema
            let queries = try DocumentedViews().queries(of: "OperatingPostgreSQL").map {
                $0.replacing("faregate.", with: "\(schema).").replacing("SCHEMA faregate", with: "SCHEMA \(schema)")
                    .replacing("bi;", with: "\(role);").replacing("ROLE bi ", with: "ROLE \(role) ")
            }
            #expect(queries.count == 2)
            try await PostgresLedger.execute(queries[0], at: tables.address)
            func run(_ sql: String) async throws {
                try await PostgresLedger.execute("SET LOCAL ROLE \(role); " + sql, at: tables.address)
            }
            for view in ReportViews.names { try await run("SELECT * FROM \(view)") }
            try await run(queries[1])
            for table in ["charges", "billing", "accounts", "keys"] {
                await #expect(throws: LedgerError.self) { try await run("SELECT * FROM \(table)") }
            }
            await #expect(throws: LedgerError.self) { try await run("DELETE FROM report_accounts") }
            try await PostgresLedger.execute("DROP OWNED BY \(role); DROP ROLE \(role)", at: tables.address)
            let query = queries[1].replacing(";", with: "")
            let rows = try await ledger.viewRows(
                "SELECT month, action, calls::text, credits::text FROM (\(query)) AS sums", columns: 4)
            #expect(rows == [["2026-01", "generate", "3", "42"]])
        }
    }
}
#endif
