import Faregate

extension ReferenceLedger {
    /// Checks in this order: suspended, plan, key, limits, credits.
    mutating func charge(_ request: ChargeRequest, at now: Timestamp) -> ChargeDecision {
        let account = request.account
        if accounts[account] == nil { refresh(account, under: request.terms.plans, at: now) }
        if accounts[account]?.suspendedAt != nil { return .refused(.suspended) }
        refreshIfDue(account, under: request.terms.plans, at: now)
        postponeRefresh(account, at: now)
        if let refusal = planRefusal(request, at: now) { return .refused(refusal) }
        if let refusal = refusal(of: request, at: now) { return .refused(refusal) }
        let spendable = spendable(request)
        let id = open(request, at: now)
        useKey(of: request, for: id, at: now)
        if hold(request.cost.rawValue, for: id, at: now) == 0 { append(.charge, account, 0, charge: id, at: now) }
        let exceeded = count(request, for: id, at: now)
        let left = spendable - request.cost.rawValue
        let isLow = request.cost > 0 && left < request.terms.lowBalance.rawValue
        return .held(id, spendable: isLow ? Credits(inRange: left) : nil, exceeded: exceeded)
    }

    /// Returns why a call is refused, for an account that is not suspended and whose plan was checked; nil if the call
    /// passes.
    func refusal(of request: ChargeRequest, at now: Timestamp) -> ChargeRefusal? {
        if let refusal = keyRefusal(request, at: now) ?? limitRefusal(request, at: now) { return refusal }
        // Expired grants may not have been removed yet.
        let spendable = payers(of: request).filter { $0.expiresAt > now }.reduce(0) { $0 + $1.remaining }
        guard request.cost.rawValue > spendable else { return nil }
        let debt = accounts[request.account]?.debt ?? 0
        let all = spendingOrder(of: request.account).filter { $0.expiresAt > now }.reduce(0) { $0 + $1.remaining }
        return .credits(
            required: request.cost, available: Credits(inRange: spendable), debt: Credits(inRange: debt),
            reserved: Credits(inRange: all - spendable))
    }

    private mutating func planRefusal(_ request: ChargeRequest, at now: Timestamp) -> ChargeRefusal? {
        guard let assumed = request.assumedPlan else { return nil }
        // The plan may have been renamed since the account was read.
        if let name = accounts[request.account]?.plan, name != assumed.name,
            let plan = request.terms.plans[name], plan.name != name
        {
            refresh(request.account, under: request.terms.plans, at: now)
        }
        let plan = accounts[request.account]?.plan
        return plan == assumed.name ? nil : .plan(plan)
    }

    /// A charge renews a lease with less than 45 of its 60 seconds left.
    private mutating func beat(_ now: Timestamp) {
        if let aliveUntil, now.advanced(byMilliseconds: 45_000) <= aliveUntil { return }
        beat(at: now)
    }

    private mutating func open(_ request: ChargeRequest, at now: Timestamp) -> ChargeID {
        if aliveUntil == nil { aliveUntil = now }
        beat(now)
        let id = ChargeID(rawValue: Int64(charges.count + 1))
        charges[id] = Charge(
            id: id,
            account: request.account,
            request: request,
            createdAt: now,
            plan: accounts[request.account]?.plan,
            quoted: request.cost.rawValue,
            cost: 0
        )
        return id
    }

    /// If the key's charge was refunded as abandoned, this charge takes its place.
    private mutating func useKey(of request: ChargeRequest, for charge: ChargeID, at now: Timestamp) {
        guard let key = request.key else { return }
        let name = KeyName(key, of: request)
        if let known = keys[name], known.expiresAt > now, charges[known.charge]?.reason == .abandoned,
            !hasSuccessor(known.charge)
        {
            charges[charge]?.follows = known.charge
        }
        keys[name] = Key(
            charge: charge,
            fingerprint: key.fingerprint.map(ExactText.init),
            expiresAt: now.advanced(byMilliseconds: key.lifetimeMilliseconds)
        )
    }

    private func hasSuccessor(_ charge: ChargeID) -> Bool { charges.values.contains { $0.follows == charge } }

    private func keyRefusal(_ request: ChargeRequest, at now: Timestamp) -> ChargeRefusal? {
        guard let key = request.key,
            let known = keys[KeyName(key, of: request)],
            let charge = charges[known.charge],
            charge.state == .held || charge.state == .settled && known.expiresAt > now
        else { return nil }
        let isSame = known.fingerprint == key.fingerprint.map(ExactText.init)
        return .keyUsed(charge.id, state: charge.state, sameRequest: isSame, result: isSame ? known.result : nil)
    }

    // MARK: Credits

    /// Takes up to the amount for a charge, from the grants in spending order.
    ///
    /// - Returns: the credits that were taken.
    mutating func hold(_ credits: Int64, for charge: ChargeID, at now: Timestamp) -> Int64 {
        guard let known = charges[charge] else { return 0 }
        var missing = credits
        var payments: [(grant: GrantID, credits: Int64)] = []
        for grant in payers(of: known.request) where missing > 0 {
            let taken = min(missing, grant.remaining)
            grants[grant.id]?.remaining -= taken
            grants[grant.id]?.taken += taken
            charges[charge]?.payments[grant.id, default: 0] += taken
            payments.append((grant.id, taken))
            missing -= taken
        }
        for payment in payments {
            append(.charge, known.account, -payment.credits, charge: charge, grant: payment.grant, at: now)
        }
        charges[charge]?.cost += credits - missing
        return credits - missing
    }

