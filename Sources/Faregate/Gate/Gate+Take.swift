extension Gate {
    /// Quotes and charges: when this returns, the credits are taken, durably.
    func take(_ action: String, for call: Call) async throws -> (Charge, timeoutMilliseconds: Int64?) {
        let policy = policies.policy
        let now = clock.now
        let quote: Quote
        do {
            quote = try policy.quote(action, attributes: call.attributes(under: policy), units: call.units)
        } catch let error as InvalidInput {
            throw refused(Denial(.invalidInput(error)), action, call, nil, at: now)
        }
        do throws(Denial) {
            let charge = try await hold(call, quote: quote, under: policy, at: now)
            return (charge, quote.timeoutMilliseconds)
        } catch {
            throw refused(error, action, call, quote, at: now)
        }
    }

    private func hold(
        _ call: Call,
        quote: Quote,
        under policy: Policy,
        at now: Timestamp
    ) async throws(Denial) -> Charge {
        do throws(InvalidInput) { try call.attributes.validate() } catch { throw Denial(.invalidInput(error)) }
        guard quote.mode != .off else { return uncharged(call, quote) }
        let request = call.request(for: quote, at: now)
        let decision: ChargeDecision
        do throws(LedgerError) {
            decision = try await ledger.charge(request, at: now)
        } catch {
            guard let charge = letThrough(call, quote, request, error) else { throw Denial(.unavailable(error)) }
            return charge
        }
        switch decision {
        case .held(let id, let spendable, let exceeded):
            let charge = charge(id, call, quote)
            observer(.allowed(charge))
            if !exceeded.isEmpty { observer(.shadowed(charge, limits: exceeded)) }
            if let spendable, spendable.rawValue + charge.cost.rawValue >= policy.lowBalance.rawValue {
                observer(.lowBalance(call.account, spendable))
            }
            return charge
        case .refused(let refusal):
            var denial = Denial(Refusal.Reason(refusal, quote: quote, packs: policy.packs))
            if case .keyUsed(_, _, sameRequest: true, let result) = refusal { denial.storedResult = result }
            throw denial
        }
    }

    /// The charge of a call that nothing is taken for.
    func uncharged(_ call: Call, _ quote: Quote) -> Charge {
        charge(ChargeID(rawValue: 0), call, quote)
    }

    func charge(_ id: ChargeID, _ call: Call, _ quote: Quote) -> Charge {
        Charge(id: id, call: call, quote: quote, gate: self)
    }

    /// Tells of an account whose credits run low while a call is under way, or when it is settled.
    func look(at drawdown: Drawdown, of account: AccountID) {
        if drawdown.comes(below: policies.policy.lowBalance) { observer(.lowBalance(account, drawdown.after)) }
    }

    private func refused(
        _ denial: Denial,
        _ action: String,
        _ call: Call,
        _ quote: Quote?,
        at now: Timestamp
    ) -> Refusal {
        var refusal = Refusal(action: action, account: call.account, reason: denial.reason, at: now)
        refusal.storedResult = denial.storedResult
        observer(.refused(refusal))
        // A flood of refusals is not worth writing down: some of it tells as much.
        if let quote, sample.admits(at: now), let record = refusal.record(member: call.member, quote: quote) {
            ledger.keep(record)
        }
        return refusal
    }
}

/// Why a call is not let through; and what is to be answered instead, where its key was used before.
private struct Denial: Error {
    let reason: Refusal.Reason
    var storedResult: [UInt8]?

    init(_ reason: Refusal.Reason) {
        self.reason = reason
    }
}

extension RefundReason {
    fileprivate init(_ error: any Error) {
        switch error {
        case is CancellationError: self = .cancelled
        case is TimedOut: self = .timedOut
        default: self = .threw
        }
    }
}
