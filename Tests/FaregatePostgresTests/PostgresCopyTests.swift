#if Postgres
import Faregate
import FaregateBooks
import FaregatePostgres
import FaregateSQLite
import FaregateTesting
import Foundation
import TestSupport
import Testing

@Suite("A ledger that is copied to PostgreSQL and back", .enabled(if: Server.isThere), .endsWhenStuck)
struct PostgresCopyTests {
    private static let seeds: [UInt64] = Depth.sample([1, 2, 3, 4, 5, 6], quick: 2)

    private func expectCleanAudit(_ ledger: any SQLLedger) async throws {
        let report = try await ledger.audit(with: nil) { _ in }
        #expect(report.differences.map(\.description) == [])
    }

    @Test("A copy has the same content, goes on in the same way, and can be copied back", arguments: seeds)
    func thereAndBack(seed: UInt64) async throws {
        try await Copies.with(seed: seed) { copies in
            let summary = try await copies.copy()
            #expect(summary.sums.charges > 0 && summary.sums.purchases > 0 && summary.sums.accounts > 0)
            let content = try await Copies.using(copies.twin) { twin in
                try await copies.usingCopy { copy in
                    let before = try await copies.content(of: twin)
                    try await copies.expect(before, in: copy)
                    try await copies.history.run(200, on: [twin, copy])
                    try await expectCleanAudit(copy)
                    return try await copies.content(of: copy)
                }
            }
            try await copies.copyBack()
            try await Copies.using(copies.back) { back in
                try await copies.expect(content, in: back)
                try await Copies.using(copies.twin) { twin in try await copies.history.run(100, on: [twin, back]) }
                try await expectCleanAudit(back)
            }
        }
    }

    @Test("A copy that is stopped after every few steps goes on where it stopped")
    func pieces() async throws {
        try await Copies.with(seed: 4, operations: 80) { copies in
            let content = try await Copies.using(copies.twin) { try await copies.content(of: $0) }
            let stops = try await copies.copyInPieces { steps in
                let summary = try await copies.copy(rowsPerStep: 7, stoppingAfter: steps)
                return summary
            }
            #expect(stops > 5)
            try await copies.usingCopy { try await copies.expect(content, in: $0) }
            let stopsBack = try await copies.copyInPieces { steps in
                try await copies.copyBack(rowsPerStep: 7, stoppingAfter: steps)
            }
            #expect(stopsBack > 5)
            try await Copies.using(copies.back) { try await copies.expect(content, in: $0) }
        }
    }

    @Test("An unfinished copy can't be opened as a ledger")
    func unfinished() async throws {
        try await Copies.with(seed: 5) { copies in
            _ = try await ledgerError { try await copies.copy(rowsPerStep: 7, stoppingAfter: 9) }
            let refusal = try await ledgerError { try await copies.usingCopy { _ in } }
            #expect(refusal.code == .notALedger && refusal.description.contains("unfinished copy"))
            try await copies.copy()
            _ = try await ledgerError { try await copies.copyBack(rowsPerStep: 7, stoppingAfter: 9) }
            let refusalOfFile = try await ledgerError { try await Copies.using(copies.back) { _ in } }
            #expect(refusalOfFile.code == .notALedger && refusalOfFile.description.contains("unfinished copy"))
        }
    }

    @Test("A ledger that was moved can't be opened, and says where it is now")
    func moved() async throws {
        try await Copies.with(seed: 6) { copies in
            let place = try await copies.copy().to
            let refusal = try await ledgerError { try await Copies.using(copies.file) { _ in } }
            #expect(refusal.code == .stopped && refusal.description.contains("was moved to \(place) on 20"))
            #expect(place.hasPrefix("postgres://") && !place.contains("@"))
            try await copies.copyBack()
            let refusalBack = try await ledgerError { try await copies.usingCopy { _ in } }
            #expect(refusalBack.code == .stopped)
            #expect(refusalBack.description.contains("was moved to \(copies.back) on 20"))
            let again = try await ledgerError { try await copies.copy(copies.back) }
            #expect(again.code == .forbidden && again.description.contains("a ledger that was moved away"))
        }
    }

    @Test("An old ledger that was moved can be opened again as it was")
    func reopened() async throws {
        try await Copies.with(seed: 8, operations: 60) { copies in
            let content = try await Copies.using(copies.twin) { try await copies.content(of: $0) }
            let refusal = try await ledgerError { _ = try await SQLiteLedger.reopenMoved(copies.file) }
            #expect(refusal.code == .forbidden && refusal.description.contains("was not moved"))
            let place = try await copies.copy().to
            #expect(try await SQLiteLedger.reopenMoved(copies.file) == place)
            try await Copies.using(copies.file) { ledger in
                try await copies.expect(content, in: ledger)
                try await ledger.give(5, reference: "again")
            }
            try await copies.copyBack()
            #expect(try await PostgresLedger.reopenMoved(copies.address) == copies.back)
            try await copies.usingCopy { copy in
                try await copies.expect(content, in: copy)
                try await copy.give(5, reference: "again")
            }
            let refusalBack = try await ledgerError { _ = try await PostgresLedger.reopenMoved(copies.address) }
            #expect(refusalBack.description.contains("was not moved"))
        }
    }

