import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import TestSupport
import Testing

/// A hold lapsed, its call goes on all the same, and its key is used again.
@Suite("A key never charges twice") struct KeyRepeatTests {
    private let later = newYear.advanced(byMilliseconds: 2 * minute)

    private func withLapsedHold(_ body: (SQLiteLedger, ChargeRequest, ChargeID) async throws -> Void) async throws {
        try await withLedger { ledger in
            let request = ChargeRequest.generate(key: try IdempotencyKey("k"), opening: 50)
            let lapsed = try await ledger.hold(request)
            #expect(try await ledger.recover(at: later).map(\.id) == [lapsed])
            try await body(ledger, request, lapsed)
            let report = try await ledger.audit()
            #expect(report.differences.map(\.description) == [])
        }
    }

    private func expectUsed(_ credits: Credits, in ledger: SQLiteLedger) async throws {
        let balance = try #require(try await ledger.balance(of: "ana", at: later))
        #expect(balance.used == credits)
        #expect(balance.total == 50 && balance.used.rawValue + balance.held.rawValue + balance.remaining.rawValue == 50)
    }

    @Test("A key is charged once when the abandoned call ends after its repeat was charged", arguments: [true, false])
    func repeatFirst(isSettled: Bool) async throws {
        try await withLapsedHold { ledger, request, lapsed in
            let second = try await ledger.hold(request, at: later)
            if isSettled { #expect(try await ledger.settle(second, at: later)) }
            #expect(try await ledger.settle(lapsed, .whole, at: later) == .notHeld)
            if !isSettled { #expect(try await ledger.settle(second, at: later)) }
            try await expectUsed(10, in: ledger)
        }
    }

    @Test("An abandoned call is still charged when its key is used again only after the key expired")
    func repeatAfterExpiry() async throws {
        try await withLedger { ledger in
            let key = try IdempotencyKey("k", lifetime: .seconds(120))
            let request = ChargeRequest.generate(key: key, opening: 50)
            let lapsed = try await ledger.hold(request)
            #expect(try await ledger.recover(at: newYear.advanced(byMilliseconds: 61_000)).map(\.id) == [lapsed])
            // The key expires at exactly this time.
            _ = try await ledger.hold(request, at: later)
            guard case .settled(let settled) = try await ledger.settle(lapsed, .whole, at: later) else {
                throw TestFailure("the late settlement charged nothing")
            }
            #expect(settled.isLate)
        }
    }

    @Test("A key is charged once when the abandoned call ends before its key is used again")
    func lateFirst() async throws {
        try await withLapsedHold { ledger, request, lapsed in
            guard case .settled(let settled) = try await ledger.settle(lapsed, .whole, at: later) else {
                throw TestFailure("the late settlement charged nothing")
            }
            #expect(settled.isLate)
            let decision = try await ledger.charge(request, at: later)
            guard case .refused(.keyUsed(_, state: .settled, sameRequest: true, _)) = decision else {
                throw TestFailure("the key was charged again: \(decision)")
            }
            try await expectUsed(10, in: ledger)
        }
    }

    @Test("A key is charged once when the repeat is abandoned too, and all three calls end")
    func twoLapsed() async throws {
        try await withLapsedHold { ledger, request, lapsed in
            let second = try await ledger.hold(request, at: later)
            let muchLater = later.advanced(byMilliseconds: 2 * minute)
            #expect(try await ledger.recover(at: muchLater).map(\.id) == [second])
            let third = try await ledger.hold(request, at: muchLater)
            for charge in [lapsed, second] {
                #expect(try await ledger.settle(charge, .whole, at: muchLater) == .notHeld)
            }
            #expect(try await ledger.settle(third, at: muchLater))
            try await expectUsed(10, in: ledger)
        }
    }

    @Test("An abandoned call that is settled twice is charged once, with a key and without", arguments: [true, false])
    func settledTwice(hasKey: Bool) async throws {
        try await withLedger { ledger in
            let key = hasKey ? try IdempotencyKey("k") : nil
            let lapsed = try await ledger.hold(.generate(key: key, opening: 50))
            #expect(try await ledger.recover(at: later).map(\.id) == [lapsed])
            try await expectUsed(0, in: ledger)
            guard case .settled(let settled) = try await ledger.settle(lapsed, .whole, at: later) else {
                throw TestFailure("the late settlement charged nothing")
            }
            #expect(settled.isLate && settled.paid == 10)
            #expect(try await ledger.settle(lapsed, .whole, at: later) == .notHeld)
            #expect(try await ledger.settle(lapsed, Settlement(cost: 5), at: later) == .notHeld)
            try await expectUsed(10, in: ledger)
        }
    }

    @Test("A repeat gets the stored result of a late settlement")
    func lateResult() async throws {
        try await withLapsedHold { ledger, request, lapsed in
            _ = try await ledger.settle(lapsed, Settlement(result: [1, 2, 3]), at: later)
            let decision = try await ledger.charge(request, at: later)
            guard case .refused(.keyUsed(_, .settled, sameRequest: true, let result)) = decision else {
                throw TestFailure("\(decision)")
            }
            #expect(result == [1, 2, 3])
        }
    }
}
