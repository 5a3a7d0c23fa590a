extension Gate {
    /// The maximum number of quotes for one call. A call is quoted again if its account turns out to be on another
    /// plan.
    private static let maximumQuotes = 4

    /// Quotes and charges a call. The credits of an open call have been taken, durably, unless its id is 0.
    ///
    /// The quote assumes the last plan that the gate saw for the account. If the account is on another plan, the ledger
    /// refuses and returns the account's plan, and the call is quoted again. So no plan has to be read before the
    /// charge.
    ///
    /// - Parameter answer: decodes the stored answer of the first call under the key; nil if it can't.
    func charge<Answer>(
        _ action: String,
        for request: CallRequest,
        _ onFailure: FailureRule,
        answer: ([UInt8]) -> Answer?
    ) async throws -> Charged<Answer> {
        let now = clock.now
        let policy = policies.policy(at: now)
        keepFiles(of: policy)
        var quote: Quote?
        do {
            try request.validate()
            for _ in 0..<Gate.maximumQuotes {
                let latest: Quote
                do {
                    latest = try self.quote(action, for: request, under: policy)
                } catch {
                    guard try await isOnOtherPlan(request, of: action, after: error, under: policy, at: now)
                    else { throw error }
                    continue
                }
                quote = latest
                if let open = try await hold(request, latest, onFailure, under: policy, at: now) {
                    return .opened(open)
                }
            }
            throw Denial(.unavailable(.changingPlan))
        } catch let error as InvalidInput {
            throw refused(Denial(.invalidInput(error)), action, request, quote, under: policy, at: now)
        } catch let error as UnknownModel {
            throw refused(Denial(.unknownModel(error)), action, request, quote, under: policy, at: now)
        } catch let denial as Denial {
            if let earlier = denial.earlier, let answer = answer(earlier.answer) {
                observer.observe(GateEvent(repeated: action, request, charge: earlier.charge))
                return .answered(answer)
            }
            throw refused(denial, action, request, quote, under: policy, at: now)
        }
    }

    private func quote(_ action: String, for request: CallRequest, under policy: Policy) throws -> Quote {
        try policy.quote(
            action,
            attributes: request.attributes,
            units: request.units,
            on: plans.plan(of: request.account, otherwise: policy.defaultPlan?.name)
        )
    }

    /// - Returns: nil if the quote assumed a plan that the account is not on; the gate has now cached the right one.
    private func hold(
        _ request: CallRequest,
        _ quote: Quote,
        _ onFailure: FailureRule,
        under policy: Policy,
        at now: Timestamp
    ) async throws(Denial) -> OpenCall? {
        guard quote.mode != .off else {
            if let refusal = await usedKey(of: request, quote, under: policy, at: now) {
                throw Denial(refusal, policy)
            }
            return uncharged(request, quote, onFailure)
        }
        if quote.isKeyRequired, quote.mode == .enforce, request.key == nil { throw Denial(.keyRequired) }
        let chargeRequest = request.chargeRequest(for: quote, at: now)
        if let refusal = outages.refusal(of: chargeRequest, at: now) {
            throw Denial(refusal, policy, quote)
        }
        let decision: ChargeDecision
        do throws(LedgerError) {
            decision = try await ledger.charge(chargeRequest, at: now)
            reportMissingPlans()
        } catch {
            if let open = letThrough(request, quote, onFailure, chargeRequest, error) { return open }
            // Another call with the same key may have been let through since the first check.
            if let refusal = outages.refusal(of: chargeRequest, at: now) {
                throw Denial(refusal, policy, quote)
            }
            guard quote.mode == .shadow else { throw Denial(.unavailable(error)) }
            let open = uncharged(request, quote, onFailure)
            observer.observe(GateEvent(.letThrough, of: open, credits: 0, error: error))
            return open
        }
        switch decision {
        case .held(let id, let spendable, let exceeded):
            let open = opened(id, request, quote, onFailure)
            report(open, spendable: spendable, exceeded: exceeded, under: policy)
            return open
        case .refused(.plan(let plan)):
            remember(plan, of: request.account)
            return nil
        case .refused(let refusal): throw Denial(refusal, policy, quote)
        }
    }

    /// Opens a call without taking credits.
    func uncharged(_ request: CallRequest, _ quote: Quote, _ onFailure: FailureRule) -> OpenCall {
        opened(ChargeID(rawValue: 0), request, quote, onFailure)
    }

    private func opened(_ id: ChargeID, _ request: CallRequest, _ quote: Quote, _ onFailure: FailureRule) -> OpenCall {
        let open = OpenCall(id, request, quote, onFailure, gate: self)
        openCalls.add(open)
        return open
    }

    private func report(_ call: OpenCall, spendable: Credits?, exceeded: [String], under policy: Policy) {
        let cost = call.quote.costTaken
        observer.observe(GateEvent(.allowed, of: call, credits: cost))
        if let refusal = call.quote.shadowRefusal {
            observer.observe(GateEvent(.shadowed, of: call, credits: 0, reason: refusal.reason))
        }
        if !exceeded.isEmpty {
            observer.observe(GateEvent(.shadowed, of: call, credits: 0, reason: exceeded.joined(separator: ", ")))
            record(exceeded, of: call)
        }
        // The ledger returns `spendable` only if it is below `lowBalance`. Only the call that takes the balance below
        // `lowBalance` is reported.
        if let spendable, spendable.rawValue + cost.rawValue >= policy.lowBalance.rawValue {
            observer.observe(GateEvent(.lowBalance, of: call, credits: spendable))
        }
    }

    /// Records limits in shadow mode that the call exceeded, as a sample, like refusals.
    private func record(_ exceeded: [String], of call: OpenCall) {
        let now = clock.now
        for limit in call.quote.limits where exceeded.contains(limit.name) && shadowSample.admits(at: now) {
            ledger.keep(
                .exceeded(
                    limit, account: call.request.account, member: call.request.member, action: call.quote.action,
                    policyVersion: call.quote.policyVersion, at: now
                )
            )
        }
    }

    /// Tells the observer if this drawdown took the account below the policy's `lowBalance`.
    func reportLowBalance(_ drawdown: Drawdown, of call: OpenCall) {
        guard drawdown.crosses(policy.lowBalance) else { return }
        observer.observe(GateEvent(.lowBalance, of: call, credits: drawdown.after))
    }

    private func refused(
        _ denial: Denial,
        _ action: String,
        _ request: CallRequest,
        _ quote: Quote?,
        under policy: Policy,
        at now: Timestamp
    ) -> Refusal {
        let refusal = Refusal(action: action, account: request.account, reason: denial.reason, at: now)
        observer.observe(GateEvent(refused: refusal, request, quote))
        // In a flood of refusals only a sample is recorded: recording each one would overload the ledger.
        guard denial.reason.isRecorded, sample.admits(at: now) else { return refusal }
        let plan = plans.plan(of: request.account, otherwise: policy.defaultPlan?.name)
        // A call with an unknown model has no quote: its record names the rule of the cheapest model.
        guard let quote = quote ?? (try? policy.typicalQuote(action, attributes: request.attributes, on: plan))
        else { return refusal }
        ledger.keep(refusal.record(of: request, quote: quote, plan: plan))
        return refusal
    }
}

/// The result of an attempt to take the credits for a call.
enum Charged<Answer> {
    case opened(OpenCall)
    /// The stored answer of an earlier call under the same key.
    case answered(Answer)
}

extension LedgerError {
    static let changingPlan = LedgerError(.busy, "the account was moved to other plans while it was being charged")
}
