extension Gate {
    /// How a charge is closed.
    enum Closing: Sendable {
        case settled(Settlement)
        case refunded(RefundReason)
    }

    /// Closes the charge of a call that succeeded.
    func settle(_ call: OpenCall, answer: [UInt8]?) async {
        let settlement = call.settlement(answer: answer)
        guard call.charge.rawValue > 0 else { return finishUncharged(call, settlement) }
        switch settlementMode {
        case .eventual where answer == nil:
            ledger.settleLater(call.charge, settlement, under: policy.planBook, at: clock.now) { [self] result in
                report(result, of: call, as: .settled(settlement))
            }
        default:
            report(await tryToClose(call, .settled(settlement)), of: call, as: .settled(settlement))
        }
    }

    /// Closes a failed call by its failure rule. Waits until that is on disk.
    ///
    /// - Returns: the cost of the call.
    @discardableResult
    func closeFailed(_ call: OpenCall, after reason: RefundReason) async -> Credits {
        guard call.keepsPrice(after: reason) else {
            await refund(call, because: reason)
            return 0
        }
        return await settleFailed(call)
    }

    /// Settles a failed call at its fixed price, or at the price of the units that it reported. Waits until the
    /// settlement is on disk.
    ///
    /// - Returns: the cost of the call.
    private func settleFailed(_ call: OpenCall) async -> Credits {
        let settlement = call.failureSettlement
        let cost = settlement.cost ?? call.quote.costTaken
        guard call.charge.rawValue > 0 else {
            let isCharged = call.isLetThrough
            finishUncharged(call, settlement)
            return isCharged ? cost : 0
        }
        let result = await tryToClose(call, .settled(settlement))
        report(result, of: call, as: .settled(settlement))
        guard case .success(.settled(let settled)) = result, settled.paid != nil else { return cost }
        return settled.cost(whole: cost)
    }

    /// Refunds a call, and waits until the refund is on disk even in a cancelled task: a ledger's writes ignore
    /// cancellation.
    func refund(_ call: OpenCall, because reason: RefundReason) async {
        guard call.charge.rawValue > 0 else { return finishUncharged(call, nil) }
        report(await tryToClose(call, .refunded(reason)), of: call, as: .refunded(reason))
    }

    /// - Parameter settlement: nil for a call that is refunded.
    private func finishUncharged(_ call: OpenCall, _ settlement: Settlement?) {
        guard let letThrough = call.removeLetThrough() else { return openCalls.remove(call) }
        guard let settlement else {
            outages.leave(letThrough.ticket)
            return openCalls.remove(call)
        }
        reconcile(letThrough, call, settlement)
    }

    private func tryToClose(_ call: OpenCall, _ closing: Closing) async -> Result<SettleResult, LedgerError> {
        do throws(LedgerError) {
            switch closing {
            case .settled(let settlement):
                return .success(try await ledger.settle(call.charge, settlement, under: policy.planBook, at: clock.now))
            case .refunded(let reason):
                let isDone = try await ledger.refund(call.charge, because: reason, at: clock.now)
                // `.settled` only says that the charge was held and is closed now; `report` looks at `closing`.
                return .success(isDone ? .settled(Settled()) : .notHeld)
            }
        } catch {
            return .failure(error)
        }
    }

    private func report(_ result: Result<SettleResult, LedgerError>, of call: OpenCall, as closing: Closing) {
        switch (result, closing) {
        case (.success(.settled(let settled)), .settled): report(settled, of: call)
        case (.success(.settled), .refunded(let reason)):
            observer.observe(GateEvent(.refunded, of: call, credits: call.held, reason: reason.rawValue))
        case (.success(.notHeld), _): observer.observe(GateEvent(.closedElsewhere, of: call, credits: 0))
        case (.failure(let error), _):
            observer.observe(GateEvent(.leftOpen, of: call, credits: call.held, error: error))
            if !error.isFinal {
                Task { await retry(call, closing) }
                return
            }
        }
        openCalls.remove(call)
    }

    func report(_ settled: Settled, of call: OpenCall) {
        func observe(_ name: GateEvent.Name, _ credits: Credits) {
            observer.observe(GateEvent(name, of: call, credits: credits))
        }
        let cost = settled.cost(whole: call.held)
        observe(.settled, cost)
        if settled.isLate { observe(.settledLate, cost) }
        if settled.debt > 0 { observe(.owed, settled.debt) }
        if settled.short > 0 { observe(.short, settled.short) }
        if let drawdown = settled.drawdown { reportLowBalance(drawdown, of: call) }
    }

    /// Retries until the charge is closed, or until an error shows that the ledger can't recover in this process. A
    /// full disk or a locked ledger is usually temporary. Without the retry, the customer would wait for a refund until
    /// the process ends. Closing is idempotent, so retrying is safe.
    private func retry(_ call: OpenCall, _ closing: Closing) async {
        var pauseMilliseconds: Int64 = 500
        while true {
            do { try await clock.sleep(milliseconds: pauseMilliseconds) } catch { return openCalls.remove(call) }
            let result = await tryToClose(call, closing)
            switch result {
            case .success: return report(result, of: call, as: closing)
            case .failure(let error) where error.isFinal: return openCalls.remove(call)
            case .failure: pauseMilliseconds = min(2 * pauseMilliseconds, 60_000)
            }
        }
    }
}

extension Settled {
    /// The credits that the account pays or owes.
    ///
    /// - Parameter whole: the credits that the charge held.
    func cost(whole: Credits) -> Credits { Credits(rawValue: (paid ?? whole).rawValue + debt.rawValue) ?? .max }
}
