import Workload

/// A crowd's calls with a rolling limit beside calls with a limit of the calendar.
struct RollingRounds: Entrant {
    let calls: GatedCalls
    let seconds: Double

    func round(_ samples: Samples) async throws {
        for (sample, action) in [(Sample.calendar, "calendar"), (.rolling, "rolling")] {
            samples.add(sample, try await calls.measure(callers: 64, action, seconds: seconds).perSecond)
        }
    }
}

/// A crowd's calls for a hundred thousand accounts, few of which are busy, beside calls for the usual thousand.
struct ZipfRounds: Entrant {
    static let accounts = 100_000

    let usual: GatedCalls
    let zipf: GatedCalls
    let seconds: Double

    func round(_ samples: Samples) async throws {
        for (sample, calls) in [(Sample.zipfBeside, usual), (.zipf, zipf)] {
            samples.add(sample, try await calls.measure(callers: 64, seconds: seconds).perSecond)
        }
    }
}

/// What things cost after a short past, beside what they cost after a long one.
struct HistoryRounds: Entrant {
    /// How short the short past is; shorter than usual beside one that isn't so long itself.
    static func small(beside large: Int) -> Int { min(10_000, max(1, large / 10)) }

    let small: HistoryCalls
    let large: HistoryCalls
    let seconds: Double

    func round(_ samples: Samples) async throws {
        for cost in HistoryCost.all {
            for (calls, isLarge) in [(small, false), (large, true)] {
                samples.add(.history(cost, isLarge: isLarge), try await calls.measure(cost, seconds: seconds))
            }
        }
    }
}
