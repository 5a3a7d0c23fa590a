extension Gate {
    /// Returns what the account may do now: the price of each action, whether a call would pass, its limits, and the
    /// credits. All of it is read at one moment.
    ///
    /// Like ``balance(of:)``, this first opens the account if it is new, and grants credits that the account's plan
    /// owes.
    ///
    /// - Parameters:
    ///   - account: the account.
    ///   - member: the person who would act within it, for limits by member.
    /// - Throws: ``LedgerError`` when the ledger is out of reach.
    public func standing(
        of account: AccountID,
        member: MemberID? = nil
    ) async throws(LedgerError) -> Standing {
        let now = clock.now
        let policy = policies.policy(at: now)
        let request = CallRequest(account: account, member: member)
        let reading = try await read(account, under: policy, at: now) { plan in
            policy.quotes(on: plan).map { request.chargeRequest(for: $0, at: now) }
        }
        let balance = reading.balance
        let actions = zip(policy.quotes(on: balance.plan), reading.calls).map { quote, answer in
            Standing.Action(
                quote,
                policy.actions[quote.action],
                refusal: refusal(of: request, quote, answer, under: policy, at: now, hasKey: true),
                limits: limits(of: quote, answer)
            )
        }
        return Standing(
            account: account,
            at: now,
            policyVersion: policy.version,
            plan: balance.plan,
            suspendedAt: balance.suspendedAt,
            credits: Standing.Balance(reading, under: policy),
            actions: actions
        )
    }

    /// Predicts a call: its cost, whether and why it would be refused, its limits. Nothing is taken, and a later call
    /// may have another outcome.
    ///
    /// - Parameters: as those of ``run(_:for:member:attributes:units:key:storing:onFailure:isFailure:operation:)`` with
    ///   the same names.
    /// - Throws: ``Gate/UnknownAction`` when the policy doesn't price the action, ``LedgerError`` when the ledger is
    ///   out of reach. Invalid input and unknown models don't throw: the preview has a refusal.
    public func preview(
        _ action: String,
        for account: AccountID,
        member: MemberID? = nil,
        attributes: Attributes = [:],
        units: Units = [:],
        key: IdempotencyKey? = nil
    ) async throws -> Preview {
        let now = clock.now
        let policy = policies.policy(at: now)
        let request = CallRequest(account: account, member: member, attributes: attributes, units: units, key: key)
            .withFingerprint
        do {
            try request.validate()
            if key == nil {
                // Without a key, a call that the policy can't price is refused without asking the ledger.
                do { _ = try policy.quote(action, for: request, on: policy.defaultPlan?.name) } catch is UnknownModel {
                    // The price of the account's plan may need no model.
                }
            }
            return try await preview(action, of: request, under: policy, at: now)
        } catch let error as InvalidInput {
            return try Preview(policy, .invalidInput(error), of: request, to: action, at: now)
        } catch let error as UnknownModel {
            return try Preview(policy, .unknownModel(error), of: request, to: action, at: now)
        }
    }

    private func preview(
        _ action: String, of request: CallRequest, under policy: Policy, at now: Timestamp
    ) async throws -> Preview {
        let reading = try await read(request.account, under: policy, at: now) { plan in
            let quote = try? policy.quote(action, for: request, on: plan)
            return [quote.map { request.chargeRequest(for: $0, at: now) } ?? request.question(action, under: policy)]
        }
        guard let answer = reading.calls.first else { throw LedgerError.unread }
        let quote: Quote
        do {
            quote = try policy.quote(action, for: request, on: reading.balance.plan)
        } catch {
            let question = request.question(action, under: policy)
            guard let refusal = outages.refusal(of: question, at: now) ?? answer.refusal else { throw error }
            let reason = Refusal.Reason(refusal, nil, packs: policy.packs)
            return try Preview(policy, reason, of: request, to: action, at: now)
        }
        let refusal = refusal(of: request, quote, answer, under: policy, at: now, hasKey: request.key != nil)
        return Preview(quote, refusal: refusal, limits: limits(of: quote, answer))
    }

    /// Reads an account, after granting credits that are due and removing expired ones.
    ///
    /// - Parameter calls: the calls to ask about, given the account's plan.
    private func read(
        _ account: AccountID,
        under policy: Policy,
        at now: Timestamp,
        calls: @escaping @Sendable (String?) -> [ChargeRequest]
    ) async throws(LedgerError) -> AccountReading {
        var reading = try await ledger.read(account, calls: { calls($0.plan) }, at: now)
        if reading.map({ needsRefresh($0.balance, under: policy) }) ?? true {
            try await ledger.refresh(account, under: policy.planBook, at: now)
            reading = try await ledger.read(account, calls: { calls($0.plan) }, at: now)
        }
        guard let reading else { throw .unread }
        remember(reading.balance.plan, of: account)
        return reading
    }

    /// Whether the account must be refreshed before its figures are right, because credits have
    /// expired, because its plan may owe it credits, or because its plan was renamed.
    func needsRefresh(_ balance: AccountBalance, under policy: Policy) -> Bool {
        balance.isDue || balance.plan.flatMap { policy.planBook[$0] }.map { $0.name != balance.plan } ?? false
    }

    /// Returns the first reason to refuse the call, in the order in which the gate checks them.
    private func refusal(
        of request: CallRequest,
        _ quote: Quote,
        _ answer: AccountReading.Call,
        under policy: Policy,
        at now: Timestamp,
        hasKey: Bool
    ) -> Refusal? {
        if quote.isKeyRequired, quote.mode == .enforce, !hasKey {
            return Refusal(request, quote.action, .keyRequired, at: now)
        }
        let chargeRequest = request.chargeRequest(for: quote, at: now)
        return (outages.refusal(of: chargeRequest, at: now) ?? answer.refusal).flatMap { refusal in
            // If the action is off, a call can be refused only as a repeat.
            if quote.mode == .off, !refusal.isKeyUsed { return nil }
            let reason = Refusal.Reason(refusal, quote, packs: policy.packs)
            return Refusal(request, quote.action, reason, at: now)
        }
    }

    private func limits(of quote: Quote, _ answer: AccountReading.Call) -> [Standing.Limit] {
        zip(quote.limits, answer.limits).map(Standing.Limit.init)
    }
}

