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
        case below(Double)
        case none
    }

    let name: String
    let sample: Sample
    let unit: Unit
    var goals: [Goal] = []
}

extension Figure {
    static var all: [Figure] {
        peers + gated + [
            Figure(name: "one bare transaction, median", sample: .bareLatency, unit: .microseconds),
            Figure(
                name: "one gated caller's call, median",
                sample: .gatedLatency,
                unit: .microseconds,
                goals: [.atMost(1.25, of: .bareLatency, called: "a bare transaction")]
            ),
            Figure(
                name: "one hot account, 256 callers",
                sample: .hot,
                unit: .perSecond,
                goals: [.atLeast(0.9, of: .gated(callers: 256), called: "1,000 accounts, 256 callers")]
            ),
        ] + refusals + reads + resources
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
                .atLeast(0.6, of: .bareHold(batch: 64), called: "bare loop, hold only, batch of 64"),
                .atLeast(0.6, of: .bareHoldAndSettle(batch: 64), called: "bare loop, hold and settle, batch of 64"),
                .atLeast(2, of: .redis, called: "Redis"),
                .atLeast(4, of: .postgres, called: "PostgreSQL"),
                .atLeast(8, of: .grdb(callers: 1), called: "GRDB, one by one"),
            ]
        ),
        Figure(name: "gated calls, 256 callers", sample: .gated(callers: 256), unit: .perSecond),
    ]

    private static let refusals = [
        Figure(
            name: "refusals, 64 callers",
            sample: .refusals,
            unit: .perSecond,
            goals: [.atLeast(3, of: .gated(callers: 64), called: "gated calls, 64 callers")]
        ),
        Figure(
            name: "a round of refusals wrote to the disk (1) or not (0)",
            sample: .refusalsWrote,
            unit: .yesOrNo,
            goals: [.none]
        ),
    ]

    private static let reads = [
        Figure(name: "spendable sums read by 2 bare threads while 64 call", sample: .bareReads, unit: .perSecond),
        Figure(name: "balances read by 2 bare threads while 64 call", sample: .bareWholeReads, unit: .perSecond),
        Figure(name: "  gated calls meanwhile", sample: .gatedDuringBareReads, unit: .perSecond),
        Figure(
            name: "balances read by 2 tasks while 64 call",
            sample: .gatedReads,
            unit: .perSecond,
            goals: [
                .atLeast(0.7, of: .bareReads, called: "bare threads, the sum alone"),
                .atLeast(0.7, of: .bareWholeReads, called: "bare threads, all that a balance tells"),
            ]
        ),
        Figure(name: "  gated calls meanwhile", sample: .gatedDuringGatedReads, unit: .perSecond),
    ]

    private static let resources = [
        Figure(name: "opening that ledger", sample: .opening, unit: .milliseconds, goals: [.below(100)]),
        Figure(name: "memory of 64 callers on it", sample: .memory, unit: .mebibytes, goals: [.below(64)]),
        Figure(name: "a quote with three rules", sample: .quote, unit: .microseconds, goals: [.below(1)]),
        Figure(name: "loading 10,000 actions", sample: .load, unit: .seconds, goals: [.below(0.3)]),
    ]
}
