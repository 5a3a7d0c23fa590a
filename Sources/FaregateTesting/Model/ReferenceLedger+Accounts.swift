import Faregate

extension ReferenceLedger {
    mutating func refresh(_ account: AccountID, under plans: PlanBook, at now: Timestamp) {
        if accounts[account] == nil { accounts[account] = Account() }
        sweep(account, at: now)
        let known = accounts[account]?.plan
        if let plan = if let known { plans.plan(ofAccountOn: known) } else { plans.defaultPlan } {
            accounts[account]?.plan = plan.name
            refresh(account, on: plan, isNewOnPlan: known == nil, plans.calendar, at: now)
        } else {
            payDebt(of: account, at: now)
        }
    }

    mutating func refreshIfDue(_ account: AccountID, under plans: PlanBook, at now: Timestamp) {
        if let dueAt = accounts[account]?.dueAt, dueAt <= now { refresh(account, under: plans, at: now) }
    }

    /// An account whose plan the policy doesn't have can still be charged, and is refreshed again soon.
    mutating func postponeRefresh(_ account: AccountID, at now: Timestamp) {
        guard let dueAt = accounts[account]?.dueAt, dueAt <= now else { return }
        let firstExpiry = spendingOrder(of: account).map(\.expiresAt).min() ?? .never
        accounts[account]?.dueAt = min(now.advanced(byMilliseconds: 60_000), firstExpiry)
    }

    mutating func refresh(
        _ account: AccountID,
        on plan: Policy.Plan,
        isNewOnPlan: Bool,
        _ calendar: WindowCalendar,
        at now: Timestamp
    ) {
        rename(account, to: plan)
        let openings = (accounts[account]?.grants ?? []).compactMap { grants[$0]?.reference.text }
        for grant in plan.grants where grant.every == .once && isNewOnPlan {
            if plan.was.contains(where: { openings.contains("opening:\($0):\(grant.name)") }) { continue }
            give(
                account,
                "opening:\(plan.name):\(grant.name)",
                grant.credits.rawValue,
                actions: grant.actions,
                priority: grant.priority,
                expiresAt: grant.expiry(in: now..<Timestamp.never),
                position: PlanRenewal.position(of: grant, isCarried: false),
                at: now
            )
        }
        renew(account, on: plan, isNewOnPlan: isNewOnPlan, calendar, at: now)
        for (name, line) in accounts[account]?.lines ?? [:] where name.plan == plan.name && line.endsAt <= now {
            accounts[account]?.lines[name]?.endsAt = .never
            accounts[account]?.lines[name]?.room = 0
        }
        payDebt(of: account, at: now)
        carryOver(account, at: now)
        let ends = (accounts[account]?.lines ?? [:]).filter { $0.key.plan == plan.name }.map(\.value.endsAt)
        let expiries = spendingOrder(of: account).map(\.expiresAt)
        accounts[account]?.dueAt = (ends + expiries).reduce(now.advanced(byMilliseconds: 86_400_000), min)
    }

    mutating func sweep(_ account: AccountID, at now: Timestamp) {
        let expired = (accounts[account]?.grants ?? []).compactMap { grants[$0] }
            .filter { $0.remaining > 0 && $0.expiresAt <= now }
            .sorted { ($0.expiresAt, $0.id.rawValue) < ($1.expiresAt, $1.id.rawValue) }
        for grant in expired { expire(grant.remaining, of: grant.id, account, at: grant.expiresAt) }
    }

    mutating func expire(_ credits: Int64, of grant: GrantID, _ account: AccountID, at moment: Timestamp) {
        grants[grant]?.expired += credits
        grants[grant]?.remaining -= credits
        append(.expire, account, -credits, grant: grant, at: moment)
    }

    mutating func grant(_ request: GrantRequest, at now: Timestamp) -> GrantResult {
        refresh(request.account, under: request.plans, at: now)
        let known = (accounts[request.account]?.grants ?? []).compactMap { grants[$0] }
            .first { $0.reference == ExactText(request.reference.rawValue) }
        if let known {
            let isSame =
                known.source == request.source && known.granted == request.credits.rawValue
                && known.actions == request.actions
            return isSame ? .alreadyGranted(known.id) : .referenceTaken(known.id)
        }
        return .granted(
            give(
                request.account,
                request.reference.rawValue,
                request.credits.rawValue,
                source: request.source,
                actions: request.actions,
                priority: request.priority,
                reason: request.reason,
                expiresAt: request.expiresAt,
                at: now
            )
        )
    }

