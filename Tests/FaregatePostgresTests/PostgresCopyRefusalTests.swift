#if Postgres
import Faregate
import FaregateBooks
import FaregatePostgres
import FaregateSQLite
import FaregateTesting
import TestSupport
import Testing

@Suite("A copy that must not be made", .enabled(if: Server.isThere), .endsWhenStuck)
struct PostgresCopyRefusalTests {
    private func firstSteps(_ copies: Copies) async throws {
        let stopped = try await ledgerError { try await copies.copy(rowsPerStep: 7, stoppingAfter: 9) }
        #expect(stopped.description == Stop.reason)
    }

    @Test("A whole ledger is not overwritten by another one")
    func otherLedger() async throws {
        try await Copies.with(seed: 11, operations: 60) { copies in
            await (try await PostgresLedger.open(copies.address)).close()
            let error = try await ledgerError { try await copies.copy() }
            #expect(error.code == .forbidden && error.description.contains("another ledger"))
            let restart = try await ledgerError { try await copies.copy(isRestarting: true) }
            #expect(restart.code == .forbidden)
            try await Copies.using(copies.file) { _ in }
        }
    }

    @Test("An unfinished copy of another ledger is not continued")
    func otherCopy() async throws {
        try await Copies.with(seed: 12, operations: 60) { copies in
            try await firstSteps(copies)
            let other = copies.file + ".other"
            try await Copies.using(other) { try await $0.give(5, reference: "start") }
            let error = try await ledgerError { try await copies.copy(other) }
            #expect(error.code == .forbidden && error.description.contains("unfinished copy of another ledger"))
        }
    }

    /// What somebody did to the ledger between two runs of the copy.
    enum Change: String, CaseIterable {
        case grant, suspension, refresh

        /// What the refusal names. New entries are found at once, all else at the end.
        var difference: String { self == .grant ? "it has new entries" : "the table accounts differs" }

        func make(in ledger: SQLiteLedger) async throws {
            switch self {
            case .grant: try await ledger.give(5, reference: "between")
            case .suspension:
                let note = try Ledger.Note(by: "eve", reason: "chargeback")
                _ = try await ledger.resume("ana", note, at: newYear)
                _ = try await ledger.suspend("ana", note, at: newYear)
            case .refresh:
                _ = try await ledger.write(.ledger) { books throws(SQLError) in
                    try books.database.run("UPDATE accounts SET due_at = due_at - 1 WHERE name = 'ana'", with: [])
                }
            }
        }
    }

    @Test(
        "If a ledger changed since its copy began, the copy is refused until it is restarted",
        arguments: Change.allCases)
    func changed(_ change: Change) async throws {
        try await Copies.with(seed: 13, operations: 100) { copies in
            try await firstSteps(copies)
            try await Copies.using(copies.file) { try await change.make(in: $0) }
            let error = try await ledgerError { try await copies.copy() }
            #expect(error.code == .forbidden)
            #expect(error.description.contains("changed since the copy began (\(change.difference))"))
            let content = try await Copies.using(copies.file) { try await copies.content(of: $0) }
            try await copies.copy(isRestarting: true)
            try await copies.usingCopy { try await copies.expect(content, in: $0) }
        }
    }

    @Test("A change of the copy is found before it is finished")
    func changedCopy() async throws {
        try await Copies.with(seed: 14, operations: 60) { copies in
            try await firstSteps(copies)
            try await Server.Tables(address: copies.address).tamper("UPDATE accounts SET opened_at = opened_at + 1")
            let error = try await ledgerError { try await copies.copy() }
            #expect(error.code == .forbidden && error.description.contains("the table accounts differs"))
            _ = try await ledgerError { try await copies.usingCopy { _ in } }
        }
    }

    @Test("A ledger that a process has open is not copied")
    func inUse() async throws {
        try await Copies.with(seed: 15, operations: 60) { copies in
            try await Copies.using(copies.file) { _ in
                let error = try await ledgerError { try await copies.copy() }
                #expect(error.code == .busy && error.description.contains("stop every server"))
            }
            try await copies.copy()
            try await copies.usingCopy { copy in
                _ = try await copy.balance(of: "ana", at: newYear)
                let error = try await ledgerError { try await copies.copyBack() }
                #expect(error.code == .busy && error.description.contains("stop every server"))
            }
            try await copies.copyBack()
        }
    }

    @Test("A ledger is not copied while a lease of a process lasts")
    func lease() async throws {
        try await Copies.with(seed: 16, operations: 60) { copies in
            let until = copies.history.end.advanced(byMilliseconds: 1)
            try await Copies.using(copies.file) { ledger in
                _ = try await ledger.write(.ledger) { books throws(SQLError) in
                    try books.database.run(
                        "INSERT INTO holders (id, name, alive_until) VALUES (-1, 'web1:4711', ?1)", until
                    )
                }
            }
            let error = try await ledgerError { try await copies.copy() }
            #expect(error.code == .busy && error.description.contains("web1:4711") && error.retryAt == until)
        }
    }

    @Test("A ledger whose audit finds a difference is not copied")
    func unclean() async throws {
        try await Copies.with(seed: 17, operations: 60) { copies in
            try RawDatabase(copies.file).execute("UPDATE accounts SET debt = debt + 1 WHERE name = 'ana'")
            let error = try await ledgerError { try await copies.copy() }
            #expect(error.code == .forbidden && error.description.contains("found 1 difference, so nothing was copied"))
        }
    }

    @Test("A copy that ended before the old ledger was marked is compared, and refused if it was used since")
    func unmarked() async throws {
        try await Copies.with(seed: 18, operations: 60) { copies in
            let unmarked = copies.file + ".unmarked"
            try await Copies.using(copies.twin) { try await $0.backup(to: unmarked) }
            try await copies.copy()
            try await copies.copy(copies.twin)
            let error = try await ledgerError { try await Copies.using(copies.twin) { _ in } }
            #expect(error.description.contains("was moved to"))
            try await copies.usingCopy { try await $0.give(5, reference: "since") }
            let used = try await ledgerError { try await copies.copy(unmarked) }
            #expect(used.code == .forbidden && used.description.contains("has been used since"))
            try await Copies.using(unmarked) { _ in }
        }
    }
}
#endif
