import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import TestSupport
import Testing

/// When refusals are written.
@Suite(.endsWhenStuck) struct RefusalWritingTests {
    @Test("A refusal is on disk about a second later, although nothing else is written")
    func afterASecond() async throws {
        try await withFolder { folder in
            let clock = ManualClock()
            let ledger = try await SQLiteLedger.open(folder + "/test.faregate", clock: clock)
            // Housekeeping has run, and waits for its next round.
            await clock.waitForSleeper()
            for _ in 1...2 {
                let refusal = Refusal.Record.some(at: newYear)
                ledger.keep(refusal)
                try await wait { clock.sleeperCount == 2 }
                #expect(try await !written(ledger).contains(refusal.id))
                clock.advance(milliseconds: 1000)
                try await wait { try await written(ledger).contains(refusal.id) }
            }
            await ledger.close()
        }
    }

    private func written(_ ledger: SQLiteLedger) async throws -> [Refusal.ID] {
        try await ledger.latestRefusals(of: nil, since: nil, count: 10).map(\.id)
    }

    /// Fails after a bounded number of looks.
    private func wait(until holds: () async throws -> Bool) async throws {
        for _ in 1...100_000 {
            if try await holds() { return }
            await Task.yield()
        }
        throw TestFailure("the task of the ledger did nothing")
    }
}
