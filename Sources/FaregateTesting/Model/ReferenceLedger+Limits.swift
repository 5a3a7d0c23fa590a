import Faregate

extension ReferenceLedger {
    private func counter(_ limit: LimitCheck, of request: ChargeRequest) -> ExactText {
        switch limit.scope {
        case .account: ExactText("\(limit.counter)\n\(request.account)")
        case .member: ExactText("\(limit.counter)\n\(request.account)\n\(request.member?.rawValue ?? "")")
        case .action: ExactText(limit.counter)
        }
    }

    /// Returns how much of a limit is used now.
    private func used(_ limit: LimitCheck, _ name: ExactText, at now: Timestamp) -> Int64 {
        guard let counter = counters[name] else { return 0 }
        switch limit.window {
        case .calendar(let from, let until):
            return (from...until).contains(counter.windowStart) ? counter.used : 0
        case .rolling:
            return counter.hits.filter { limit.window.reaches($0.at, from: now) }.reduce(0) { $0 + $1.amount }
        }
    }

    func use(_ limit: LimitCheck, of request: ChargeRequest, at now: Timestamp) -> AccountReading.LimitUse {
        let name = counter(limit, of: request)
        let used = used(limit, name, at: now)
        switch limit.window {
        case .calendar(_, let until): return AccountReading.LimitUse(name: limit.name, used: used, resetsAt: until)
        case .rolling(let milliseconds):
            let hits = (counters[name]?.hits ?? []).filter { limit.window.reaches($0.at, from: now) && $0.amount > 0 }
            let oldest = hits.map(\.at).min()
            return AccountReading.LimitUse(
                name: limit.name, used: used, resetsAt: oldest?.advanced(byMilliseconds: milliseconds))
        }
    }

    func limitRefusal(_ request: ChargeRequest, at now: Timestamp) -> ChargeRefusal? {
        var longest: (refusal: ChargeRefusal, retryAt: Timestamp)?
        for limit in request.terms.limits where limit.isEnforced && limit.amount > 0 {
            let name = counter(limit, of: request)
            let used = used(limit, name, at: now)
            guard used + limit.amount > limit.max else { continue }
            let retryAt = retry(limit, name, used, at: now)
            if longest.map({ retryAt ?? .never > $0.retryAt }) ?? true {
                let refusal = ChargeRefusal.limit(name: limit.name, max: limit.max, used: used, retryAt: retryAt)
                longest = (refusal, retryAt ?? .never)
            }
        }
        return longest?.refusal
    }

    /// Nil if waiting doesn't help, because the call alone exceeds the limit.
    private func retry(_ limit: LimitCheck, _ name: ExactText, _ used: Int64, at now: Timestamp) -> Timestamp? {
        guard limit.amount <= limit.max else { return nil }
        switch limit.window {
        case .calendar(_, let until): return until
        case .rolling(let milliseconds):
            var excess = used + limit.amount - limit.max
            let hits = (counters[name]?.hits ?? []).filter { limit.window.reaches($0.at, from: now) && $0.amount > 0 }
                .sorted { ($0.at, $0.charge.rawValue) < ($1.at, $1.charge.rawValue) }
            for hit in hits {
                excess -= hit.amount
                if excess <= 0 { return hit.at.advanced(byMilliseconds: milliseconds) }
            }
            return nil
        }
    }

    /// - Returns: the names of the limits in shadow mode that would have refused the call.
    mutating func count(_ request: ChargeRequest, for charge: ChargeID, at now: Timestamp) -> [String] {
        var exceeded: [String] = []
        for limit in request.terms.limits {
            let name = counter(limit, of: request)
            var counter = counters[name] ?? Counter(windowStart: Timestamp(rawValue: 0), used: 0)
            switch limit.window {
            case .calendar(let from, let until):
                if !(from...until).contains(counter.windowStart) {
                    counter.windowStart = from
                    counter.used = 0
                }
                counter.used += limit.amount
            case .rolling:
                counter.hits.removeAll { !limit.window.reaches($0.at, from: now) }
                counter.hits.append((charge, now, limit.amount))
                counter.used = counter.hits.reduce(0) { $0 + $1.amount }
            }
            counters[name] = counter
            charges[charge]?.counted.append(Counted(limit: limit, counter: name, amount: limit.amount))
            if !limit.isEnforced, limit.amount > 0, counter.used > limit.max { exceeded.append(limit.name) }
        }
        return exceeded
    }

    /// Corrects the counters to the actual cost of the call.
    mutating func recount(_ charge: Charge, _ counted: [String: Int64]) {
        for one in charge.counted {
            if let amount = counted[one.limit.counter] { change(one, by: amount - one.amount, of: charge) }
        }
    }

    /// Subtracts a refunded call from the counters.
    mutating func uncount(_ charge: Charge) {
        for one in charge.counted where one.limit.givesBack { change(one, by: -one.amount, of: charge) }
    }

    /// Counts again a call that was refunded as abandoned and is settled late.
    mutating func countLate(_ charge: Charge, _ counted: [String: Int64]) -> [Counted] {
        charge.counted.map { one in
            let amount = counted[one.limit.counter] ?? one.amount
            change(one, by: amount - (one.limit.givesBack ? 0 : one.amount), of: charge)
            return Counted(limit: one.limit, counter: one.counter, amount: amount)
        }
    }

    private mutating func change(_ one: Counted, by amount: Int64, of charge: Charge) {
        switch one.limit.window {
        case .calendar(let from, _):
            guard let counter = counters[one.counter], counter.windowStart == from else { return }
            counters[one.counter]?.used = max(0, counter.used + amount)
        case .rolling:
            let hits = counters[one.counter]?.hits ?? []
            guard let position = hits.firstIndex(where: { $0.charge == charge.id }) else { return }
            counters[one.counter]?.hits[position].amount = max(0, hits[position].amount + amount)
        }
    }
}

extension LimitCheck.Window {
    /// Whether a hit counts for a rolling window. It counts unless it is further away from now than the window's
    /// length, in the past or in the future. Only a wrong clock makes hits in the future.
    fileprivate func reaches(_ hit: Timestamp, from now: Timestamp) -> Bool {
        guard case .rolling(let milliseconds) = self else { return false }
        return hit > now.advanced(byMilliseconds: -milliseconds) && hit <= now.advanced(byMilliseconds: milliseconds)
    }
}
