import Faregate
import FaregateSQLite
import Workload

/// The ledgers that are measured, so that the books of all of them are proved in the end.
final class Ledgers {
    /// The accounts that most parts call for.
    static let accounts = 1000

    let folder: String
    private var open: [(ledger: Ledger, calls: () -> Int)] = []

    init(folder: String) {
        self.folder = folder
    }

    /// A ledger of its own, with its accounts opened.
    func calls(_ name: String, _ workload: Workload) async throws -> GatedCalls {
        let ledger = try await Ledger.sqlite("\(folder)/\(name).faregate")
        let calls = try GatedCalls(ledger: ledger, workload: workload)
        try await calls.openAccounts()
        open.append((ledger, { calls.calls }))
        return calls
    }

    /// A ledger that has already made this number of calls of each kind.
    func history(_ name: String, size: Int) async throws -> HistoryCalls {
        let path = "\(folder)/\(name).faregate"
        say("filling a ledger with \(size) settled charges, and as many rolling hits and keys")
        let past = try await HistoryFill.fill(path, size: size)
        let calls = try HistoryCalls(ledger: try await Ledger.sqlite(path), past: past)
        open.append((calls.ledger, { calls.calls }))
        return calls
    }

    /// Closes all of them, and compares their books with what was called.
    func close() async -> [LedgerAfterwards] {
        var closed: [LedgerAfterwards] = []
        for (ledger, calls) in open {
            await ledger.close()
            closed.append(LedgerAfterwards(path: ledger.path, calls: calls()))
        }
        for ledger in closed { ledger.verify() }
        return closed
    }
}

/// A ledger that has been closed.
struct LedgerAfterwards {
    let path: String
    /// How many calls were made on it.
    var calls: Int

    func verify() {
        let (sums, spent) = (BareDatabase(path: path).integers(LedgerSQL.sums), calls * Workload.cost)
        guard sums == [spent, 0] else {
            fatalError("\(path) lost credits: spent and held are \(sums), not \(spent) and 0")
        }
    }

    /// Looks at what opening and using it takes.
    mutating func measure(_ samples: Samples, _ options: Options) async throws {
        if options.wants("open") {
            for _ in 1...options.rounds {
                let start = ContinuousClock.now
                let ledger = try await Ledger.sqlite(path)
                samples.add(.opening, (ContinuousClock.now - start).inSeconds * 1000)
                await ledger.close()
            }
        }
        if options.history != nil, let tool = options.tool {
            let (seconds, mebibytes) = try Replays.measure(path, tool: tool)
            samples.add(.replay, seconds)
            samples.add(.replayMemory, mebibytes)
        }
        if options.wants("memory"), let (mebibytes, made) = try Memory.measure(path, accounts: Ledgers.accounts) {
            samples.add(.memory, mebibytes)
            calls += made
        }
        verify()
    }
}
