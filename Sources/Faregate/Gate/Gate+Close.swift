extension Gate {
    /// How a charge is closed.
    private enum Closing {
        case settled
        case refunded(RefundReason)
    }

    func settle(_ charge: Charge) async {
        switch settling {
        case .withNextCommit:
            ledger.settleLater(charge.id, at: clock.now) { result in report(result, of: charge, as: .settled) }
        case .durable:
            report(await attempt(.settled, charge), of: charge, as: .settled)
        }
    }

    /// Waits for the disk even when the task is cancelled: a ledger's writes don't take notice of that.
    func refund(_ charge: Charge, because reason: RefundReason) async {
        report(await attempt(.refunded(reason), charge), of: charge, as: .refunded(reason))
    }

    private func attempt(_ closing: Closing, _ charge: Charge) async -> Result<Bool, LedgerError> {
        do throws(LedgerError) {
            switch closing {
            case .settled: return .success(try await ledger.settle(charge.id, at: clock.now))
            case .refunded(let reason):
                return .success(try await ledger.refund(charge.id, because: reason, at: clock.now))
            }
        } catch {
            return .failure(error)
        }
    }

    private func report(_ result: Result<Bool, LedgerError>, of charge: Charge, as closing: Closing) {
        switch (result, closing) {
        case (.success(true), .settled): observer(.settled(charge))
        case (.success(true), .refunded(let reason)): observer(.refunded(charge, reason))
        case (.success(false), _): observer(.closedElsewhere(charge))
        case (.failure(let error), _):
            observer(.leftOpen(charge, error))
            if error.code != .closed { Task { await retry(closing, charge) } }
        }
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
            case .failure(let error) where error.code == .closed: return
            case .failure: pauseMilliseconds = min(2 * pauseMilliseconds, 60_000)
            }
        }
    }
}
