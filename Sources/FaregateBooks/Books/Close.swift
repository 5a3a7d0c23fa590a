package import Faregate

extension Books {
    /// Settles a held charge. One statement is enough if the call costs exactly its hold, and has no answer to store
    /// and no final counts.
    ///
    /// - Parameter plans: the plans for refreshing the account first.
    func settle(
        _ id: ChargeID, _ settlement: Settlement, under plans: PlanBook, at now: Timestamp
    ) throws(SQLError) -> SettleResult {
        // Locks the account in PostgreSQL, so that no extension or refund of the charge runs at the same time. In
        // SQLite it does nothing and returns true.
        guard try database.lock(.accountOfCharge(id)) else { return .notHeld }
        if settlement.isWhole, try close(id, at: now) { return .settled(Settled()) }
        guard let charge = try recordedCharge(id) else { return .notHeld }
        try refreshIfDue(charge.account, under: plans, at: now)
        switch charge.state {
        case .held: return .settled(try settle(charge, settlement, at: now))
        case .refunded where charge.reason == RefundReason.abandoned.rawValue:
            return try settleLate(charge, settlement, at: now)
        case .refunded, .settled: return .notHeld
        }
    }

    /// The trigger `charges_close` writes the journal lines.
    ///
    /// - Returns: false if the charge is not held.
    private func close(_ id: ChargeID, used: Units? = nil, at now: Timestamp) throws(SQLError) -> Bool {
        try database.run(
            "UPDATE charges SET state = 1, state_since = ?2, used = ?3 WHERE id = ?1 AND state = 0",
            id.rawValue, now, used.flatMap { json($0) }
        ) == 1
    }

    /// Adjusts the hold to the final cost, and settles the charge.
    private func settle(
        _ charge: RecordedCharge, _ settlement: Settlement, isLate: Bool = false, at now: Timestamp
    ) throws(SQLError) -> Settled {
        let cost = settlement.cost?.rawValue ?? charge.cost
        var paid = cost
        var drawdown: Drawdown?
        if cost < charge.cost {
            try giveBack(charge.cost - cost, of: charge, at: now)
        } else if cost > charge.cost {
            let taken = try increaseHold(of: charge, by: try Credits(stored: cost - charge.cost), at: now)
            paid = charge.cost + taken.rawValue
            drawdown = try self.drawdown(of: charge, by: taken)
        }
        let debt = try owe(cost - paid, charge, settlement, at: now)
        try recount(charge, settlement.counted)
        if let result = settlement.result {
            try database.run("UPDATE keys SET result = ?2 WHERE charge_id = ?1", charge.id.rawValue, result)
        }
        guard try close(charge.id, used: settlement.used, at: now) else {
            throw .inconsistent("a held charge can't be settled")
        }
        return Settled(
            paid: try Credits(stored: paid),
            debt: try Credits(stored: debt),
            short: try Credits(stored: cost - paid - debt),
            isLate: isLate,
            drawdown: drawdown
        )
    }

    /// Records the unpaid part as debt, as far as the policy allows. The rest is `short`: credits that nobody pays.
    ///
    /// - Returns: the new debt.
    private func owe(
        _ rest: Int64, _ charge: RecordedCharge, _ settlement: Settlement, at now: Timestamp
    ) throws(SQLError) -> Int64 {
        guard rest > 0 else { return 0 }
        let limit = settlement.overrun == .debt ? settlement.debtLimit.rawValue : 0
        let debt = min(rest, max(0, limit - (try debt(of: charge.account))))
        try database.run(
            "UPDATE charges SET debt = ?2, short = ?3 WHERE id = ?1", charge.id.rawValue, debt, rest - debt
        )
        if debt > 0 {
            try changeDebt(of: charge.account, by: debt)
            try append(Entry(kind: .debt, account: charge.account, debt: debt, charge: charge.id, at: now))
            // The account may have credits for other actions.
            try payDebt(of: charge.account, at: now)
        }
        return debt
    }

    /// If a call succeeded after its hold was refunded as abandoned, charges and counts it again, at most once.
    /// If its idempotency key was used again meanwhile, that later call is charged and this one is not.
    private func settleLate(
        _ charge: RecordedCharge, _ settlement: Settlement, at now: Timestamp
    ) throws(SQLError) -> SettleResult {
        // The charge's account is locked, so nobody replaces it meanwhile.
        let successor = try database.integer("SELECT 1 FROM successors WHERE abandoned = ?1", charge.id.rawValue)
        guard successor == nil else { return .notHeld }
        let id = try charges.nextID()
        let cost = if let cost = settlement.cost { cost } else { try Credits(stored: charge.quoted) }
        try database.run(
            "INSERT INTO successors (abandoned, charge_id) VALUES (?1, ?2)", charge.id.rawValue, id.rawValue)
        try keepLease(at: now)
        try database.run(
            """
            INSERT INTO charges (id, account_id, member_id, price_id, holder_id, created_at, state_since, quoted, cost,
                counted, attributes, shadow, plan, units)
            SELECT ?2, account_id, member_id, price_id, ?3, ?4, ?4, quoted, 0, ?5, attributes, shadow, plan, units
            FROM charges WHERE id = ?1
            """,
            charge.id.rawValue, id.rawValue, holder, now, CountedLimit.text(try countLate(charge, settlement.counted))
        )
        // A repeat under the key finds the new charge.
        try database.run("UPDATE keys SET charge_id = ?2 WHERE charge_id = ?1", charge.id.rawValue, id.rawValue)
        guard let late = try recordedCharge(id) else { throw .inconsistent("a charge that was just made is missing") }
        var settlement = settlement
        settlement.cost = cost
        settlement.counted = [:]
        return .settled(try settle(late, settlement, isLate: true, at: now))
    }

    /// Refunds a charge that this process made at that time without receiving the answer, if it is there.
    package func refundUnanswered(_ id: ChargeID, madeAt: Timestamp, at now: Timestamp) throws(SQLError) {
        let isThere = try database.integer(
            "SELECT 1 FROM charges WHERE id = ?1 AND holder_id = ?2 AND created_at = ?3", id.rawValue, holder, madeAt
        )
        if isThere != nil { _ = try refund(id, because: .unanswered, at: now) }
    }

    /// Refunds the whole hold. The key stays, and can be used again.
    ///
    /// - Returns: false if the charge is not held.
    func refund(_ id: ChargeID, because reason: RefundReason, at now: Timestamp) throws(SQLError) -> Bool {
        guard let charge = try recordedCharge(id), charge.state == .held else { return false }
        try expireGrants(of: charge.account, at: now)
        try giveBack(charge.cost, of: charge, at: now)
        // `giveBack` writes no line for a free call.
        if charge.cost == 0 { try append(Entry(kind: .refund, account: charge.account, charge: id, at: now)) }
        try uncount(charge)
        try database.run(
            "UPDATE charges SET state = 2, state_since = ?2, reason = ?3 WHERE id = ?1",
            id.rawValue, now, reason.rawValue
        )
        return true
    }
}
