extension Gate {
    /// Lets a call through during an outage, if its action allows that or is in shadow mode. The call is charged after
    /// it has ended and the ledger is reachable again.
    ///
    /// - Returns: nil when the action doesn't allow it; when a limit would refuse the call even with an empty window
    ///   (such as a limit of 0 that switches the action off); when as many let-through calls as the rule allows, over
    ///   all actions, are running or waiting to be charged; when one of those calls has the same key; or when the
    ///   ledger can't recover in this process.
    func letThrough(
        _ request: CallRequest,
        _ quote: Quote,
        _ onFailure: FailureRule,
        _ chargeRequest: ChargeRequest,
        _ error: LedgerError
    ) -> OpenCall? {
        guard let most = quote.outageBound, !error.isFinal, quote.impassableLimit == nil,
            let ticket = outages.admit(chargeRequest, most: most, at: clock.now)
        else { return nil }
        let open = uncharged(request, quote, onFailure)
        open.letThrough(LetThrough(chargeRequest: chargeRequest, ticket: ticket))
        observer.observe(GateEvent(.letThrough, of: open, credits: quote.costTaken, error: error))
        return open
    }

    /// Charges a call that was let through. Its limits count it but can't refuse it, because it has already run.
    /// Credits that the account lacks become debt or are written off, as for any call that cost more than its hold. The
    /// call costs the price at which it was let through, even if the account turns out to be on another plan.
    func reconcile(_ letThrough: LetThrough, _ call: OpenCall, _ settlement: Settlement) {
        outages.finish(letThrough.ticket, answer: settlement.result)
        var chargeRequest = letThrough.chargeRequest
        chargeRequest.cost = 0
        chargeRequest.assumedPlan = nil
        chargeRequest.terms = chargeRequest.terms.limited(by: chargeRequest.terms.limits.map(\.counting))
        var settlement = settlement
        settlement.cost = settlement.cost ?? call.quote.costTaken
        Task { [chargeRequest, settlement] in
            let outcome = await settle(chargeRequest, settlement)
            outages.leave(letThrough.ticket)
            switch outcome {
            case .success(.settled(let settled)): report(settled, of: call)
            case .success(.notHeld): observer.observe(GateEvent(.closedElsewhere, of: call, credits: 0))
            case .failure(let unpaid):
                observer.observe(GateEvent(.unpaid, of: call, credits: settlement.cost ?? 0, error: unpaid))
            }
            openCalls.remove(call)
        }
    }

    private func settle(
        _ chargeRequest: ChargeRequest, _ settlement: Settlement
    ) async -> Result<SettleResult, Unpaid> {
        var pauseMilliseconds: Int64 = 500
        var held: ChargeID?
        while true {
            do throws(LedgerError) {
                if held == nil {
                    switch try await ledger.charge(chargeRequest, at: clock.now) {
                    case .held(let id, _, _): held = id
                    // Another server runs a call under the key, or the charge of this call was made and its answer was
                    // lost: waits until that charge is settled or refunded.
                    case .refused(.keyUsed(_, state: .held, _, _)): break
                    case .refused(let refusal): return .failure(.refused(refusal))
                    }
                }
                if let held {
                    let plans = chargeRequest.terms.plans
                    return .success(try await ledger.settle(held, settlement, under: plans, at: clock.now))
                }
            } catch {
                if error.isFinal { return .failure(.ledger(error)) }
            }
            // Nothing cancels this task, so the sleep doesn't throw.
            try? await clock.sleep(milliseconds: pauseMilliseconds)
            pauseMilliseconds = min(2 * pauseMilliseconds, 60_000)
        }
    }
}

extension Quote {
    /// The most calls to let through while the ledger is out of reach; nil for none. In shadow mode, `deny` means the
    /// largest bound that a policy can set, because shadow mode must not refuse.
    fileprivate var outageBound: Int? {
        switch outage {
        case .allow(let most): most
        case .deny: mode == .shadow ? Policy.Outage.maximum : nil
        }
    }
}

/// The charge that a let-through call still owes, and its place in the outage log.
struct LetThrough: Sendable {
    let chargeRequest: ChargeRequest
    let ticket: OutageLog.Ticket
}

/// Why a call that was let through during an outage can't be charged.
enum Unpaid: Error, CustomStringConvertible {
    /// The ledger can't recover in this process: for example, it was closed or its file was replaced.
    case ledger(LedgerError)
    /// The ledger refused the charge: the account was suspended meanwhile, or another process used the key.
    case refused(ChargeRefusal)

    var description: String {
        switch self {
        case .ledger(let error): "\(error)"
        case .refused(.suspended): "the account is suspended"
        case .refused(.keyUsed): "another call was charged under its idempotency key"
        case .refused(let refusal): "the ledger refused the charge: \(refusal)"
        }
    }
}

extension LimitCheck {
    /// A copy of this limit that counts and never refuses.
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
