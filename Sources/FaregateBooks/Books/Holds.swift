import Faregate

extension Books {
    /// Increases the hold of a charge: by what the account has, up to these credits.
    func extend(
        _ id: ChargeID, by credits: Credits, under plans: PlanBook, at now: Timestamp
    ) throws(SQLError) -> HoldExtension? {
        guard let charge = try recordedCharge(id), charge.state == .held else { return nil }
        try refreshIfDue(charge.account, under: plans, at: now)
        let taken = try increaseHold(of: charge, by: credits, at: now)
        return HoldExtension(
            taken: taken,
            held: try Credits(stored: charge.cost + taken.rawValue),
            drawdown: try drawdown(of: charge, by: taken)
        )
    }

    /// Increases the hold of a charge, in spending order.
    ///
    /// - Returns: the credits taken: fewer than asked for if the account has no more.
    func increaseHold(of charge: RecordedCharge, by credits: Credits, at now: Timestamp) throws(SQLError) -> Credits {
        var missing = credits.rawValue
        let grants = try payers(of: charge)
        guard missing > 0, !grants.isEmpty else { return 0 }
        try recordShares(of: charge)
        for grant in grants where missing > 0 {
            let taken = min(missing, grant.credits)
            try pay(taken, from: grant.grant)
            try addShare(taken, of: grant.grant, to: charge.id)
            try append(
                Entry(
                    kind: .charge,
                    account: charge.account,
                    credits: -taken,
                    held: taken,
                    charge: charge.id,
                    grant: grant.grant,
                    at: now
                )
            )
            missing -= taken
        }
        let taken = credits.rawValue - missing
        try changeHold(of: charge.id, by: taken)
        return try Credits(stored: taken)
    }

    func pay(_ credits: Int64, from grant: Int64) throws(SQLError) {
        try database.run(
            """
            UPDATE grants SET remaining = remaining - ?2, taken = taken + ?2, spent = (remaining = ?2) WHERE id = ?1
            """,
            grant, credits
        )
    }

    /// The remaining grants of an account, in spending order.
    func grantsInBurnOrder(of account: Int64) throws(SQLError) -> [Share] {
        try database.rows(
            """
            SELECT id, remaining FROM grants WHERE account_id = ?1 AND NOT spent
            ORDER BY is_general, priority, expires_at, position, id
            """,
            account, read: Share.init
        )
    }

    /// The grants that can pay more for a charge, in spending order.
    private func payers(of charge: RecordedCharge) throws(SQLError) -> [Share] {
        try database.rows(
            """
            SELECT id, remaining FROM payers WHERE account_id = ?1 AND price_id = ?2
            ORDER BY is_general, priority, expires_at, position, id
            """,
            charge.account, charge.price, read: Share.init
        )
    }

    /// Moves a charge's only paying grant into `charge_grants`, so that more can be added.
    private func recordShares(of charge: RecordedCharge) throws(SQLError) {
        guard let grant = charge.grant else { return }
        if charge.cost > 0 { try addShare(charge.cost, of: grant, to: charge.id) }
        try database.run("UPDATE charges SET grant_id = NULL WHERE id = ?1", charge.id.rawValue)
    }

    private func addShare(_ credits: Int64, of grant: Int64, to charge: ChargeID) throws(SQLError) {
        try database.run(
            """
            INSERT INTO charge_grants (charge_id, grant_id, credits) VALUES (?1, ?2, ?3)
            ON CONFLICT (charge_id, grant_id) DO UPDATE SET credits = charge_grants.credits + excluded.credits
            """,
            charge.rawValue, grant, credits
        )
    }

    private func changeHold(of charge: ChargeID, by credits: Int64) throws(SQLError) {
        try database.run("UPDATE charges SET cost = cost + ?2 WHERE id = ?1", charge.rawValue, credits)
    }

    /// Returns a part of a hold to its grants, in reverse spending order. Then the returned credits pay the account's
    /// debt, and those of an ended period of the plan are carried over into the current one. If the current period
    /// isn't granted yet, both happen when it is, so that the result is the same as if it had been granted in time.
    func giveBack(_ credits: Int64, of charge: RecordedCharge, at now: Timestamp) throws(SQLError) {
        guard credits > 0 else { return }
        if let grant = charge.grant {
            try giveBack(credits, to: grant, of: charge, at: now)
        } else {
            var rest = credits
            for share in try shares(of: charge.id).reversed() where rest > 0 {
                let returned = min(rest, share.credits)
                try database.run(
                    "UPDATE charge_grants SET credits = credits - ?3 WHERE charge_id = ?1 AND grant_id = ?2",
                    charge.id.rawValue, share.grant, returned
                )
                try giveBack(returned, to: share.grant, of: charge, at: now)
                rest -= returned
            }
        }
        try changeHold(of: charge.id, by: -credits)
        try expireGrants(of: charge.account, at: now)
        guard try !owesRenewal(to: charge.account, at: now) else { return }
        try payDebt(of: charge.account, at: now)
        try carryOver(charge.account, at: now)
    }

    /// The credits that several grants hold for a charge, in spending order.
    private func shares(of charge: ChargeID) throws(SQLError) -> [Share] {
        try database.rows(
            """
            SELECT grant_id, credits FROM charge_grants JOIN grants ON grants.id = grant_id
            WHERE charge_id = ?1 AND credits > 0 ORDER BY is_general, priority, expires_at, position, grant_id
            """,
            charge.rawValue, read: Share.init
        )
    }

    /// Adds `credits` to the grant and writes a `refund` line. The other steps are for rollover and grace (see
    /// LifeOfACall).
    ///
    /// Credits returned to an expired grant stay spendable for the grace period. It begins
    /// with the first late return, and later returns don't extend it.
    private func giveBack(
        _ credits: Int64, to grant: Int64, of charge: RecordedCharge, at now: Timestamp
    ) throws(SQLError) {
        let known = try database.first("SELECT expires_at, lapsed_at, line_id FROM grants WHERE id = ?1", grant) {
            (
                expiresAt: Timestamp(rawValue: $0.integer(0)), lapsedAt: $0.optionalInteger(1).map(Timestamp.init),
                isRecurring: !$0.isNull(2)
            )
        }
        guard let known else { throw .inconsistent("a grant that paid is missing") }
        let lapsedAt = known.lapsedAt ?? (known.expiresAt <= now ? known.expiresAt : nil)
        let isFirstReturn = known.lapsedAt == nil && lapsedAt != nil
        let expiresAt = isFirstReturn ? now.advanced(byMilliseconds: charge.graceMilliseconds) : known.expiresAt
        // Only a charge that was made before the grant expired can return credits to carry over. A later charge was
        // paid from returned credits, and these were already carried over, as far as there was room.
        let isReturned = known.isRecurring && charge.createdAt < lapsedAt ?? Timestamp(rawValue: .min)
        try database.run(
            """
            UPDATE grants SET
                remaining = remaining + ?2, taken = taken - ?2, spent = FALSE, expires_at = ?3, lapsed_at = ?4,
                returned = returned + ?5
            WHERE id = ?1
            """,
            grant, credits, expiresAt, lapsedAt, isReturned ? credits : 0
        )
        try refreshNoLater(than: expiresAt, charge.account)
        try append(
            Entry(
                kind: .refund,
                account: charge.account,
                credits: credits,
                held: -credits,
                charge: charge.id,
                grant: grant,
                at: now
            )
        )
    }
}
