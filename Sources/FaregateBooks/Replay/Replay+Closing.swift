import Faregate

extension Replay {
    /// Closes the call, if the line settles it or refunds all of it.
    mutating func close(_ charge: Int64, as kind: Entry.Kind) {
        guard let known = open[charge], kind == .settle || known.call.state == .refunded else { return }
        open[charge] = nil
        if known.isReported { balances[known.account, default: Balance()].latestClosed = charge }
        if kind == .settle { settle(known) } else { refund(known) }
    }

    private mutating func settle(_ known: Open) {
        guard let quote = known.quote else { return keepAsRecorded(known) }
        guard known.isAllowed else { return tally.close(known, credits: 0) }
        let settlement = known.settlement
        recount(known, settlement)
        guard known.isReported else { return }
        var (balance, hold) = (balances[known.account] ?? Balance(), known.hold)
        let cost = (settlement?.cost ?? quote.costTaken).rawValue
        let paid = min(cost, hold.credits + balance.available(for: quote.actionNames))
        let mayOwe = quote.overrun == .debt ? max(0, quote.debtLimit.rawValue - balance.debt) : 0
        let debt = min(cost - paid, mayOwe)
        balance.change(&hold, to: paid, for: quote.actionNames, at: known.call.closedAt)
        balance.debt += debt
        balance.payDebt(at: known.call.closedAt)
        balances[known.account] = balance
        tally.close(known, credits: paid + debt)
    }

    private mutating func recount(_ known: Open, _ settlement: Settlement?) {
        guard let settlement else { return }
        for counted in known.counted {
            guard let amount = settlement.counted[counted.check.counter], amount != counted.amount else { continue }
            counters.change(counted, by: amount - counted.amount)
        }
    }

    private mutating func refund(_ known: Open) {
        for counted in known.counted where counted.check.givesBack { counters.change(counted, by: -counted.amount) }
        if known.call.isAbandoned, known.isAllowed { abandoned[known.call.charge] = known }
        guard known.isReported else { return }
        var hold = known.hold
        balances[known.account, default: Balance()].giveBack(hold.credits, from: &hold, at: known.call.closedAt)
        tally.close(known, credits: 0)
    }

    /// A call that the policy can't price keeps its recorded cost.
    private mutating func keepAsRecorded(_ known: Open) {
        guard known.isReported else { return }
        var hold = known.hold
        balances[known.account, default: Balance()]
            .change(&hold, to: known.call.paid, for: known.actionNames, at: known.call.closedAt)
        balances[known.account, default: Balance()].debt += known.call.debt
        tally.close(known, credits: known.call.credits)
    }
}
