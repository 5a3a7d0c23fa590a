extension Gate {
    /// Lets a call through that can't be charged now, if its action allows that or is in shadow mode. The call is charged
    /// when it has ended and the ledger is back.
    ///
    /// - Returns: nil when the action doesn't allow it, this process has let through as many as it may or a call under the
    ///   same key, or the ledger will never be back.
    func letThrough(
        _ call: CallRequest,
        _ quote: Quote,
        _ onFailure: FailureRule,
        _ request: ChargeRequest,
        _ error: LedgerError
    ) -> OpenCall? {
        guard let most = quote.mostInOutage, !error.isFinal,
            let ticket = outages.admit(request, most: most, at: clock.now)
        else { return nil }
        let open = uncharged(call, quote, onFailure)
        open.letThrough(LetThrough(request: request, ticket: ticket))
        observer.observe(GateEvent(.letThrough, of: open, credits: quote.costTaken, error: error))
        return open
    }

    /// Charges a call that was let through. Its limits are counted and refuse nothing: it has been made. What the account
    /// can't pay is owed, or short, as for any call that cost more than was held. The price is the one that it was let
    /// through at, whichever plan the account turns out to be on.
    func reconcile(_ letThrough: LetThrough, _ call: OpenCall, _ settlement: Settlement) {
        outages.finish(letThrough.ticket, result: settlement.result)
        var request = letThrough.request
        request.cost = 0
        request.assumedPlan = nil
        request.terms = request.terms.limited(by: request.terms.limits.map(\.counting))
        var settlement = settlement
        settlement.cost = settlement.cost ?? call.quote.costTaken
        Task { [request, settlement] in
            let outcome = await settle(request, settlement)
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

    private func settle(_ request: ChargeRequest, _ settlement: Settlement) async -> Result<SettleResult, Unpaid> {
        var pauseMilliseconds: Int64 = 500
        var held: ChargeID?
        while true {
            do throws(LedgerError) {
                if held == nil {
                    switch try await ledger.charge(request, at: clock.now) {
                    case .held(let id, _, _): held = id
                    case .refused(let refusal): return .failure(.refused(refusal))
                    }
                }
                if let held {
                    let plans = request.terms.plans
                    return .success(try await ledger.settle(held, settlement, under: plans, at: clock.now))
                }
            } catch {
                if error.isFinal { return .failure(.ledger(error)) }
            }
            // The task is nobody's, so that nobody cancels it.
            try? await clock.sleep(milliseconds: pauseMilliseconds)
            pauseMilliseconds = min(2 * pauseMilliseconds, 60_000)
        }
    }
}

extension Quote {
    /// How many calls are let through while the ledger is out of reach; nil for none. Shadow mode refuses nobody, so it
    /// lets through as many as any policy can.
    fileprivate var mostInOutage: Int? {
        switch outage {
        case .allow(let most): most
        case .deny: mode == .shadow ? Policy.Outage.maximum : nil
        }
    }
}

/// A call that was let through, and what it would have been charged by.
struct LetThrough: Sendable {
    let request: ChargeRequest
    let ticket: OutageLog.Ticket
}

/// Why a call that was let through while the ledger was out of reach can't be charged any more.
enum Unpaid: Error, CustomStringConvertible {
    /// The ledger will not be back in this process: it was closed, or its file was replaced.
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
