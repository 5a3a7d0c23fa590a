/// A line of the table: what it is, and what it must reach.
struct Figure {
    enum Unit: String {
        case perSecond = "/s"
        case microseconds = "µs"
        case milliseconds = "ms"
        case seconds = "s"
        case mebibytes = "MiB"
        case yesOrNo = ""
    }

    enum Goal {
        case atLeast(Double, of: Sample, called: String)
        case atMost(Double, of: Sample, called: String)
        /// Nothing to reach: the ratio alone tells something.
        case beside(Sample, called: String)
        case below(Double)
        case none
    }

    let name: String
    let sample: Sample
    let unit: Unit
    var goals: [Goal] = []
}

extension Figure {
    static func all(_ options: Options) -> [Figure] {
        let past = options.history.map { history(small: HistoryRounds.small(beside: $0), large: $0) } ?? []
        return peers + onPostgres + postgresPast + gated + alone + spread + route + refusals + reads + past
            + resources(past: options.history)
    }

    private static let peers = [
        Figure(name: "the disk: 4 KiB written and synchronised, median", sample: .fsync, unit: .microseconds),
        Figure(name: "bare loop, hold only, one by one", sample: .bareHold(batch: 1), unit: .perSecond),
        Figure(name: "bare loop, hold only, batch of 64", sample: .bareHold(batch: 64), unit: .perSecond),
        Figure(name: "bare loop, hold and settle, one by one", sample: .bareHoldAndSettle(batch: 1), unit: .perSecond),
        Figure(
            name: "bare loop, hold and settle, batch of 64",
            sample: .bareHoldAndSettle(batch: 64),
            unit: .perSecond
        ),
        Figure(name: "GRDB, one by one", sample: .grdb(callers: 1), unit: .perSecond),
        Figure(name: "GRDB, 64 callers", sample: .grdb(callers: 64), unit: .perSecond),
        Figure(name: "Redis, 64 connections", sample: .redis, unit: .perSecond),
        Figure(name: "PostgreSQL, 64 connections", sample: .postgres, unit: .perSecond),
    ]

    private static let gated = [
        Figure(name: "gated calls, 1 caller", sample: .gated(callers: 1), unit: .perSecond),
        Figure(name: "gated calls, 16 callers", sample: .gated(callers: 16), unit: .perSecond),
        Figure(
            name: "gated calls, 64 callers",
            sample: .gated(callers: 64),
            unit: .perSecond,
            goals: [
                .atLeast(2, of: .redis, called: "Redis"),
                .atLeast(4, of: .postgres, called: "PostgreSQL"),
                .atLeast(0.4, of: .bareHoldAndSettle(batch: 64), called: "bare loop, hold and settle, batch of 64"),
                .beside(.bareHold(batch: 64), called: "bare loop, hold only, batch of 64"),
                .beside(.grdb(callers: 1), called: "GRDB, one by one"),
            ]
        ),
        Figure(name: "gated calls, 256 callers", sample: .gated(callers: 256), unit: .perSecond),
    ]

    private static let alone = [
        Figure(name: "one bare transaction, median", sample: .bareLatency, unit: .microseconds),
        Figure(
            name: "one gated caller's call, median",
            sample: .gatedLatency,
            unit: .microseconds,
            goals: [.atMost(1.6, of: .bareLatency, called: "a bare transaction")]
        ),
    ]

    private static let spread = [
        Figure(
            name: "one hot account, 256 callers",
            sample: .hot,
            unit: .perSecond,
            goals: [.atLeast(0.9, of: .gated(callers: 256), called: "1,000 accounts, 256 callers")]
        ),
        Figure(name: "a limit of the calendar, 64 callers", sample: .calendar, unit: .perSecond),
        Figure(
            name: "a rolling limit, 64 callers",
            sample: .rolling,
            unit: .perSecond,
            goals: [.beside(.calendar, called: "a limit of the calendar")]
        ),
        Figure(name: "1,000 accounts, 64 callers", sample: .zipfBeside, unit: .perSecond),
        Figure(
            name: "100,000 accounts by Zipf's law, 64 callers",
            sample: .zipf,
            unit: .perSecond,
            goals: [.beside(.zipfBeside, called: "1,000 accounts")]
        ),
    ]
}
