import Faregate
import FaregateSQLite
import Foundation
import Workload

/// All that is measured on the ledger of 1,000 accounts.
struct GatedRounds: Entrant {
    let calls: GatedCalls
    let options: Options

    func round(_ samples: Samples) async throws {
        for callers in options.callers {
            let rate = try await calls.measure(callers: callers, seconds: options.seconds)
            samples.add(.gated(callers: callers), rate.perSecond)
        }
    }
}

struct LatencyRounds: Entrant {
    let calls: GatedCalls
    let loop: BareLoop
    let seconds: Double

    func round(_ samples: Samples) async throws {
        samples.add(.bareLatency, median(loop.latencies(seconds: seconds)) ?? 0)
        samples.add(.gatedLatency, median(try await calls.latencies(seconds: seconds)) ?? 0)
    }
}

struct HotRounds: Entrant {
    let calls: GatedCalls
    let seconds: Double

    func round(_ samples: Samples) async throws {
        samples.add(.hot, try await calls.measure(callers: 256, hot: true, seconds: seconds).perSecond)
    }
}

struct RefusalRounds: Entrant {
    let refusals: GatedRefusals
    let seconds: Double

    func round(_ samples: Samples) async throws {
        let (rate, hasWritten) = try await refusals.measure(callers: 64, seconds: seconds)
        samples.add(.refusals, rate.perSecond)
        samples.add(.refusalsWrote, hasWritten ? 1 : 0)
    }
}

/// Two bare threads, those that read the sum and those that read all of it, then two tasks, while 64 callers write.
struct ReadRounds: Entrant {
    let calls: GatedCalls
    let seconds: Double
    private let readers = 2
    private let accounts: [String]

    init(calls: GatedCalls, seconds: Double) {
        self.calls = calls
        self.seconds = seconds
        accounts = calls.order.map(\.rawValue)
    }

    func round(_ samples: Samples) async throws {
        let (calls, path, accounts) = (calls, calls.ledger.path, accounts)
        let (readers, seconds) = (readers, seconds)
        async let busy = calls.measure(callers: 64, seconds: 2 * seconds)
        for (sample, sql) in [(Sample.bareReads, LedgerSQL.spendable), (.bareWholeReads, LedgerSQL.balance)] {
            let rate = await BareReads.measure(sql, path: path, accounts: accounts, threads: readers, seconds: seconds)
            samples.add(sample, rate)
        }
        samples.add(.gatedDuringBareReads, try await busy.perSecond)

        async let busyAgain = calls.measure(callers: 64, seconds: seconds)
        samples.add(.gatedReads, try await calls.measureReads(readers: readers, seconds: seconds))
        samples.add(.gatedDuringGatedReads, try await busyAgain.perSecond)
    }
}
