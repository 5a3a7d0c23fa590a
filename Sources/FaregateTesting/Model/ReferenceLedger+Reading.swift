import Faregate

extension ReferenceLedger {
    func history(of account: AccountID, after cursor: History.Cursor?, count: Int) -> History {
        let entries = (accounts[account]?.entries ?? []).reversed().filter { $0.id < cursor?.rawValue ?? .max }
        let page = entries.prefix(count).map(withCharge)
        return History(
            entries: Array(page),
            next: entries.count > count ? page.last.map { History.Cursor(rawValue: $0.id) } : nil
        )
    }

    /// The entry with its charge's present state.
    private func withCharge(_ entry: History.Entry) -> History.Entry {
        let charge = entry.kind == .grant ? nil : entry.charge.flatMap { charges[$0] }
        return History.Entry(
            id: entry.id,
            at: entry.at,
            kind: entry.kind,
            credits: entry.credits,
            debt: entry.debt,
            action: charge?.request.terms.action,
            member: charge?.request.member?.rawValue,
            charge: entry.charge,
            state: charge?.state,
            source: entry.source,
            reason: entry.kind == .refund ? charge?.reason?.rawValue : entry.reason
        )
    }

    func read(_ account: AccountID, calls: (AccountBalance) -> [ChargeRequest], at now: Timestamp) -> AccountReading? {
        guard let known = accounts[account], let balance = balance(of: account, at: now) else { return nil }
        let lots = spendingOrder(of: account).filter { $0.expiresAt > now && $0.expiresAt < .never }
        let expiring = Set(lots.map(\.expiresAt)).sorted().prefix(AccountReading.maximumExpiring).map { moment in
            let credits = lots.filter { $0.expiresAt == moment }.reduce(0) { $0 + $1.remaining }
            return Standing.ExpiringCredits(credits: Credits(inRange: credits), at: moment)
        }
        let lines = known.lines.filter { $0.key.plan == known.plan && $0.value.endsAt < .never }
        return AccountReading(
            balance: balance,
            expiring: expiring,
            periodEnds: Dictionary(uniqueKeysWithValues: lines.map { ($0.key.line, $0.value.endsAt) }),
            calls: calls(balance).map { request in
                AccountReading.Call(
                    refusal: predictedRefusal(request, known, at: now),
                    limits: request.terms.limits.map { use($0, of: request, at: now) }
                )
            }
        )
    }

    private func predictedRefusal(_ request: ChargeRequest, _ account: Account, at now: Timestamp) -> ChargeRefusal? {
        if account.suspendedAt != nil { return .suspended }
        if let assumed = request.assumedPlan, assumed.name != account.plan { return .plan(account.plan) }
        return refusal(of: request, at: now)
    }

    func explain(_ id: ChargeID) -> Ledger.ChargeExplanation? {
        guard let charge = charges[id] else { return nil }
        let payments = charge.payments.compactMap { grant, credits in grants[grant].map { ($0, credits) } }
            .sorted { $0.0.isSpentBefore($1.0) }
        return Ledger.ChargeExplanation(
            charge: id,
            account: charge.account,
            member: charge.request.member?.rawValue,
            action: charge.request.terms.action,
            attributes: charge.request.attributes,
            state: charge.state,
            quoted: Credits(inRange: charge.quoted),
            cost: Credits(inRange: charge.cost),
            debt: Credits(inRange: charge.debt),
            short: Credits(inRange: charge.short),
            rule: charge.request.terms.rule.description,
            policyVersion: charge.request.terms.policyVersion,
            payments: payments.map {
                .init(
                    grant: $0.0.id, source: $0.0.source, reference: $0.0.reference.text, actions: $0.0.actions,
                    credits: Credits(inRange: $0.1)
                )
            },
            limits: charge.counted.map {
                var start: Timestamp?
                if case .calendar(let from, _) = $0.limit.window { start = from }
                return .init(name: $0.limit.counter, amount: $0.amount, windowStart: start)
            },
            shadow: charge.request.shadow,
            createdAt: charge.createdAt,
            closedAt: charge.closedAt,
            reason: charge.reason?.rawValue,
            follows: charge.follows,
            plan: charge.plan,
            units: charge.request.units,
            used: charge.used,
            givenBack: givenBack(id)
        )
    }
}
