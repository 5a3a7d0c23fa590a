extension Gate {
    /// Lets a call through that can't be charged now, where its action allows it, and sees to it that it is charged
    /// later: once it has been closed, and the ledger is back.
    ///
    /// - Returns: nil when the action doesn't allow it, or this process has let through as many as it may.
    func letThrough(_ call: Call, _ quote: Quote, _ request: ChargeRequest, _ error: LedgerError) -> Charge? {
        guard case .allow(let most) = quote.outage, outages.admit(most) else { return nil }
        let charge = uncharged(call, quote)
        charge.meter.letThrough(request)
        observer(.letThrough(charge, error))
        return charge
    }

    /// Charges a call that was let through. Its limits are counted and refuse nothing: it has been made. What the account
    /// can't pay is owed, or short, as for any call that cost more than was held.
    func reconcile(_ request: ChargeRequest, _ charge: Charge, _ settlement: Settlement) {
        var request = request
        request.cost = 0
        request.terms = request.terms.limited(by: request.terms.limits.map(\.counting))
        var settlement = settlement
        settlement.cost = settlement.cost ?? charge.cost
        Task { [request, settlement] in
            let settled = await settle(request, settlement)
            outages.leave()
            if let settled { report(settled, of: charge) }
        }
    }

    /// - Returns: nil where there was nobody to charge (any more).
    private func settle(_ request: ChargeRequest, _ settlement: Settlement) async -> Settled? {
        var pauseMilliseconds: Int64 = 500
        var held: ChargeID?
        while true {
            do throws(LedgerError) {
                if held == nil {
                    switch try await ledger.charge(request, at: clock.now) {
                    case .held(let id, _, _): held = id
                    // Suspended meanwhile, or the key was used meanwhile: there is nobody to charge.
                    case .refused: return nil
                    }
                }
                guard let held, case .settled(let settled) = try await ledger.settle(held, settlement, at: clock.now)
                else { return nil }
                return settled
            } catch {
                if error.code == .closed { return nil }
            }
            do { try await clock.sleep(milliseconds: pauseMilliseconds) } catch { return nil }
            pauseMilliseconds = min(2 * pauseMilliseconds, 60_000)
        }
    }
}

extension LimitCheck {
    /// The same limit, counting only.
    fileprivate var counting: LimitCheck {
        LimitCheck(
            name: name,
            counter: counter,
            scope: scope,
            max: max,
            amount: amount,
            window: window,
            givesBack: givesBack,
            isEnforced: false
        )
    }
}

/// How many calls this process has let through without a charge, and not charged yet.
final class OutageLog: Sendable {
    private let count = Mutex(0)

    func admit(_ most: Int) -> Bool {
        count.withLock { count in
            guard count < most else { return false }
            count += 1
            return true
        }
    }

    func leave() { count.withLock { $0 -= 1 } }
}
