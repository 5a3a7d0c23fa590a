import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import TestSupport
import Testing

/// Whose holds are given back, and whose are not.
@Suite(.endsWhenStuck) struct HolderTests {
    @Test("A step that fails doesn't cost a living process its holds")
    func aStepThatFails() async throws {
        try await withLedger { ledger in
            let held = try await ledger.hold(.generate(opening: 50))
            let other = try await ledger.hold(.generate())
            let database = try RawDatabase(ledger.path)
            try database.execute(
                "CREATE TRIGGER fault BEFORE UPDATE OF state ON charges BEGIN SELECT RAISE(ABORT, 'the disk is on fire'); END"
            )
            await #expect(throws: LedgerError.self) {
                try await ledger.refund(other, because: .threw, at: newYear)
            }
            try database.execute("DROP TRIGGER fault")

            let later = newYear.advanced(byMilliseconds: 50_000)
            try await ledger.heartbeat(at: later)
            let recovered = try await ledger.recover(at: newYear.advanced(byMilliseconds: 70_000))
            #expect(recovered == [])
            #expect(try await ledger.settle(held, at: later))
        }
    }

    @Test("After an outage recovery waits for one lease, even if the clock is set back meanwhile")
    func pause() {
        let pause = RecoveryPause()
        func allows(_ isRenewed: Bool, _ seconds: Int64) -> Bool {
            pause.allowsRecovery(isRenewed: isRenewed, at: newYear.advanced(byMilliseconds: seconds * 1000))
        }
        #expect(allows(true, 0))
        #expect(!allows(false, 3600) && !allows(true, 3605))
        #expect(!allows(true, 0) && !allows(true, 59), "an hour back")
        #expect(allows(true, 60) && allows(true, 75))
    }

    @Test("A process renews its lease between the steps of a long housekeeping too")
    func longHousekeeping() async throws {
        let renewals = Collected<String>(), clock = RushingClock()
        try await withFolder { folder in
            let ledger = try await SQLiteLedger.open(folder + "/test.faregate", clock: clock) {
                if $0.contains("INTO holders") { renewals.add($0) }
            }
            _ = try await ledger.hold(.generate(opening: 50))
            let before = renewals.all.count
            await ledger.performHousekeeping(at: clock.now)
            #expect(renewals.all.count > before + 1, "once at the beginning, and at least once later")
            await ledger.close()
        }
    }

    @Test("A refund that fails after other charges doesn't cost a living process its holds")
    func aStepThatFailsBetweenCharges() async throws {
        try await withLedger { ledger in
            let held = try await ledger.hold(.generate(opening: 50))
            let other = try await ledger.hold(.generate())
            let database = try RawDatabase(ledger.path)
            try database.execute(
                "CREATE TRIGGER fault BEFORE UPDATE OF state ON charges BEGIN SELECT RAISE(ABORT, 'the disk is on fire'); END"
            )
            await #expect(throws: LedgerError.self) {
                try await ledger.refund(other, because: .threw, at: newYear)
            }
            try database.execute("DROP TRIGGER fault")
            let third = try await ledger.hold(.generate(), at: newYear)
            let later = newYear.advanced(byMilliseconds: 50_000)
            try await ledger.heartbeat(at: later)
            let recovered = try await ledger.recover(at: newYear.advanced(byMilliseconds: 70_000))
            #expect(recovered == [])
            for charge in [held, other, third] { #expect(try await ledger.settle(charge, at: later)) }
        }
    }

    @Test("A charge renews a lease only if less than 45 seconds of it are left")
    func renewal() async throws {
        try await withLedger { ledger in
            _ = try await ledger.hold(.generate(opening: 50))
            let database = try RawDatabase(ledger.path)
            let lease = "SELECT alive_until - \(newYear.rawValue) FROM holders"
            #expect(try database.integer(lease) == 60_000)
            _ = try await ledger.hold(.generate(), at: newYear.advanced(byMilliseconds: 15_000))
            #expect(try database.integer(lease) == 60_000, "exactly 45 seconds were left")
            _ = try await ledger.hold(.generate(), at: newYear.advanced(byMilliseconds: 15_001))
            #expect(try database.integer(lease) == 75_001)
        }
    }

    @Test("A process whose record was deleted gets a new lease, not that of another process")
    func aForgottenHolder() async throws {
        try await withLedger { sleeper in
            let first = try await sleeper.hold(.generate(opening: 50))
            #expect(try await sleeper.settle(first, at: newYear))

            // Another one keeps house two days later, and takes credits itself.
            let clock = ManualClock(now: newYear.advanced(byMilliseconds: 48 * hour))
            let other = try await SQLiteLedger.open(sleeper.path, clock: clock)
            await clock.waitForSleeper()
            let second = try await other.hold(.generate(), at: clock.now)
            let third = try await sleeper.hold(.generate(), at: clock.now)

            let later = clock.now.advanced(byMilliseconds: 55_000)
            try await other.heartbeat(at: later)
            let recovered = try await other.recover(at: clock.now.advanced(byMilliseconds: 70_000))
            #expect(recovered.map(\.id) == [third], "only one of the two gave a sign of life")
            #expect(try await other.settle(second, at: later))
            await other.close()
        }
    }

    @Test("The lease of a call that waited for minutes, behind a vacuum for example, counts from the present")
    func aLeaseCountsFromThePresent() async throws {
        try await withFolder { folder in
            let path = folder + "/test.faregate"
            let clock = ManualClock(now: newYear)
            let ledger = try await SQLiteLedger.open(path, clock: clock, trace: nil)
            let other = try await SQLiteLedger.open(path, trace: nil)
            try await ledger.give(1000, reference: "promo")
            clock.advance(milliseconds: 3 * minute)
            let charge = try await ledger.hold(.generate(), at: newYear)
            #expect(try await other.recover(at: clock.now) == [])
            clock.advance(milliseconds: 3 * minute)
            try await ledger.heartbeat(at: newYear)
            #expect(try await other.recover(at: clock.now) == [])
            #expect(try await ledger.settle(charge, at: clock.now))
            await other.close()
            await ledger.close()
        }
    }

    @Test("A hold of an unknown process is refunded too")
    func aHoldWithoutHolder() async throws {
        try await withLedger { ledger in
            let held = try await ledger.hold(.generate(opening: 50))
            try RawDatabase(ledger.path).execute("DELETE FROM holders")
            let recovered = try await ledger.recover(at: newYear)
            #expect(recovered.map(\.id) == [held])
        }
    }
}

/// A clock on which 20 seconds pass whenever somebody looks.
private struct RushingClock: WallClock {
    private let clock = ManualClock(now: newYear)

    var now: Timestamp {
        clock.advance(milliseconds: 20_000)
        return clock.now
    }

    func sleep(for duration: Duration) async throws {}
}
