import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import TestSupport
import Testing

@Suite struct ClosingTests {
    private let later = newYear.advanced(byMilliseconds: 1000)

    @Test("A refund returns credits to the grants that paid") func aRefundReturnsToTheVeryGrantsThatPaid() async throws
    {
        try await withLedger { ledger in
            try await ledger.give(5, reference: "first", source: .promotion, priority: -1)
            try await ledger.give(20, reference: "second", source: .purchase)
            let before = try RawDatabase(ledger.path).rows("SELECT reference, remaining, taken FROM grants")

            let charge = try await ledger.hold(.generate(cost: 10))
            #expect(try await ledger.balance(of: "ana", at: later)?.held == 10)
            #expect(try await ledger.refund(charge, because: .threw, at: later))

            #expect(try RawDatabase(ledger.path).rows("SELECT reference, remaining, taken FROM grants") == before)
            #expect(try RawDatabase(ledger.path).discrepancies() == [])
        }
    }

    @Test("A charge ends once", arguments: [true, false], [true, false])
    func aChargeEndsOnce(settledFirst: Bool, settledSecond: Bool) async throws {
        try await withLedger { ledger in
            let charge = try await ledger.hold(.generate(opening: 50))
            #expect(try await close(charge, settling: settledFirst, in: ledger))
            #expect(try await !close(charge, settling: settledSecond, in: ledger))
            let remaining: Credits = settledFirst ? 40 : 50
            #expect(try await ledger.balance(of: "ana", at: later)?.remaining == remaining)
            #expect(try RawDatabase(ledger.path).discrepancies() == [])
        }
    }

    @Test("A settlement and a refund that race close the charge once")
    func settleAndRefundRacingForOneChargeCloseItOnce() async throws {
        try await withLedger { ledger in
            for _ in 0..<20 {
                let charge = try await ledger.hold(.generate(cost: 1, opening: 50))
                let closings = try await withThrowingTaskGroup(of: Bool.self) { group in
                    for number in 0..<10 {
                        group.addTask { try await close(charge, settling: number.isMultiple(of: 2), in: ledger) }
                    }
                    return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
                }
                #expect(closings == 1)
            }
            #expect(try RawDatabase(ledger.path).discrepancies() == [])
        }
    }

    @Test("Credits refunded to an expired grant stay spendable for the grace period")
    func aRefundIntoAnExpiredGrantStaysSpendableForTheGrace() async throws {
        try await withLedger { ledger in
            try await ledger.give(30, reference: "short", expiresAt: later)
            let charge = try await ledger.hold(.generate(cost: 10))
            let muchLater = later.advanced(byMilliseconds: 10 * minute)
            #expect(try await ledger.refund(charge, because: .threw, at: muchLater))

            // The 20 that nobody touched have expired; the 10 that came back have a day more.
            let day = 24 * hour
            let balance = try await ledger.balance(of: "ana", at: muchLater)
            #expect(balance.sums == AccountBalance(total: 30, remaining: 10, expired: 20, sources: [.promotion: 10]))
            let lastMoment = muchLater.advanced(byMilliseconds: day - 1)
            #expect(try await ledger.balance(of: "ana", at: lastMoment)?.remaining == 10)
            let afterwards = muchLater.advanced(byMilliseconds: day)
            #expect(try await ledger.balance(of: "ana", at: afterwards).sums == AccountBalance(total: 30, expired: 30))
            #expect(try RawDatabase(ledger.path).discrepancies() == [])
        }
    }

    @Test("A grant's grace period begins with the first late refund and is never extended")
    func theGraceOfAGrantBeginsWithTheFirstLateRefundAndEndsOnce() async throws {
        try await withLedger { ledger in
            try await ledger.give(20, reference: "short", expiresAt: later)
            let first = try await ledger.hold(.generate(cost: 10))
            let second = try await ledger.hold(.generate(cost: 10))
            let day = 24 * hour
            #expect(try await ledger.refund(first, because: .threw, at: later))
            let nearlyOver = later.advanced(byMilliseconds: day - 1)
            #expect(try await ledger.refund(second, because: .threw, at: nearlyOver))
            #expect(try await ledger.balance(of: "ana", at: nearlyOver)?.remaining == 20)
            #expect(try await ledger.balance(of: "ana", at: nearlyOver.advanced(byMilliseconds: 1))?.remaining == 0)
        }
    }

    @Test("A refund leaves the expiry of an unexpired grant unchanged")
    func aGrantThatHasNotExpiredKeepsItsExpiryThroughARefund() async throws {
        try await withLedger { ledger in
            let expiry = later.advanced(byMilliseconds: 1)
            try await ledger.give(20, reference: "short", expiresAt: expiry)
            let charge = try await ledger.hold(.generate(cost: 10))
            #expect(try await ledger.refund(charge, because: .threw, at: later))
            #expect(try await ledger.balance(of: "ana", at: expiry).sums == AccountBalance(total: 20, expired: 20))
        }
    }

    @Test("An eventual settlement is on disk once the ledger is closed")
    func settlingLaterIsOnDiskOnceTheLedgerIsClosed() async throws {
        try await withFolder { folder in
            let path = folder + "/test.faregate"
            let ledger = try await SQLiteLedger.open(path, trace: nil)
            let results = Collected<Bool>()
            for _ in 0..<5 {
                let charge = try await ledger.hold(.generate(opening: 50))
                ledger.settleLater(charge, at: later) { results.add((try? $0.get()) ?? false) }
            }
            await ledger.close()
            #expect(results.all == [true, true, true, true, true])

            let again = try await SQLiteLedger.open(path, trace: nil)
            #expect(try await again.balance(of: "ana", at: later).sums == AccountBalance(total: 50, used: 50))
            await again.close()
        }
    }

    @Test("An eventual settlement is written without any further call") func settlingLaterHappensByItself() async throws
    {
        try await withLedger { ledger in
            let charge = try await ledger.hold(.generate(opening: 50))
            let settled = await withCheckedContinuation { continuation in
                ledger.settleLater(charge, at: later) { continuation.resume(returning: $0) }
            }
            #expect(try settled.get())
            #expect(try await ledger.balance(of: "ana", at: later)?.used == 10)
        }
    }

    @Test("A closed ledger refuses every call as closed") func aClosedLedgerSaysSo() async throws {
        try await withFolder { folder in
            let ledger = try await SQLiteLedger.open(folder + "/test.faregate", trace: nil)
            await ledger.close()
            await expectError(.closed) { _ = try await ledger.charge(.generate(), at: newYear) }
            await expectError(.closed) { _ = try await ledger.balance(of: "ana", at: newYear) }
            await expectError(.closed) { _ = try await ledger.audit() }
            await expectError(.closed) { try await ledger.backup(to: folder + "/backup") }
        }
    }

    @Sendable private func close(_ charge: ChargeID, settling: Bool, in ledger: SQLiteLedger) async throws -> Bool {
        settling
            ? try await ledger.settle(charge, at: later)
            : try await ledger.refund(charge, because: .threw, at: later)
    }
}

/// Expects the body to throw a ``LedgerError`` of that kind, and returns what it says.
@discardableResult
func expectError(
    _ code: LedgerError.Code,
    sourceLocation: Testing.SourceLocation = #_sourceLocation,
    _ body: () async throws -> Void
) async -> String {
    do {
        try await body()
        Issue.record("nothing was thrown", sourceLocation: sourceLocation)
        return ""
    } catch let error as LedgerError {
        #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
        return error.description
    } catch {
        Issue.record("threw \(error)", sourceLocation: sourceLocation)
        return ""
    }
}
