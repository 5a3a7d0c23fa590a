import Faregate

extension Replay {
    /// Decides whether the call would have been let through.
    mutating func begin(_ call: ReplayedCall, of account: Int64, _ price: ReplayedPrice) {
        let isReported = period.contains(call.createdAt)
        let priced = isReported || call.createdAt < period.lowerBound ? quote(call, price, isReported) : nil
        let quote = priced?.quote
        var known = Open(
            call: call, account: account, action: quote?.action ?? price.action,
            actionNames: quote?.actionNames ?? price.names, quote: quote,
            settlement: priced?.settlement, isReported: isReported
        )
        if let quote {
            if isReported, !call.isChargedLate {
                balances[account]?.payDebt(at: call.createdAt)
                balances[account]?.lapsed = 0
                known.refusal = refusal(of: quote, account, call.member, at: call.createdAt)
                if known.isAllowed {
                    balances[account, default: Balance()]
                        .take(quote.costTaken.rawValue, for: quote.actionNames, into: &known.hold, at: call.createdAt)
                }
            }
            if known.isAllowed { known.counted = count(quote, call, account) }
        }
        open[call.charge] = known
    }

    /// The quote of the call under the policy, and the settlement of its recorded use; nil if the policy can't price
    /// it.
    private mutating func quote(
        _ call: ReplayedCall, _ price: ReplayedPrice, _ isReported: Bool
    ) -> (quote: Quote, settlement: Settlement?)? {
        guard let policy = policy(price.policyVersion) else {
            if isReported { tally.cannotPrice("the ledger no longer keeps the policy \(price.policyVersion)") }
            return nil
        }
        if isReported, let plan = call.plan, policy.planBook[plan] == nil { tally.miss(plan) }
        do {
            let quote = try policy.quote(
                price.action, attributes: facts.attributes(call.attributes),
                units: call.units.map { Units(recorded: $0) }, on: policy.currentPlan(call.plan)
            )
            return (quote, try call.used.map { try quote.settlement(of: Units(recorded: $0)) })
        } catch {
            if isReported { tally.cannotPrice("\(error)") }
            return nil
        }
    }

    /// The quote of a call that was refused; nil if the policy can't price it.
    func quote(_ refusal: ReplayedRefusal) -> Quote? {
        let record = refusal.record
        guard let policy = policy(record.policyVersion ?? "") else { return nil }
        return try? policy.quote(
            record.action, attributes: record.attributes, units: record.units, on: policy.currentPlan(record.plan)
        )
    }

    /// Why a limit, or the lack of credits, refuses the call; nil if it passes.
    func refusal(of quote: Quote, _ account: Int64, _ member: Int64?, at now: Timestamp) -> ReplayRefusal? {
        for check in quote.limitChecks(at: now)
        where counters.refuses(check, account: account, member: member, at: now) {
            return .limit(quote.limits.first { $0.name == check.name }?.sentence ?? check.name)
        }
        let credits = balances[account]?.available(for: quote.actionNames) ?? 0
        return quote.costTaken.rawValue <= credits
            ? nil : .credits(needed: quote.costTaken.rawValue, available: credits)
    }

    /// Takes a call's credits and counts it.
    mutating func take(
        _ quote: Quote, _ account: Int64, _ member: Int64?, at now: Timestamp
    ) -> [ReplayCounters.Counted] {
        var hold = Hold()
        balances[account, default: Balance()]
            .take(quote.costTaken.rawValue, for: quote.actionNames, into: &hold, at: now)
        var counted: [ReplayCounters.Counted] = []
        for check in quote.limitChecks(at: now) {
            counted.append(counters.count(check, account: account, member: member, at: now))
        }
        return counted
    }

    private mutating func count(
        _ quote: Quote, _ call: ReplayedCall, _ account: Int64
    ) -> [ReplayCounters.Counted] {
        if call.isLateSettlement, let earlier = call.replaced.flatMap({ abandoned.removeValue(forKey: $0) }) {
            return countLate(earlier)
        }
        var counted: [ReplayCounters.Counted] = []
        for check in quote.limitChecks(at: call.createdAt) {
            counted.append(counters.count(check, account: account, member: call.member, at: call.createdAt))
        }
        return counted
    }

    /// Counts a call again that was refunded as abandoned.
    private mutating func countLate(_ earlier: Open) -> [ReplayCounters.Counted] {
        for counted in earlier.counted where counted.check.givesBack { counters.change(counted, by: counted.amount) }
        return earlier.counted
    }

    /// Takes the credits that the journal's line took beyond the quote: the hold of a stream, or the rest of a final
    /// price.
    mutating func extend(_ known: inout Open, by credits: Int64, at now: Timestamp) {
        let quoted = known.call.isChargedLate || known.quote == nil ? 0 : known.call.quoted
        let before = max(0, known.recordedHold - quoted)
        known.recordedHold += credits
        let more = max(0, known.recordedHold - quoted) - before
        guard more > 0, known.isAllowed else { return }
        let names = known.actionNames
        let taken = known.quote == nil ? more : min(more, balances[known.account]?.available(for: names) ?? 0)
        balances[known.account, default: Balance()].take(taken, for: names, into: &known.hold, at: now)
    }

    /// Gives back what the final price left of the hold. Done at the refund's line, not at the settlement's: in
    /// between, these credits may repay a debt or expire.
    mutating func shrink(_ known: inout Open, by credits: Int64, at now: Timestamp) {
        let returned = min(credits, known.hold.credits)
        balances[known.account, default: Balance()].giveBack(returned, from: &known.hold, at: now)
    }
}