    /// Returns credits to the grants that paid, starting with the last in spending order.
    private mutating func giveBack(_ credits: Int64, of charge: ChargeID, at now: Timestamp) {
        guard credits > 0, let known = charges[charge] else { return }
        var rest = credits
        let paying = known.payments.filter { $0.value > 0 }.compactMap { grants[$0.key] }
        for grant in paying.sorted(by: { $1.isSpentBefore($0) }) where rest > 0 {
            let returned = min(rest, known.payments[grant.id] ?? 0)
            giveBack(returned, to: grant, of: known, at: now)
            rest -= returned
        }
        charges[charge]?.cost -= credits
        sweep(known.account, at: now)
        if owesRenewal(to: known.account, at: now) { return }
        payDebt(of: known.account, at: now)
        carryOver(known.account, at: now)
    }

    private mutating func giveBack(_ credits: Int64, to grant: Grant, of charge: Charge, at now: Timestamp) {
        var grant = grant
        grant.remaining += credits
        grant.taken -= credits
        if grant.lapsedAt == nil, grant.expiresAt <= now {
            grant.lapsedAt = grant.expiresAt
            grant.expiresAt = now.advanced(byMilliseconds: charge.request.terms.refundGraceMilliseconds)
        }
        if grant.line != nil, let lapsedAt = grant.lapsedAt, charge.createdAt < lapsedAt { grant.returned += credits }
        grants[grant.id] = grant
        charges[charge.id]?.payments[grant.id]? -= credits
        becomeDue(charge.account, at: grant.expiresAt)
        append(.refund, charge.account, credits, charge: charge.id, grant: grant.id, at: now)
    }

    // MARK: Closing

    mutating func settle(
        _ charge: ChargeID,
        _ settlement: Settlement,
        under plans: PlanBook,
        at now: Timestamp
    ) -> SettleResult {
        guard let known = charges[charge] else { return .notHeld }
        if known.state != .held || !settlement.isWhole { refreshIfDue(known.account, under: plans, at: now) }
        switch known.state {
        case .held where settlement.isWhole:
            close(charge, .settled, at: now)
            return .settled(Settled())
        case .held: return .settled(settle(known, settlement, isLate: false, at: now))
        case .refunded where known.reason == .abandoned && !hasSuccessor(charge):
            return settleLate(known, settlement, at: now)
        case .refunded, .settled: return .notHeld
        }
    }

    /// After this, a repeat with the call's key finds the new charge.
    private mutating func settleLate(_ known: Charge, _ settlement: Settlement, at now: Timestamp) -> SettleResult {
        var late = settlement
        late.cost = settlement.cost ?? Credits(inRange: known.quoted)
        late.counted = [:]
        let id = open(known.request, at: now)
        charges[id]?.follows = known.id
        let counted = countLate(known, settlement.counted)
        charges[id]?.counted = counted
        charges[id]?.plan = known.plan
        if let key = known.request.key {
            let name = KeyName(key, of: known.request)
            if keys[name]?.charge == known.id { keys[name]?.charge = id }
        }
        guard let made = charges[id] else { return .notHeld }
        return .settled(settle(made, late, isLate: true, at: now))
    }

    private mutating func settle(
        _ known: Charge,
        _ settlement: Settlement,
        isLate: Bool,
        at now: Timestamp
    ) -> Settled {
        let cost = settlement.cost?.rawValue ?? known.cost
        var paid = cost
        if cost < known.cost { giveBack(known.cost - cost, of: known.id, at: now) }
        var drawdown: Drawdown?
        if cost > known.cost {
            let before = spendable(known.request)
            paid = known.cost + hold(cost - known.cost, for: known.id, at: now)
            drawdown = Drawdown(before: Credits(inRange: before), after: Credits(inRange: spendable(known.request)))
        }
        let owed = accounts[known.account]?.debt ?? 0
        let allowed = settlement.overrun == .debt ? max(0, settlement.debtLimit.rawValue - owed) : 0
        let debt = min(cost - paid, allowed)
        if debt > 0 {
            accounts[known.account]?.debt += debt
            append(.debt, known.account, 0, debt: debt, charge: known.id, at: now)
            payDebt(of: known.account, at: now)
        }
        charges[known.id]?.debt = debt
        charges[known.id]?.short = cost - paid - debt
        recount(known, settlement.counted)
        charges[known.id]?.used = settlement.used
        if let result = settlement.result { keepResult(result, of: known) }
        close(known.id, .settled, at: now)
        return Settled(
            paid: Credits(inRange: paid),
            debt: Credits(inRange: debt),
            short: Credits(inRange: cost - paid - debt),
            isLate: isLate,
            drawdown: drawdown
        )
    }

    private mutating func keepResult(_ result: [UInt8], of charge: Charge) {
        guard let key = charge.request.key else { return }
        let name = KeyName(key, of: charge.request)
        if keys[name]?.charge == charge.id { keys[name]?.result = result }
    }

    /// The key stays recorded and may be used again.
    mutating func refund(_ charge: ChargeID, because reason: RefundReason, at now: Timestamp) -> Bool {
        guard let known = charges[charge], known.state == .held else { return false }
        sweep(known.account, at: now)
        giveBack(known.cost, of: charge, at: now)
        if known.cost == 0 { append(.refund, known.account, 0, charge: charge, at: now) }
        uncount(known)
        charges[charge]?.reason = reason
        close(charge, .refunded, at: now)
        return true
    }

    private mutating func close(_ charge: ChargeID, _ state: ChargeState, at now: Timestamp) {
        charges[charge]?.state = state
        charges[charge]?.closedAt = now
    }
}