extension Policy {
    /// A quote for each action, sorted by name.
    fileprivate func quotes(on plan: String?) -> [Quote] {
        actions.keys.sorted().compactMap { try? typicalQuote($0, on: plan) }
    }

    fileprivate func quote(_ action: String, for request: Gate.CallRequest, on plan: String?) throws -> Quote {
        try quote(action, attributes: request.attributes, units: request.units, on: plan)
    }
}

extension LedgerError {
    fileprivate static let unread = LedgerError(.busy, "the account can't be read now; try again in a moment")
}

extension Refusal {
    fileprivate init(_ request: Gate.CallRequest, _ action: String, _ reason: Reason, at now: Timestamp) {
        self.init(action: action, account: request.account, reason: reason, at: now)
    }
}

extension Preview {
    /// The preview of a refused call without a price: it shows the action's typical price.
    fileprivate init(
        _ policy: Policy, _ reason: Refusal.Reason, of request: Gate.CallRequest, to action: String, at now: Timestamp
    ) throws {
        let refusal = Refusal(request, action, reason, at: now)
        self.init(try policy.typicalQuote(action, on: nil), refusal: refusal)
    }

    fileprivate init(_ quote: Quote, refusal: Refusal?, limits: [Standing.Limit] = []) {
        self.init(
            cost: quote.costTaken,
            price: quote.price,
            rule: quote.rule,
            policyVersion: quote.policyVersion,
            refusal: refusal,
            limits: limits
        )
    }
}

extension Standing.Action {
    fileprivate init(_ quote: Quote, _ action: Policy.Action?, refusal: Refusal?, limits: [Standing.Limit]) {
        self.init(
            name: quote.action,
            title: action?.title ?? quote.action,
            mode: quote.mode,
            price: quote.modelCost?.description ?? quote.price.description,
            isFixed: quote.modelCost == nil && quote.price.isFixed,
            modelAttribute: quote.modelCost?.attribute,
            cost: quote.costTaken,
            hold: quote.units,
            isKeyRequired: quote.isKeyRequired,
            refusal: refusal.map(Standing.Refusal.init),
            limits: limits
        )
    }
}

extension Standing.Balance {
    fileprivate init(_ reading: AccountReading, under policy: Policy) {
        let balance = reading.balance
        let grants = balance.plan.flatMap { policy.planBook[$0] }?.grants ?? []
        let coming = grants.compactMap { grant in
            reading.periodEnds[grant.name].map {
                Standing.ComingCredits(
                    grant: grant.name, credits: grant.credits, actions: grant.actions.map(policy.presentNames), at: $0)
            }
        }
        self.init(
            spendable: balance.remaining,
            reserved: balance.reserved.map { reserved in
                AccountBalance.Reserved(actions: policy.presentNames(of: reserved.actions), credits: reserved.credits)
            },
            held: balance.held,
            debt: balance.debt,
            sources: balance.sources,
            isLow: balance.remaining < policy.lowBalance || balance.remaining <= 0,
            expiring: reading.expiring.first,
            coming: coming.sorted { ($0.at, $0.grant) < ($1.at, $1.grant) }
        )
    }
}
