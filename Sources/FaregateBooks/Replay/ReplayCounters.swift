import Faregate

/// The counts of limits during a replay, by the same rules as the ledger's tables `counters` and `counter_hits`.
struct ReplayCounters {
    fileprivate struct Key: Hashable {
        let account: Int64
        let member: Int64
        let counter: String

        init(_ check: LimitCheck, account: Int64, member: Int64?) {
            let numbers = Counter(limit: 0, check.scope, account: account, member: member)
            (self.account, self.member, counter) = (numbers.account, numbers.member, check.counter)
        }
    }

    private struct Calendar {
        var start: Timestamp
        var used: Int64
    }

    /// What a call added to a limit, to be corrected when it is settled or refunded.
    struct Counted {
        let check: LimitCheck
        fileprivate let key: Key
        /// Nil for a calendar window.
        fileprivate let hit: ReplayHits.Name?
        var amount: Int64
    }

    private var calendars: [Key: Calendar] = [:]
    private var rolling: [Key: ReplayHits] = [:]

    /// Whether the limit has no room for the call.
    func refuses(_ check: LimitCheck, account: Int64, member: Int64?, at now: Timestamp) -> Bool {
        guard check.isEnforced, check.amount > 0 else { return false }
        let key = Key(check, account: account, member: member)
        return used(check, key, at: now) + check.amount > check.max
    }

    private func used(_ check: LimitCheck, _ key: Key, at now: Timestamp) -> Int64 {
        switch check.window {
        case .calendar(let from, let until):
            guard let counter = calendars[key], (from...until).contains(counter.start) else { return 0 }
            return counter.used
        case .rolling: return rolling[key]?.used(in: check.window.range(at: now)) ?? 0
        }
    }

    mutating func count(_ check: LimitCheck, account: Int64, member: Int64?, at now: Timestamp) -> Counted {
        let key = Key(check, account: account, member: member)
        var hit: ReplayHits.Name?
        switch check.window {
        case .calendar(let from, let until):
            var counter = calendars[key] ?? Calendar(start: from, used: 0)
            if !(from...until).contains(counter.start) { counter = Calendar(start: from, used: 0) }
            counter.used = min(Counter.maximumCount, counter.used + check.amount)
            calendars[key] = counter
        case .rolling:
            hit = rolling[key, default: ReplayHits()].add(check.amount, at: now, in: check.window.range(at: now))
        }
        return Counted(check: check, key: key, hit: hit, amount: check.amount)
    }

    /// Corrects the count, if its window is still the counter's.
    mutating func change(_ counted: Counted, by amount: Int64) {
        switch counted.check.window {
        case .calendar(let from, _):
            guard let counter = calendars[counted.key], counter.start == from else { return }
            calendars[counted.key]?.used = min(Counter.maximumCount, max(0, counter.used + amount))
        case .rolling:
            if let hit = counted.hit { rolling[counted.key]?.change(hit, by: amount) }
        }
    }
}
