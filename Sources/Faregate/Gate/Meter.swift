/// The units that a call has reported, and the credits that its charge holds.
struct Meter {
    var reported: Units = [:]
    var held: Credits
    /// Whether the last extension took the account's last credit.
    var isDrained = false

    init(held: Credits) { self.held = held }

    /// Whether any unit above zero was reported.
    var isMetered: Bool { reported.values.contains { $0 > 0 } }

    /// - Returns: the cost of the call including this report.
    mutating func add(_ units: Units, to quote: Quote) throws(InvalidInput) -> Credits {
        var sums = reported
        for (unit, amount) in units {
            guard amount >= 0 else { throw InvalidInput("a call can't use \(amount) \(unit): the amount is negative") }
            let (sum, overflow) = sums[unit, default: 0].addingReportingOverflow(amount)
            guard !overflow else { throw InvalidInput("a call can't use that many \(unit): the sum is too large") }
            sums[unit] = sum
        }
        let cost = try quote.credits(for: quote.units.merging(sums) { $1 })
        reported = sums
        return cost
    }
}

extension OpenCall {
    func report(_ units: Units) async throws -> GatedCall.Metering {
        let cost = try withMeter { (meter, isOpen) throws(InvalidInput) in
            isOpen ? try meter.add(units, to: quote) : nil
        }
        guard let cost else {
            try await throwIfTimedOut()
            throw GatedCall.Closed(action: quote.action, account: account, call: charge)
        }
        guard quote.mode == .enforce, charge.rawValue > 0 else { return metering(cost, isExhausted: false) }
        let missing = withMeter { meter, _ in meter.isDrained ? 0 : cost.rawValue - meter.held.rawValue }
        if missing > 0 { try await extend(by: missing) }
        return metering(cost, isExhausted: await isExhausted(at: cost))
    }

    private func metering(_ cost: Credits, isExhausted: Bool) -> GatedCall.Metering {
        GatedCall.Metering(cost: cost, held: held, isExhausted: isExhausted)
    }

    /// Reads from the ledger whether the account has more credits, but only if the call costs exactly what it holds.
    /// Few reports need that read.
    private func isExhausted(at cost: Credits) async -> Bool {
        let (held, isDrained) = withMeter { meter, _ in (meter.held, meter.isDrained) }
        guard cost >= held, cost > 0 else { return false }
        if isDrained || cost > held { return isDrained }
        guard let balance = try? await gate.ledger.balance(of: account, at: gate.clock.now) else { return false }
        return balance.spendable(on: quote.actionNames) == 0 && !gate.needsRefresh(balance, under: gate.policy)
    }

    /// Extends the hold by the missing credits, or by the quoted cost (at most 1,000,000 credits) if that is more, so
    /// that a stream of small reports doesn't write to the ledger each time. If the account has fewer credits, the hold
    /// takes all of them.
    private func extend(by missing: Int64) async throws(LedgerError) {
        let step = Credits(rawValue: max(missing, min(quote.cost.rawValue, 1_000_000))) ?? .max
        let plans = gate.policy.planBook
        let now = gate.clock.now
        guard let more = try await gate.ledger.extend(charge, by: step, under: plans, at: now) else { return }
        withMeter { meter, _ in
            meter.held = max(meter.held, more.held)
            if more.taken < step { meter.isDrained = true }
        }
        gate.reportLowBalance(more.drawdown, of: self)
    }
}
