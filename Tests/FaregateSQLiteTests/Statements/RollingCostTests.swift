import CSQLite
import Faregate
import FaregateSQLite
import Foundation
import TestSupport
import Testing

/// Counted in steps of SQLite's virtual machine, which are the same on every machine.
/// [SQLITE_STMTSTATUS_VM_STEP](https://www.sqlite.org/c3ref/c_stmtstatus_counter.html)
@Suite("A rolling limit") struct RollingCostTests {
    private let request = ChargeRequest.generate(cost: 1, limits: [.within(hour, 1_000_000)])

    @Test("A charge under a rolling limit costs no more with 20,000 hits than with 100")
    func charging() async throws {
        let few = try await steps(with: 100, toCharge: request)
        let many = try await steps(with: 20_000, toCharge: request)
        #expect(few > 100, "the program of the charge ran")
        #expect(many * 2 <= few * 3, "\(few) steps with 100 hits, \(many) with 20,000")
    }

    @Test("A refusal by a rolling limit costs no more with 20,000 hits than with 100")
    func refusing() async throws {
        let few = try await steps(with: 100, toRefuse: .generate(cost: 1, limits: [.within(hour, 100)]))
        let many = try await steps(with: 20_000, toRefuse: .generate(cost: 1, limits: [.within(hour, 20_000)]))
        #expect(few > 100, "the statements ran")
        #expect(many * 2 <= few * 3, "\(few) steps with 100 hits, \(many) with 20,000")
    }

    private func steps(with hits: Int64, toCharge request: ChargeRequest) async throws -> Int {
        try await withHits(hits, request) { database, numbers in
            try database.steps(of: try program(request, in: database), numbers)
        }
    }

    /// Of the statement that is refused, and of those that then tell when the call would fit.
    private func steps(with hits: Int64, toRefuse request: ChargeRequest) async throws -> Int {
        try await withHits(hits, request) { database, numbers in
            let charge = try program(request, in: database)
            #expect(throws: TestFailure("faregate:limit")) { try database.execute(charge.filled(with: numbers)) }
            let told = try ServiceStatement.all().filter {
                $0.file == "Refusals+Reasons.swift" && $0.sql.contains("counter_hits")
            }
            try #require(told.count == 2)
            let (from, until) = (newYear.rawValue - hour, newYear.rawValue + hour)
            // The oldest hit alone has to leave the window, so the first row is enough.
            return try told.reduce(try database.steps(of: charge, numbers)) { sum, statement in
                sum + (try database.steps(of: statement.sql, [1, 0, 1, from, until], rows: 1))
            }
        }
    }

    /// - Parameter body: receives the figures of one more charge, in the order of the program's columns.
    private func withHits(
        _ count: Int64, _ request: ChargeRequest, _ body: (RawDatabase, [Int64?]) throws -> Int
    ) async throws -> Int {
        try await withLedger { ledger in
            try await ledger.give(1_000_000, reference: "promo")
            _ = try await ledger.hold(request)
            let database = try RawDatabase(ledger.path)
            let holder = try database.integer("SELECT id FROM holders")
            // As if those calls had been made in the half hour before.
            try database.execute(
                """
                WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < \(count - 1))
                INSERT INTO counter_hits (account_id, member_id, limit_id, at, charge_id, amount)
                SELECT 1, 0, 1, \(newYear.rawValue - hour / 2) + n, -n, 1 FROM number;
                UPDATE counters SET used = \(count);
                """
            )
            let (now, length) = (newYear.rawValue, hour)
            let max = request.terms.limits[0].max
            let call: [Int64?] = [2, 1, nil, 1, holder, nil, now, 1, 1, nil, nil, nil, nil]
            return try body(database, call + [1, now - length, now + length, length, max, 1])
        }
    }

    private func program(_ request: ChargeRequest, in database: RawDatabase) throws -> String {
        let text = ChargeProgram.text(for: request.terms, isFree: false, hasKey: false, isSplit: false)
        let start = try #require(text.range(of: "\n\nINSERT INTO charge_"))
        try database.execute(String(text[..<start.lowerBound]))
        return String(text[start.lowerBound...])
    }
}

extension String {
    /// A statement with figures in the place of its parameters.
    fileprivate func filled(with values: [Int64?]) -> String {
        values.indices.reversed().reduce(self) { sql, index in
            sql.replacing("?\(index + 1)", with: values[index].map(String.init) ?? "NULL")
        }
    }
}

extension RawDatabase {
    /// How many steps a statement takes, and undoes it.
    fileprivate func steps(of sql: String, _ values: [Int64?], rows: Int = .max) throws -> Int {
        try execute("BEGIN")
        defer { try? execute("ROLLBACK") }
        var statement: OpaquePointer?
        defer { sqlite3_finalize(statement) }
        guard sqlite3_prepare_v2(handle, sql.filled(with: values), -1, &statement, nil) == SQLITE_OK else {
            throw TestFailure(String(cString: sqlite3_errmsg(handle)))
        }
        var count = 0
        while count < rows, sqlite3_step(statement) == SQLITE_ROW { count += 1 }
        return Int(sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 0))
    }
}
