extension Gate {
    /// How often a call is quoted anew because its account turns out to be on another plan.
    private static let maximumQuotes = 4

    /// Quotes and charges: when this returns, the credits are taken, durably.
    ///
    /// The quote goes by the plan that the gate knows for the account. Where the account is on another, the ledger refuses
    /// and says which, and the call is quoted anew: nothing has to be read before.
    func take(_ action: String, for call: Call) async throws -> (Charge, timeoutMilliseconds: Int64?) {
        let policy = policies.policy
        let now = clock.now
        var quote: Quote?
        do {
            try call.attributes.validate()
            for _ in 0..<Gate.maximumQuotes {
                let latest = try self.quote(action, for: call, under: policy)
                quote = latest
                if let charge = try await hold(call, quote: latest, under: policy, at: now) {
                    return (charge, latest.timeoutMilliseconds)
                }
            }
            throw Denial(.unavailable(.changingPlan))
        } catch let error as InvalidInput {
            throw refused(Denial(.invalidInput(error)), action, call, nil, at: now)
        } catch let denial as Denial {
            throw refused(denial, action, call, quote, at: now)
        }
    }

    private func quote(_ action: String, for call: Call, under policy: Policy) throws -> Quote {
        try policy.quote(
            action,
            attributes: call.attributes,
            units: call.units,
            on: plans.plan(of: call.account, otherwise: policy.defaultPlan?.name)
        )
    }

    /// - Returns: nil where the quote assumed a plan that the account is not on; the right one is known now.
    private func hold(
        _ call: Call,
        quote: Quote,
        under policy: Policy,
        at now: Timestamp
    ) async throws(Denial) -> Charge? {
        guard quote.mode != .off else { return uncharged(call, quote) }
        if quote.isKeyRequired, quote.mode == .enforce, call.key == nil { throw Denial(.keyRequired) }
        let request = call.request(for: quote, at: now)
        if let refusal = outages.refusal(of: request, at: now) { throw Denial(refusal, quote, policy) }
        let decision: ChargeDecision
        do throws(LedgerError) {
            decision = try await ledger.charge(request, at: now)
            reportMissingPlans()
        } catch {
            if let charge = letThrough(call, quote, request, error) { return charge }
            if let refusal = outages.refusal(of: request, at: now) { throw Denial(refusal, quote, policy) }
            guard quote.mode == .shadow else { throw Denial(.unavailable(error)) }
            let charge = uncharged(call, quote)
            observer(.letThrough(charge, error))
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
        case .refused(.plan(let plan)):
            remember(plan, of: call.account)
            return nil
        case .refused(let refusal): throw Denial(refusal, quote, policy)
        }
    }

    /// The charge of a call that nothing is taken for.
    func uncharged(_ call: Call, _ quote: Quote) -> Charge {
        charge(ChargeID(rawValue: 0), call, quote)
    }

    func charge(_ id: ChargeID, _ call: Call, _ quote: Quote) -> Charge {
        Charge(id: id, call: call, quote: quote, gate: self)
    }

    /// Reports to the observer that an account's credits have run low, during a call or when it is settled.
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

    init(_ refusal: ChargeRefusal, _ quote: Quote, _ policy: Policy) {
        reason = Refusal.Reason(refusal, quote: quote, packs: policy.packs)
        if case .keyUsed(_, _, sameRequest: true, let result) = refusal { storedResult = result }
    }
}

extension LedgerError {
    static let changingPlan = LedgerError(.busy, "the account was moved to other plans while it was being charged")
}