    /// Makes a grant, and pays the account's debt from it. A grant past its expiry expires at once; if a plan made it,
    /// it first pays debt. A plan grants only what fits into an account's largest balance.
    @discardableResult
    mutating func give(
        _ account: AccountID,
        _ reference: String,
        _ credits: Int64,
        source: GrantSource = .plan,
        actions: [String]? = nil,
        priority: Int = 0,
        reason: String? = nil,
        expiresAt: Timestamp = .never,
        position: Int64 = 1_000_000,
        line: LineName? = nil,
        period: Int? = nil,
        at now: Timestamp
    ) -> GrantID {
        let known = (accounts[account]?.grants ?? []).compactMap { grants[$0] }
        let id = GrantID(rawValue: Int64(grants.count + 1))
        let room = Credits.max.rawValue - known.reduce(0) { $0 + $1.granted }
        let credits = source == .plan ? min(credits, room) : credits
        guard credits > 0, !known.contains(where: { $0.reference == ExactText(reference) }) else { return id }
        grants[id] = Grant(
            id: id,
            reference: ExactText(reference),
            source: source,
            actions: actions,
            priority: priority,
            reason: reason,
            granted: credits,
            position: position,
            line: line,
            period: period,
            expiresAt: expiresAt,
            remaining: credits
        )
        accounts[account]?.grants.append(id)
        append(.grant, account, credits, grant: id, at: now)
        if expiresAt <= now {
            if source == .plan { payDebt(of: account, from: id, credits, at: now) }
            let left = grants[id]?.remaining ?? 0
            if left > 0 { expire(left, of: id, account, at: now) }
        } else {
            becomeDue(account, at: expiresAt)
            payDebt(of: account, at: now)
        }
        return id
    }

    /// Pays the account's debt from its spendable credits.
    mutating func payDebt(of account: AccountID, at now: Timestamp) {
        for grant in spendingOrder(of: account) { payDebt(of: account, from: grant.id, grant.remaining, at: now) }
    }

    private mutating func payDebt(of account: AccountID, from grant: GrantID, _ credits: Int64, at now: Timestamp) {
        let paid = min(accounts[account]?.debt ?? 0, credits)
        guard paid > 0 else { return }
        grants[grant]?.remaining -= paid
        grants[grant]?.taken += paid
        accounts[account]?.debt -= paid
        append(.repay, account, -paid, debt: -paid, grant: grant, at: now)
    }

    /// Makes the account due for a refresh at this time, unless it is due earlier.
    mutating func becomeDue(_ account: AccountID, at expiresAt: Timestamp) {
        guard let known = accounts[account] else { return }
        accounts[account]?.dueAt = min(known.dueAt, expiresAt)
    }

    private func reserved(_ account: Account, at now: Timestamp) -> [AccountBalance.Reserved] {
        let lots = account.grants.compactMap { grants[$0] }.filter { $0.expiresAt > now && $0.remaining > 0 }
        let lists = Set(lots.compactMap(\.actions)).sorted { $0.lexicographicallyPrecedes($1) }
        return lists.map { actions in
            let credits = lots.filter { $0.actions == actions }.reduce(0) { $0 + $1.remaining }
            return AccountBalance.Reserved(actions: actions, credits: Credits(inRange: credits))
        }
    }

    func balance(of account: AccountID, at now: Timestamp) -> AccountBalance? {
        guard let known = accounts[account] else { return nil }
        var balance = AccountBalance(
            debt: Credits(inRange: known.debt), plan: known.plan, suspendedAt: known.suspendedAt)
        balance.isDue = known.dueAt <= now
        let held = charges.values.filter { $0.account == account && $0.state == .held }.reduce(0) { $0 + $1.cost }
        var (total, taken, remaining, expired, reversed) = (Int64(0), Int64(0), Int64(0), Int64(0), Int64(0))
        for grant in known.grants.compactMap({ grants[$0] }) {
            total += grant.granted
            taken += grant.taken
            reversed += grant.reversed
            let left = grant.expiresAt > now ? grant.remaining : 0
            remaining += left
            expired += grant.expired + grant.remaining - left
            balance.sources[grant.source] = Credits(inRange: balance.sources[grant.source].rawValue + left)
        }
        balance.reserved = reserved(known, at: now)
        (balance.total, balance.remaining, balance.expired) = (
            Credits(inRange: total), Credits(inRange: remaining), Credits(inRange: expired)
        )
        (balance.held, balance.used, balance.reversed) = (
            Credits(inRange: held), Credits(inRange: taken - held), Credits(inRange: reversed)
        )
        return balance
    }
}
