import Faregate

extension Books {
    mutating func attend(_ account: AccountID, under plans: PlanBook, at now: Timestamp) {
        let isNew = accounts[account] == nil
        if isNew { accounts[account] = Account(plan: plans.defaultPlan?.name) }
        sweep(account, at: now)
        guard let name = accounts[account]?.plan else { return endAttendance(account, .never) }
        if let plan = plans[name] {
            attend(account, on: plan, isNew: isNew, plans.calendar, at: now)
        } else {
            let dueAt = accounts[account]?.dueAt ?? now
            endAttendance(account, dueAt > now ? dueAt : now.advanced(byMilliseconds: 60_000))
        }
    }

    mutating func attend(
        _ account: AccountID,
        on plan: Plan,
        isNew: Bool,
        _ calendar: WindowCalendar,
        at now: Timestamp
    ) {
        var dueAt = now.advanced(byMilliseconds: 86_400_000)
        for line in plan.grants {
            if line.every == .once {
                if isNew { give(account, "opening:\(plan.name):\(line.name)", line.credits.rawValue, at: now) }
                continue
            }
            dueAt = min(dueAt, renew(account, "\(plan.name):\(line.name)", line, calendar, at: now))
        }
        endAttendance(account, dueAt)
    }

    private mutating func endAttendance(_ account: AccountID, _ dueAt: Timestamp) {
        let firstExpiry = burnOrder(of: account).map(\.expiresAt).min() ?? .never
        accounts[account]?.dueAt = min(dueAt, firstExpiry)
    }

    /// - Returns: when the next period begins.
    private mutating func renew(
        _ account: AccountID,
        _ line: String,
        _ grant: PlanGrant,
        _ calendar: WindowCalendar,
        at now: Timestamp
    ) -> Timestamp {
        let latest = accounts[account]?.periods[line]
        let since = latest?.since ?? now
        let period = grant.period(containing: now, since: since, in: calendar)
        if let latest, latest.number >= period.number { return period.range.upperBound }
        let end = period.range.upperBound
        if let latest {
            let references = ["", ":rollover"].map { ExactText("plan:\(line):\(latest.number)\($0)") }
            let left = (accounts[account]?.grants ?? []).compactMap { grants[$0] }
                .filter { references.contains($0.reference) }
                .reduce(0) { $0 + $1.expired + $1.remaining }
            let carried = grant.rolledOver(Credits(left), from: period.number - latest.number).rawValue
            if carried > 0 { give(account, "plan:\(line):\(period.number):rollover", carried, expiresAt: end, at: now) }
        }
        give(account, "plan:\(line):\(period.number)", grant.credits.rawValue, expiresAt: end, at: now)
        accounts[account]?.periods[line] = (since, period.number)
        return end
    }

    mutating func sweep(_ account: AccountID, at now: Timestamp) {
        let expired = (accounts[account]?.grants ?? []).compactMap { grants[$0] }
            .filter { $0.remaining > 0 && $0.expiresAt <= now }
            .sorted { ($0.expiresAt, $0.id.rawValue) < ($1.expiresAt, $1.id.rawValue) }
        for grant in expired {
            grants[grant.id]?.expired += grant.remaining
            grants[grant.id]?.remaining = 0
            enter(.expire, account, -grant.remaining, grant: grant.id, at: grant.expiresAt)
        }
    }

    mutating func grant(_ request: GrantRequest, at now: Timestamp) -> GrantResult {
        attend(request.account, under: request.plans, at: now)
        let known = (accounts[request.account]?.grants ?? []).compactMap { grants[$0] }
            .first { $0.reference == ExactText(request.reference.rawValue) }
        if let known {
            let isSame = known.source == request.source && known.granted == request.credits.rawValue
            return isSame ? .alreadyGranted(known.id) : .referenceTaken(known.id)
        }
        return .granted(
            give(
                request.account,
                request.reference.rawValue,
                request.credits.rawValue,
                source: request.source,
                priority: request.priority,
                reason: request.reason,
                expiresAt: request.expiresAt,
                at: now
            )
        )
    }

    /// Makes a grant, and pays from it what the account owes.
    @discardableResult
    private mutating func give(
        _ account: AccountID,
        _ reference: String,
        _ credits: Int64,
        source: GrantSource = .plan,
        priority: Int = 0,
        reason: String? = nil,
        expiresAt: Timestamp = .never,
        at now: Timestamp
    ) -> GrantID {
        let references = (accounts[account]?.grants ?? []).compactMap { grants[$0]?.reference }
        let id = GrantID(rawValue: Int64(grants.count + 1))
        guard !references.contains(ExactText(reference)) else { return id }
        grants[id] = Grant(
            id: id,
            reference: ExactText(reference),
            source: source,
            priority: priority,
            reason: reason,
            granted: credits,
            expiresAt: expiresAt,
            remaining: credits
        )
        accounts[account]?.grants.append(id)
        enter(.grant, account, credits, grant: id, at: now)
        let paid = min(accounts[account]?.debt ?? 0, credits)
        if paid > 0 {
            grants[id]?.remaining -= paid
            grants[id]?.taken += paid
            accounts[account]?.debt -= paid
            enter(.repay, account, -paid, grant: id, at: now)
        }
        becomeDue(account, at: expiresAt)
        return id
    }

    /// A grant of the account expires then.
    mutating func becomeDue(_ account: AccountID, at expiresAt: Timestamp) {
        guard let known = accounts[account] else { return }
        accounts[account]?.dueAt = min(known.dueAt, expiresAt)
    }

    func balance(of account: AccountID, at now: Timestamp) -> Balance? {
        guard let known = accounts[account] else { return nil }
        var balance = Balance(debt: Credits(known.debt), plan: known.plan, suspendedAt: known.suspendedAt)
        balance.isDue = known.dueAt <= now
        let held = charges.values.filter { $0.account == account && $0.state == .held }.reduce(0) { $0 + $1.cost }
        var (total, taken, remaining, expired) = (Int64(0), Int64(0), Int64(0), Int64(0))
        for grant in known.grants.compactMap({ grants[$0] }) {
            total += grant.granted
            taken += grant.taken
            let left = grant.expiresAt > now ? grant.remaining : 0
            remaining += left
            expired += grant.expired + grant.remaining - left
            balance.sources[grant.source] = Credits(balance.sources[grant.source].rawValue + left)
        }
        (balance.total, balance.remaining, balance.expired) = (Credits(total), Credits(remaining), Credits(expired))
        (balance.held, balance.used) = (Credits(held), Credits(taken - held))
        return balance
    }
}
