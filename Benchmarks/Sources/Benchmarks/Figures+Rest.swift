extension Figure {
    static let route = [
        Figure(name: "a route that says ok, 64 connections", sample: .bareRoute, unit: .perSecond),
        Figure(
            name: "the same with a gate in front",
            sample: .gatedRoute,
            unit: .perSecond,
            goals: [.atLeast(0.4, of: .bareRoute, called: "the route as it is")]
        ),
    ]

    static let refusals = [
        Figure(
            name: "refusals, 64 callers",
            sample: .refusals,
            unit: .perSecond,
            goals: [.beside(.gated(callers: 64), called: "gated calls, 64 callers")]
        ),
        Figure(
            name: "a round of refusals wrote to the disk (1) or not (0)",
            sample: .refusalsWrote,
            unit: .yesOrNo,
            goals: [.none]
        ),
    ]

    static let reads = [
        Figure(name: "spendable sums read by 2 bare threads while 64 call", sample: .bareReads, unit: .perSecond),
        Figure(name: "balances read by 2 bare threads while 64 call", sample: .bareWholeReads, unit: .perSecond),
        Figure(name: "  gated calls meanwhile", sample: .gatedDuringBareReads, unit: .perSecond),
        Figure(
            name: "balances read by 2 tasks while 64 call",
            sample: .gatedReads,
            unit: .perSecond,
            goals: [
                .beside(.bareReads, called: "bare threads, the sum alone"),
                .beside(.bareWholeReads, called: "bare threads, all that a balance tells"),
            ]
        ),
        Figure(name: "  gated calls meanwhile", sample: .gatedDuringGatedReads, unit: .perSecond),
    ]

    /// Two lines for each cost: after a short past, and after a long one beside it.
    static func history(small: Int, large: Int) -> [Figure] {
        HistoryCost.all.flatMap { cost in
            [
                Figure(name: "\(cost.name), at \(small)", sample: .history(cost, isLarge: false), unit: .microseconds),
                Figure(
                    name: "\(cost.name), at \(large)",
                    sample: .history(cost, isLarge: true),
                    unit: .microseconds,
                    goals: [.atMost(1.3, of: .history(cost, isLarge: false), called: "that at \(small)")]
                ),
            ]
        }
    }

    /// - Parameter past: how much there is in the past of the ledger that is opened; nil for that of this run alone.
    static func resources(past: Int?) -> [Figure] {
        let ledger = past.map { "a ledger with a past of \($0)" } ?? "the ledger of 1,000 accounts"
        return [
            Figure(name: "opening \(ledger)", sample: .opening, unit: .milliseconds, goals: [.below(100)]),
            Figure(name: "memory of 64 callers on it", sample: .memory, unit: .mebibytes, goals: [.below(64)]),
            Figure(
                name: "replaying 1,000,000 calls of \(ledger)", sample: .replay, unit: .seconds, goals: [.below(20)]),
            Figure(name: "memory of that replay", sample: .replayMemory, unit: .mebibytes, goals: [.below(200)]),
            Figure(name: "a quote with three rules", sample: .quote, unit: .microseconds, goals: [.below(1)]),
            Figure(name: "loading 10,000 actions", sample: .load, unit: .seconds, goals: [.below(0.3)]),
        ]
    }
}
