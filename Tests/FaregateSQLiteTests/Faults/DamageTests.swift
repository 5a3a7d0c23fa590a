import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// A page of a closed ledger is overwritten.
@Suite(.endsWhenStuck) struct DamageTests {
    @Test(
        "A damaged page causes an error or goes unread, but causes no crash and no wrong balance",
        arguments: Scribble.allCases)
    func everyPage(scribble: Scribble) async throws {
        try await withFolder { folder in
            let path = folder + "/test.faregate"
            try await DamageTests.doBusiness(path)
            let said = try await askOnEveryPage(path, scribble)
            #expect(said.allSatisfy { $0.description.contains(path) })
            let codes = Set(said.map(\.code))
            // Ones in the middle of a page may fall into its free space.
            if scribble != .ones || Depth.isThorough { #expect(codes.contains(.damaged)) }
            // SQLite sees that a page is no page. Garbage in a row it can't always see.
            if scribble == .whole { #expect(codes == [.damaged, .notALedger]) }
        }
    }

    @Test("A balance that no ledger writes is reported as damage, and other accounts are served")
    func absurdAmount() async throws {
        try await withFolder { folder in
            let path = folder + "/test.faregate"
            try await DamageTests.doBusiness(path)
            let database = try RawDatabase(path)
            for trigger in try database.rows("SELECT name FROM sqlite_schema WHERE type = 'trigger'") {
                try database.execute("DROP TRIGGER \(trigger[0])")
            }
            try database.execute(
                """
                PRAGMA ignore_check_constraints = ON;
                UPDATE accounts SET debt = -9223372036854775808 WHERE name = 'account 7';
                UPDATE charges SET cost = 9223372036854775807 WHERE id = 4;
                """
            )
            let ledger = try await SQLiteLedger.open(path, trace: nil)
            let balance = await #expect(throws: LedgerError.self) {
                _ = try await ledger.balance(of: "account 7", at: newYear)
            }
            #expect(balance?.code == .damaged)
            let refund = await #expect(throws: LedgerError.self) {
                _ = try await ledger.refund(ChargeID(rawValue: 4), because: .threw, at: newYear)
            }
            #expect(refund?.code == .damaged)
            _ = try await ledger.hold(.generate(for: "account 8"))
            await ledger.close()
        }
    }

    private func askOnEveryPage(_ path: String, _ scribble: Scribble) async throws -> [LedgerError] {
        let file = URL(fileURLWithPath: path)
        let whole = try Data(contentsOf: file)
        let database = try RawDatabase(path)
        let pageSize = Int(try database.integer("PRAGMA page_size"))
        let accounts = Int(try database.integer("SELECT rootpage FROM sqlite_schema WHERE name = 'accounts'"))
        #expect(whole.count / pageSize > 10)
        var said: [LedgerError] = []
        // The first page says that the file is a ledger, and every call reads the accounts. Other pages go unread.
        for page in [0, accounts - 1] + Depth.sample(Array(1..<whole.count / pageSize), quick: 3) {
            var damaged = whole
            scribble.write(on: &damaged, from: page * pageSize, count: pageSize)
            for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
            try damaged.write(to: file)
            said += try await errors(of: path, scribble)
        }
        return said
    }

    /// Enough for some pages of every table.
    private static func doBusiness(_ path: String) async throws {
        let ledger = try await SQLiteLedger.open(path, trace: nil)
        for account in 0..<20 {
            let account = try AccountID("account \(account)")
            try await ledger.give(1000, to: account, reference: "r")
            for call in 0..<5 {
                let key = try IdempotencyKey("call \(call)")
                let id = try await ledger.hold(.generate(for: account, key: key))
                if call == 0 { _ = try await ledger.settle(id, at: newYear) }
                if call == 1 { _ = try await ledger.refund(id, because: .threw, at: newYear) }
            }
        }
        await ledger.close()
    }

    /// What the ledger says on the damaged file, whatever is asked of it.
    private func errors(of path: String, _ scribble: Scribble) async throws -> [LedgerError] {
        var said = Said()
        var opened: SQLiteLedger?
        try await said.attempt { opened = try await SQLiteLedger.open(path, trace: nil) }
        guard let ledger = opened else { return said.errors }
        for number in 0..<20 {
            let account = try AccountID("account \(number)")
            var balance: AccountBalance?
            try await said.attempt { balance = try await ledger.balance(of: account, at: newYear) }
            if scribble == .whole, let balance { #expect(balance.sums == DamageTests.rightBalance) }
            let first = Int64(number * 5)
            try await said.attempt { _ = try await ledger.history(of: account, after: nil, count: 100) }
            try await said.attempt { _ = try await ledger.explain(ChargeID(rawValue: first + 4)) }
            try await said.attempt {
                _ = try await ledger.refund(ChargeID(rawValue: first + 3), because: .threw, at: newYear)
            }
            try await said.attempt { _ = try await ledger.settle(ChargeID(rawValue: first + 5), at: newYear) }
            try await said.attempt { _ = try await ledger.charge(.generate(for: account), at: newYear) }
        }
        try await said.attempt { _ = try await ledger.openCharges(at: newYear) }
        await ledger.close()
        return said.errors
    }

    private static let rightBalance = AccountBalance(
        total: 1000,
        used: 10,
        held: 30,
        remaining: 960,
        sources: [.promotion: 960]
    )
}

private struct Said {
    private(set) var errors: [LedgerError] = []

    mutating func attempt(_ call: () async throws -> Void) async throws {
        do {
            try await call()
        } catch let error as LedgerError {
            errors.append(error)
        }
    }
}

enum Scribble: CaseIterable {
    /// Nothing of the page is left.
    case whole
    /// The middle of the page is overwritten with ones.
    case ones
    /// Every byte of its second half is another.
    case flipped

    func write(on bytes: inout Data, from start: Int, count: Int) {
        switch self {
        case .whole: for index in start..<start + count { bytes[index] = 0xA5 }
        case .ones: for index in start + count / 2..<start + count * 3 / 4 { bytes[index] = 0xFF }
        case .flipped: for index in start + count / 2..<start + count { bytes[index] ^= 0x55 }
        }
    }
}
