import Faregate

extension SQLConnection {
    /// The account's balance, and the decision that each call would get. It uses only indexes.
    func read(
        _ account: AccountID, calls: (AccountBalance) -> [ChargeRequest], at now: Timestamp
    ) throws(SQLError) -> AccountReading? {
        guard let number = try accountNumber(of: account), let balance = try balance(of: number, at: now) else {
            return nil
        }
        var reading = AccountReading(balance: balance)
        reading.expiring = try expiring(of: number, at: now)
        for (line, end) in try periodEnds(of: number) { reading.periodEnds[line] = end }
        for call in calls(balance) { reading.calls.append(try read(call, account: number, balance, at: now)) }
        return reading
    }

    private func expiring(of account: Int64, at now: Timestamp) throws(SQLError) -> [Standing.ExpiringCredits] {
        try rows(
            """
            SELECT expires_at, sum(remaining) FROM grants
            WHERE account_id = ?1 AND NOT spent AND expires_at > ?2 AND expires_at < ?3
            GROUP BY expires_at ORDER BY expires_at LIMIT ?4
            """,
            account, now, Timestamp.never, Int64(AccountReading.maximumExpiring)
        ) { row throws(SQLError) in
            Standing.ExpiringCredits(credits: try row.credits(1), at: Timestamp(rawValue: row.integer(0)))
        }
    }

    /// A grant that was removed from the plan has no period end.
    private func periodEnds(of account: Int64) throws(SQLError) -> [(String, Timestamp)] {
        try rows(
            """
            SELECT line, ends_at FROM accounts JOIN plan_lines ON plan_lines.account_id = accounts.id
            WHERE accounts.id = ?1 AND plan_lines.plan = accounts.plan AND ends_at < ?2
            """,
            account, Timestamp.never
        ) { ($0.text(0), Timestamp(rawValue: $0.integer(1))) }
    }

    /// Makes a charge's checks, in their order.
    private func read(
        _ call: ChargeRequest, account: Int64, _ balance: AccountBalance, at now: Timestamp
    ) throws(SQLError) -> AccountReading.Call {
        let member = try call.member.map { member throws(SQLError) in try number(of: member, in: account) }
        var limits: [NumberedLimit] = []
        for check in call.terms.limits {
            limits.append(NumberedLimit(check: check, number: try number(ofLimit: check.counter)))
        }
        var uses: [AccountReading.LimitUse] = []
        for limit in limits {
            uses.append(try use(of: limit.check, Counter(limit, account: account, member: member), at: now))
        }
        var refusal: ChargeRefusal?
        if balance.suspendedAt != nil {
            refusal = .suspended
        } else if let assumed = call.assumedPlan, assumed.name != balance.plan {
            refusal = .plan(balance.plan)
        } else {
            refusal = try keyRefusal(of: call, account: account, at: now)
            if refusal == nil { refusal = try limitRefusal(by: limits, account: account, member: member, at: now) }
        }
        let available = balance.spendable(on: call.terms.names)
        if refusal == nil, call.cost > available {
            refusal = .credits(
                required: call.cost, available: available, debt: balance.debt,
                reserved: try Credits(stored: balance.remaining.rawValue - available.rawValue))
        }
        return AccountReading.Call(refusal: refusal, limits: uses)
    }

    private func number(of member: MemberID, in account: Int64) throws(SQLError) -> Int64 {
        try integer("SELECT id FROM members WHERE account_id = ?1 AND name = ?2", account, member.rawValue)
            ?? unknownNumber
    }

    private func number(ofLimit name: String) throws(SQLError) -> Int64 {
        try integer("SELECT id FROM limits WHERE name = ?1", name) ?? unknownNumber
    }
}

/// The number for a name that the ledger doesn't know. No row has it, so all its counts are 0.
private let unknownNumber: Int64 = -2
