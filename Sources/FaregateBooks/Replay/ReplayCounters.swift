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
        /// Of a rolling window; 0 for a calendar window.
        fileprivate let hit: Int64
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
        var hit: Int64 = 0
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
        case .rolling: rolling[counted.key]?.change(counted.hit, by: amount)
        }
    }
}

/// The hits of a rolling window, in the order of their calls.
private struct ReplayHits {
    private struct Hit {
        let number: Int64
        let at: Int64
        var amount: Int64
    }

    private var hits: [Hit] = []
    /// The hits before it have left the window.
    private var first = 0
    private var total: Int64 = 0
    private var latest: Int64 = 0
    /// Whether a clock stepped back between two hits, so that they are out of order.
    private var isInDisorder = false

    func used(in window: (from: Int64, until: Int64)) -> Int64 {
        guard !isInDisorder, hits.last?.at ?? 0 <= window.until else {
            return hits[first...].reduce(0) { $1.at > window.from && $1.at <= window.until ? $0 + $1.amount : $0 }
        }
        var used = total
        for hit in hits[first...] {
            guard hit.at <= window.from else { break }
            used -= hit.amount
        }
        return used
    }

    /// - Returns: the hit's number.
    mutating func add(_ amount: Int64, at now: Timestamp, in window: (from: Int64, until: Int64)) -> Int64 {
        if let last = hits.last, last.at > now.rawValue { isInDisorder = true }
        if isInDisorder {
            hits = hits[first...].filter { $0.at > window.from && $0.at <= window.until }
            first = 0
            total = hits.reduce(0) { $0 + $1.amount }
            isInDisorder = zip(hits, hits.dropFirst()).contains { $0.at > $1.at } || hits.last?.at ?? 0 > now.rawValue
        } else {
            removeLeft(window.from)
        }
        latest += 1
        let amount = min(amount, Counter.maximumCount - total)
        hits.append(Hit(number: latest, at: now.rawValue, amount: amount))
        total += amount
        return latest
    }

    private mutating func removeLeft(_ from: Int64) {
        while first < hits.count, hits[first].at <= from {
            total -= hits[first].amount
            first += 1
        }
        // Now and then, so that each hit is moved once on average.
        guard first > 1000, first > hits.count / 2 else { return }
        hits.removeFirst(first)
        first = 0
    }

    mutating func change(_ number: Int64, by amount: Int64) {
        var (low, high) = (first, hits.count)
        while low < high {
            let middle = (low + high) / 2
            if hits[middle].number < number { low = middle + 1 } else { high = middle }
        }
        guard low < hits.count, hits[low].number == number else { return }
        let change = min(max(amount, -hits[low].amount), Counter.maximumCount - total)
        hits[low].amount += change
        total += change
    }
}
