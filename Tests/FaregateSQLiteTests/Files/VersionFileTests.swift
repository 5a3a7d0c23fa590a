import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// Files that released versions wrote. `FAREGATE_REWRITE_FILES=1 swift test --filter VersionFileTests` makes that of
/// the current version anew; that of a released version never changes.
@Suite("A file of an earlier version", .serialized) struct VersionFileTests {
    private static let current = 5
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Versions")
        .standardized

    private static func file(_ version: Int) -> URL { folder.appending(path: "version-\(version).ledger") }

    @Test("A version file is rewritten on request", .enabled(if: rewrites, "FAREGATE_REWRITE_FILES is not set"))
    func rewritten() async throws {
        try await withFolder { folder in
            let path = folder + "/test.faregate"
            let ledger = try await SQLiteLedger.open(path, trace: nil)
            try await VersionFileTests.doBusiness(in: ledger)
            await ledger.close()
            // Whoever made the file is nobody's business.
            try RawDatabase(path).execute("UPDATE holders SET name = 'server:1'; VACUUM")
            try? FileManager.default.removeItem(at: VersionFileTests.file(VersionFileTests.current))
            try FileManager.default.copyItem(atPath: path, toPath: VersionFileTests.file(VersionFileTests.current).path)
        }
    }

    private static let rewrites = ProcessInfo.processInfo.environment["FAREGATE_REWRITE_FILES"] == "1"

    @Test("A file of an earlier version is opened, passes its audit, and is charged", arguments: [5])
    func opened(version: Int) async throws {
        try await withFolder { folder in
            let path = folder + "/test.faregate"
            try FileManager.default.copyItem(atPath: VersionFileTests.file(version).path, toPath: path)
            let ledger = try await SQLiteLedger.open(path, creating: false, trace: nil)
            #expect(try RawDatabase(path).integer("SELECT version FROM ledger") == VersionFileTests.current)
            try await VersionFileTests.expectBooks(of: ledger)

            // What lay open in it can still be closed, and what was limited or known by a key still is.
            let open = try await ledger.openCharges(at: newYear)
            #expect(open.map(\.cost) == [15, 3])
            #expect(try await ledger.settle(open[0].id, at: newYear))
            #expect(try await ledger.recover(at: newYear.advanced(byMilliseconds: hour)).map(\.id) == [open[1].id])
            let again = try await ledger.charge(.generate(key: try IdempotencyKey("call 1")), at: newYear)
            guard case .refused(.keyUsed(_, .settled, sameRequest: true, let result)) = again else {
                throw TestFailure("the key was forgotten: \(again)")
            }
            #expect(result == [1, 2, 3])
            let limited = try await ledger.charge(.generate(limits: [.perDay(2), .within(hour, 9)]), at: newYear)
            guard case .refused(.limit(name: "daily", 2, 2, _)) = limited else { throw TestFailure("\(limited)") }
            _ = try await ledger.hold(.generate(limits: [.perDay(3), .within(hour, 3)]))
            let till = Till(ledger)
            try await till.tell(.refund(1000), names: Purchase.Names(checkout: "cs_1", payments: ["pi_1"]))
            try await till.expectRightBooks()
            await ledger.close()
        }
    }

    /// Something in every table.
    private static func doBusiness(in ledger: SQLiteLedger) async throws {
        let note = try Ledger.Note(by: "kim", reason: "to see what it does")
        try await ledger.give(20, reference: "first", priority: -1)
        try await ledger.give(200, reference: "second")
        let limits: [LimitCheck] = [.perDay(9), .within(hour, 9)]
        let first = try await ledger.hold(.generate(key: try IdempotencyKey("call 1")))
        _ = try await ledger.settle(first, Settlement(cost: 8, result: [1, 2, 3]), at: newYear)
        let second = try await ledger.hold(.generate(limits: limits))
        #expect(try await ledger.refund(second, because: .threw, at: newYear))
        for _ in 0..<2 {
            let third = try await ledger.hold(.generate(cost: 5, limits: limits))
            #expect(try await ledger.settle(third, at: newYear))
        }
        // By a member, of two grants; and settled beyond what the account has.
        _ = try await ledger.hold(.generate(cost: 15).by("max"))
        let ben = try await ledger.hold(.generate(for: "ben", cost: 4, opening: 5))
        let overrun = Settlement(cost: 9, overrun: .debt, debtLimit: 3)
        _ = try await ledger.settle(ben, overrun, at: newYear)
        // Lapsed, and settled after all.
        let cleo = try await ledger.hold(.generate(for: "cleo", cost: 2, opening: 50))
        #expect(try await ledger.refund(cleo, because: .abandoned, at: newYear))
        _ = try await ledger.settle(cleo, .whole, at: newYear)
        _ = try await ledger.hold(.generate(for: "cleo", cost: 3))
        #expect(try await ledger.suspend("ben", note, at: newYear))
        let mistake = try Withdrawal(
            account: "cleo", credits: 60, allowsDebt: true, reference: "mistake", note: note)
        guard case .taken = try await ledger.withdraw(mistake, at: newYear) else { throw TestFailure("not taken") }
        let till = Till(ledger)
        try await till.record(Sale.purchase(), checkout: "cs_1")
        try await till.tell(.paid(), billing: Purchase.BillingDetails(name: "Ana", email: "ana@example.com"))
        try await till.tell(.refund(100))
        try await till.tell(.paid(), names: Purchase.Names(checkout: "cs_unknown"))
        try await ledger.keep(customer: "cus_1", of: "ana", provider: "stripe", at: newYear)
        try await expectBooks(of: ledger)
    }

    private static func expectBooks(of ledger: SQLiteLedger) async throws {
        let report = try await ledger.audit()
        #expect(report.differences.map(\.description) == [])
        #expect(report.accounts == 3 && report.charges == 9 && report.purchases == 1 && report.unlinkedFacts == 1)
        let ana = try #require(try await ledger.balance(of: "ana", at: newYear))
        #expect(ana.used == 18 && ana.held == 15 && ana.total == 320 && ana.reversed == 10 && ana.remaining == 277)
        let ben = try #require(try await ledger.balance(of: "ben", at: newYear))
        #expect(ben.used == 5 && ben.debt == 3 && ben.suspendedAt != nil)
        let cleo = try #require(try await ledger.balance(of: "cleo", at: newYear))
        #expect(cleo.used == 2 && cleo.held == 3 && cleo.remaining == 0)
        #expect(cleo.reversed == 45 && cleo.debt == 15)
        let purchase = try #require(try await ledger.purchases(.one("pur_1")).first)
        #expect(purchase.position.credits == 90 && purchase.billing?.name == "Ana")
        #expect(try await ledger.customer(of: "ana", provider: "stripe") == "cus_1")
        let states = try await ledger.inbox(.state(nil, count: 10)).map(\.state)
        #expect(states == [.notOurs, .done, .done])
    }
}

extension ChargeRequest {
    fileprivate func by(_ member: MemberID) -> ChargeRequest {
        var request = self
        request.member = member
        return request
    }
}
