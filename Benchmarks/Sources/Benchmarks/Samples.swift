import Workload

/// What was measured, round by round.
final class Samples {
    private var values: [Sample: [Double]] = [:]

    func add(_ sample: Sample, _ value: Double) { values[sample, default: []].append(value) }

    func all(_ sample: Sample) -> [Double] { values[sample] ?? [] }

    subscript(sample: Sample) -> Double? { median(all(sample)) }
}

/// What there is to measure.
enum Sample: Hashable {
    case fsync
    case bareHold(batch: Int)
    case bareHoldAndSettle(batch: Int)
    case gated(callers: Int)
    case grdb(callers: Int)
    case redis
    case postgres
    case onPostgres(PostgresRounds.Load, PostgresRounds.Entry)
    case postgresPast(accounts: Int, callers: Int)
    case postgresMedian
    case postgresLate
    case bareLatency
    case gatedLatency
    case hot
    case refusals
    case refusalsWrote
    case bareReads
    case bareWholeReads
    case gatedReads
    case gatedDuringBareReads
    case gatedDuringGatedReads
    case calendar
    case rolling
    case zipfBeside
    case zipf
    case history(HistoryCost, isLarge: Bool)
    case bareRoute
    case gatedRoute
    case opening
    case memory
    case replay
    case replayMemory
    case quote
    case load
}
