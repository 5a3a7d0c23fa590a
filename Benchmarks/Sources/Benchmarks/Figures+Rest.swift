extension Figure {
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

    static let resources = [
        Figure(name: "opening that ledger", sample: .opening, unit: .milliseconds, goals: [.below(100)]),
        Figure(name: "memory of 64 callers on it", sample: .memory, unit: .mebibytes, goals: [.below(64)]),
        Figure(name: "a quote with three rules", sample: .quote, unit: .microseconds, goals: [.below(1)]),
        Figure(name: "loading 10,000 actions", sample: .load, unit: .seconds, goals: [.below(0.3)]),
    ]
}
