package import Faregate

extension Books {
    /// Charges a call with one statement. A new account or member is added first.
    ///
    /// The statement fails if the account is due for a refresh, if its plan was renamed, if this process has no lease
    /// or one with less than 45 seconds left, or when the first grant would keep too little (it would be emptied, or
    /// the balance may fall below `lowBalance`). Then the cause is dealt with, and the statement runs again.
    func charge(
        _ request: ChargeRequest, _ facts: CallFacts, at now: Timestamp
    ) throws(SQLError) -> ChargeDecision {
        let account =
            if let known = try number(of: request.account) { known } else {
                try refresh(request.account, under: request.terms.plans, at: now)
            }
        let call = NumberedCall(
            request: request,
            terms: try numbered(request.terms),
            account: account,
            member: try request.member.map { member throws(SQLError) in try number(of: member, in: account) },
            facts: facts,
            now: now
        )
        var isSplit = false
        for _ in 0..<Books.maximumAttempts {
            do throws(SQLError) {
                return try decision(on: call, try charges.charge(call, isSplit: isSplit, by: holder))
            } catch {
                switch error.raised {
                case "due":
                    try refresh(request.account, under: request.terms.plans, at: now)
                    try postponeRefresh(of: account, at: now)
                case "plan" where try hasOldName(of: account, request.terms.plans):
                    try refresh(request.account, under: request.terms.plans, at: now)
                case "lease": try extendLease(at: now)
                case "split": isSplit = true
                default:
                    guard let refusal = try refusal(of: call, for: error) else { throw error }
                    return .refused(refusal)
                }
            }
        }
        throw .inconsistent("a charge could not be made in 8 attempts")
    }

    /// Each case in `charge` normally happens at most once; a clock that steps can cause one again.
    private static let maximumAttempts = 8

    /// The call with its numbers, if this connection knows all of them; nil otherwise.
    package func knownCall(_ request: ChargeRequest, _ facts: CallFacts, at now: Timestamp) -> NumberedCall? {
        guard let account = numbers.accounts[request.account],
            let terms = numbers.terms[ObjectIdentifier(request.terms)]
        else { return nil }
        var member: Int64?
        if let name = request.member {
            guard let known = numbers.members[Numbers.MemberName(account: account, member: name)] else { return nil }
            member = known
        }
        return NumberedCall(
            request: request, terms: terms, account: account, member: member, facts: facts, now: now
        )
    }

    package func decision(on call: NumberedCall, _ made: NewCharge) throws(SQLError) -> ChargeDecision {
        let lowBalance = call.request.terms.lowBalance
        var spendable: Credits?
        if made.mayBeLow, lowBalance > 0 {
            let left =
                if let known = made.spendable { known } else { try self.spendable(call.account, at: call.terms.price) }
            if left < lowBalance { spendable = left }
        }
        var exceeded: [String] = []
        for (position, limit) in call.terms.limits.enumerated() {
            guard !limit.check.isEnforced, limit.check.amount > 0 else { continue }
            if try isExceeded(limit, position, of: call, made) { exceeded.append(limit.check.name) }
        }
        return .held(made.id, spendable: spendable, exceeded: exceeded)
    }

    private func isExceeded(
        _ limit: NumberedLimit, _ position: Int, of call: NumberedCall, _ made: NewCharge
    ) throws(SQLError) -> Bool {
        if let exceeded = made.exceeded { return exceeded.contains(position) }
        let used = try database.use(of: Counter(limit, account: call.account, member: call.member))?.used ?? 0
        return used > limit.check.max
    }

    /// The credits that the account can spend on a call at a price.
    func spendable(_ account: Int64, at price: Int64) throws(SQLError) -> Credits {
        try database.first(
            "SELECT coalesce(sum(remaining), 0) FROM payers WHERE account_id = ?1 AND price_id = ?2", account, price
        ) {
            row throws(SQLError) in try row.credits(0)
        } ?? 0
    }

    /// The credits that the account could spend on a call like `charge` before and after `taken`.
    func drawdown(of charge: RecordedCharge, by taken: Credits) throws(SQLError) -> Drawdown {
        let after = try spendable(charge.account, at: charge.price)
        return Drawdown(before: try Credits(stored: after.rawValue + taken.rawValue), after: after)
    }
}

extension LimitCheck.Window {
    /// The times whose calls count: a calendar window, or now plus and minus the length of a rolling window. (A clock
    /// that stepped back leaves calls in the future.)
    package func range(at now: Timestamp) -> (from: Int64, until: Int64) {
        switch self {
        case .calendar(let from, let until): (from.rawValue, until.rawValue)
        case .rolling(let milliseconds):
            (now.advanced(byMilliseconds: -milliseconds).rawValue, now.advanced(byMilliseconds: milliseconds).rawValue)
        }
    }

    /// Nil for a calendar window.
    package var lengthMilliseconds: Int64? {
        if case .rolling(let milliseconds) = self { milliseconds } else { nil }
    }
}
