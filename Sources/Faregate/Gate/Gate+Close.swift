extension Gate {
    /// How a charge is closed.
    enum Closing: Sendable {
        case settled(Settlement)
        case refunded(RefundReason)
    }

    /// Closes the charge of a call that succeeded.
    func settle(_ charge: Charge, result: [UInt8]? = nil) async {
        let settlement = charge.meter.settlement(result: result)
        guard charge.id.rawValue > 0 else {
            if let call = charge.meter.takeLetThrough() { reconcile(call, charge, settlement) }
            return
        }
        switch settling {
        case .withNextCommit where result == nil:
            ledger.settleLater(charge.id, settlement, under: policy.planBook, at: clock.now) { [self] result in
                report(result, of: charge, as: .settled(settlement))
            }
        default:
            report(await attempt(.settled(settlement), charge), of: charge, as: .settled(settlement))
        }
    }

    /// Closes the charge of a call that failed, at what it had reported. Waits for the disk.
    ///
    /// - Returns: what the call costs.
    func settleFailed(_ charge: Charge) async -> Credits {
        let settlement = charge.meter.failureSettlement
        let cost = settlement.cost ?? charge.cost
        guard charge.id.rawValue > 0 else {
            guard let call = charge.meter.takeLetThrough() else { return 0 }
            reconcile(call, charge, settlement)
            return cost
        }
        let result = await attempt(.settled(settlement), charge)
        report(result, of: charge, as: .settled(settlement))
        guard case .success(.settled(let settled)) = result, let paid = settled.paid else { return cost }
        return Credits(rawValue: paid.rawValue + settled.debt.rawValue) ?? cost
    }

    /// Waits for the disk even when the task is cancelled: a ledger's writes don't take notice of that.
    func refund(_ charge: Charge, because reason: RefundReason) async {
        guard charge.id.rawValue > 0 else {
            if let call = charge.meter.takeLetThrough() { outages.leave(call.ticket) }
            return
        }
        report(await attempt(.refunded(reason), charge), of: charge, as: .refunded(reason))
    }

    private func attempt(_ closing: Closing, _ charge: Charge) async -> Result<SettleResult, LedgerError> {
        do throws(LedgerError) {
            switch closing {
            case .settled(let settlement):
                return .success(try await ledger.settle(charge.id, settlement, under: policy.planBook, at: clock.now))
            case .refunded(let reason):
                let isDone = try await ledger.refund(charge.id, because: reason, at: clock.now)
                return .success(isDone ? .settled(Settled()) : .notHeld)
            }
        } catch {
            return .failure(error)
        }
    }

    private func report(_ result: Result<SettleResult, LedgerError>, of charge: Charge, as closing: Closing) {
        switch (result, closing) {
        case (.success(.settled(let settled)), .settled): report(settled, of: charge)
        case (.success(.settled), .refunded(let reason)): observer(.refunded(charge, reason))
        case (.success(.notHeld), _): observer(.closedElsewhere(charge))
        case (.failure(let error), _):
            observer(.leftOpen(charge, error))
            if !error.isFinal { Task { await retry(closing, charge) } }
        }
    }

    func report(_ settled: Settled, of charge: Charge) {
        observer(.settled(charge))
        if settled.isLate { observer(.settledLate(charge)) }
        if settled.debt > 0 { observer(.owed(charge, settled.debt)) }
        if settled.short > 0 { observer(.short(charge, settled.short)) }
        if let drawdown = settled.drawdown { look(at: drawdown, of: charge.account) }
    }

    /// A disk that was full, or a ledger that was locked, comes back; the customer's credits must come back with it.
    /// Closing is idempotent, so it is tried until it is done, or the ledger has been closed.
    private func retry(_ closing: Closing, _ charge: Charge) async {
        var pauseMilliseconds: Int64 = 500
        while true {
            do { try await clock.sleep(milliseconds: pauseMilliseconds) } catch { return }
            let result = await attempt(closing, charge)
            switch result {
            case .success: return report(result, of: charge, as: closing)
            case .failure(let error) where error.isFinal: return
            case .failure: pauseMilliseconds = min(2 * pauseMilliseconds, 60_000)
            }
        }
    }
}