    @Test("A server that has the ledger open when it is moved stops writing")
    func openWhenMoved() async throws {
        try await Server.withTables { ledger, tables in
            try await ledger.give(5, reference: "before")
            try await tables.tamper(
                """
                CREATE TABLE moved (place text NOT NULL, at bigint NOT NULL); INSERT INTO moved VALUES ('there', 1);
                UPDATE ledger SET version = -version
                """
            )
            let error = try await ledgerError { try await ledger.give(5, reference: "after") }
            #expect(error.code == .stopped && error.description.contains("was moved to another database"))
        }
    }

    @Test("The calls of an archive can be read again after the ledger was copied back")
    func archived() async throws {
        try await Copies.with(seed: 7, archives: true) { copies in
            let content = try await Copies.using(copies.twin) { try await copies.content(of: $0) }
            let summary = try await copies.copy()
            #expect(summary.hasArchive)
            try await copies.usingCopy { copy in
                try await copies.expect(content, in: copy)
                try await expectCleanAudit(copy)
            }
            try await copies.copyBack()
            try await Copies.using(copies.back) { back in
                let report = try await back.audit(archive: copies.archive)
                #expect(report.differences.map(\.description) == [])
                let history = try await back.history(of: "ana", archive: copies.archive, after: nil, count: 500)
                let without = try await back.history(of: "ana", after: nil, count: 500)
                #expect(history.entries.count > without.entries.count)
            }
        }
    }

    /// Texts and bytes that the text of an array or of a statement could confuse.
    private static let odd = [
        ("''", "x''"), ("'NULL'", "x'00ff5c227b2c7d'"), ("'{\"a\\b\", }'", "x'5c78'"),
        ("'é' || char(10, 9, 769, 128512)", "x'f0'"), ("char(1536) || '\",\"' || char(769)", "x'd880222c22'"),
    ]

    @Test("Odd texts and bytes arrive as they are")
    func oddValues() async throws {
        try await Copies.with(seed: 9, operations: 60) { copies in
            let select = "SELECT hex(reason) FROM notes UNION ALL SELECT hex(body) FROM inbox"
            let before = try {
                let raw = try RawDatabase(copies.file)
                for (number, (text, bytes)) in Self.odd.enumerated() {
                    try raw.execute(
                        """
                        INSERT INTO notes (at, account_id, kind, by, reason) VALUES (1, 1, 'suspend', 'eve', \(text));
                        INSERT INTO inbox (provider, event, type, body, state, received_at, acted_at)
                        VALUES ('odd', 'evt_\(number)', 't', \(bytes), 'done', 1, 1);
                        """
                    )
                }
                return try raw.rows(select)
            }()
            try await copies.copy()
            try await copies.copyBack()
            #expect(try RawDatabase(copies.back).rows(select) == before)
        }
    }

    @Test("A text with a zero byte, which PostgreSQL can't store, is named and not cut")
    func zeroByte() async throws {
        try await Copies.with(seed: 10, operations: 20) { copies in
            try RawDatabase(copies.file).execute(
                """
                INSERT INTO notes (at, account_id, kind, by, reason)
                VALUES (1, 1, 'suspend', 'eve', 'a' || char(0) || 'b')
                """
            )
            let error = try await ledgerError { try await copies.copy() }
            #expect(error.code == .forbidden && error.description.contains("a text in the table notes has a zero byte"))
        }
    }

    @Test("Every table of both databases is copied, except those that have no lasting rows")
    func tables() async throws {
        let skipped: Set = ["ledger", "archiving"]
        let expected = Set(CopiedTable.all.map(\.name)).union(skipped)
        try await withFolder { folder in
            let ledger = try await SQLiteLedger.open(folder + "/test", trace: nil)
            let tables = try await ledger.read { database throws(SQLError) in
                try database.rows("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'") {
                    $0.text(0)
                }
            }
            await ledger.close()
            #expect(Set(tables) == expected)
        }
        try await Server.withLedger { ledger in
            let tables = try await ledger.read { database throws(SQLError) in
                try database.rows(
                    """
                    SELECT relname FROM pg_class WHERE relkind = 'r'
                        AND relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'ledger'::regclass)
                    """
                ) { $0.text(0) }
            }
            #expect(Set(tables) == expected.union(["batches"]))
        }
    }
}
#endif
