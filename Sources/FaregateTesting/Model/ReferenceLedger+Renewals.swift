import Faregate

extension ReferenceLedger {
    mutating func renew(
        _ account: AccountID,
        on plan: Policy.Plan,
        isNewOnPlan: Bool,
        _ calendar: WindowCalendar,
        at now: Timestamp
    ) {
        var renewals: [PlanRenewal] = []
        for grant in plan.grants where grant.every != .once {
            let name = LineName(plan: plan.name, line: grant.name)
            let known = accounts[account]?.lines[name]
            let since = known?.since ?? now
            let period = grant.period(containing: now, since: since, in: calendar)
            guard period.number > known?.period ?? -1 else { continue }
            let latest = isNewOnPlan ? nil : known?.period
            let left = latest.map { unspent(of: name, in: $0, account) } ?? []
            renewals.append(
                PlanRenewal(grant, since: since, period: period, latest: latest, unspent: left))
        }
        PlanRenewal.paySkipped(&renewals, debt: Credits(inRange: accounts[account]?.debt ?? 0), in: calendar)
        for renewal in renewals {
            accounts[account]?.lines[LineName(plan: plan.name, line: renewal.grant.name)] = Line(
                since: renewal.since,
                period: renewal.period.number,
                endsAt: renewal.period.range.upperBound,
                room: renewal.room.rawValue
            )
        }
        for part in PlanRenewal.parts(of: renewals) {
            let name = LineName(plan: plan.name, line: part.renewal.grant.name)
            give(
                account,
                name.reference(part.renewal.period.number) + part.suffix,
                part.credits,
                actions: part.actions,
                priority: part.renewal.grant.priority,
                expiresAt: part.expiresAt,
                position: part.position,
                line: part.rollsOver ? name : nil,
                period: part.rollsOver ? part.renewal.period.number : nil,
                at: now
            )
        }
    }

    /// Under its new name, a renamed plan continues its periods.
    mutating func rename(_ account: AccountID, to plan: Policy.Plan) {
        for (name, line) in accounts[account]?.lines ?? [:] where plan.was.contains(name.plan) {
            let new = LineName(plan: plan.name, line: name.line)
            guard accounts[account]?.lines[new] == nil else { continue }
            accounts[account]?.lines[name] = nil
            accounts[account]?.lines[new] = line
            for grant in accounts[account]?.grants ?? [] where grants[grant]?.line == name { grants[grant]?.line = new }
        }
    }

    /// The credits left when a period ended, without later refunds, by what they pay for.
    private func unspent(of line: LineName, in period: Int, _ account: AccountID) -> [PlanRenewal.Leftover] {
        let lots = (accounts[account]?.grants ?? []).compactMap { grants[$0] }
            .filter { $0.line == line && $0.period == period }
        return Set(lots.map(\.actions)).map { actions in
            let left = lots.filter { $0.actions == actions }
                .reduce(0) { $0 + max(0, $1.expired + $1.remaining - $1.returned) }
            return PlanRenewal.Leftover(actions: actions, credits: left)
        }
    }

    /// Moves credits refunded to ended periods into the present one, up to its rollover.
    mutating func carryOver(_ account: AccountID, at now: Timestamp) {
        let returned = (accounts[account]?.grants ?? []).compactMap { grants[$0] }.filter { $0.returned > 0 }
            .sorted { ($0.expiresAt, $0.position, $0.id.rawValue) < ($1.expiresAt, $1.position, $1.id.rawValue) }
        for grant in returned {
            grants[grant.id]?.returned = 0
            guard let name = grant.line, name.plan == accounts[account]?.plan,
                let line = accounts[account]?.lines[name]
            else { continue }
            let credits = min(grant.returned, grant.remaining + grant.expired, line.room)
            guard credits > 0 else { continue }
            let lapsing = min(credits, grants[grant.id]?.remaining ?? 0)
            if lapsing > 0 { expire(lapsing, of: grant.id, account, at: now) }
            accounts[account]?.lines[name]?.room -= credits
            let prefix = name.reference(line.period) + ":returned:"
            let references = (accounts[account]?.grants ?? []).compactMap { grants[$0]?.reference.text }
            let count = references.filter { $0.hasPrefix(prefix) }.count
            give(
                account,
                prefix + "\(count + 1)",
                credits,
                actions: grant.actions,
                priority: grant.priority,
                expiresAt: line.endsAt,
                position: grant.position - grant.position % 2,
                line: name,
                period: line.period,
                at: now
            )
        }
    }

    /// Whether a period of the account's plan has ended and the next one is not granted yet.
    func owesRenewal(to account: AccountID, at now: Timestamp) -> Bool {
        guard let known = accounts[account] else { return false }
        return known.lines.contains { $0.key.plan == known.plan && $0.value.endsAt <= now }
    }
}
