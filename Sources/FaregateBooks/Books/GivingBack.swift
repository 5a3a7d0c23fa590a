import Faregate

extension Books {
    /// Gives an account back what a settled call cost, on behalf of a person, as a new grant. The grant's reference is
    /// made from the charge's number, so that a charge is given back once.
    func giveBack(_ request: GiveBack, at now: Timestamp) throws(SQLError) -> GiveBackResult {
        guard let charge = try recordedCharge(request.charge) else { return .unknownCharge }
        switch charge.state {
        case .held: return .stillOpen
        case .refunded: return .refunded
        case .settled: break
        }
        let cost = try Credits(stored: min(charge.cost + charge.debt, Credits.max.rawValue))
        guard cost > 0 else { return .costNothing }
        if let known = try database.givenBack(charge.id, to: charge.account) { return .alreadyGivenBack(known) }
        let credits = request.credits ?? cost
        guard credits <= cost else { return .moreThanCost(cost) }
        try refreshIfDue(charge.account, under: request.plans, at: now)
        return .givenBack(try grant(credits, backFor: charge, request.note, at: now))
    }

    private func grant(
        _ credits: Credits, backFor charge: RecordedCharge, _ note: Ledger.Note, at now: Timestamp
    ) throws(SQLError) -> Ledger.GivenBack {
        let payers = try payers(of: charge)
        let grant = NewGrant(
            reference: charge.id.refundReference,
            source: .adjustment,
            credits: credits,
            reason: note.reason,
            by: note.by,
            actions: GiveBack.actions(ofPayers: payers.map(\.actions), debt: charge.debt),
            expiresAt: GiveBack.expiry(
                ofPayers: payers.map(\.expiresAt), graceMilliseconds: charge.graceMilliseconds, at: now)
        )
        try insert(grant, for: charge.account, at: now)
        guard let made = try database.givenBack(charge.id, to: charge.account) else {
            throw .inconsistent("credits given back could neither be stored nor found")
        }
        return made
    }

    private func payers(
        of charge: RecordedCharge
    ) throws(SQLError) -> [(expiresAt: Timestamp, actions: [String]?)] {
        try database.rows(
            """
            SELECT expires_at, actions FROM grants
            WHERE id = ?2 OR id IN (SELECT grant_id FROM charge_grants WHERE charge_id = ?1 AND credits > 0)
            """,
            charge.id.rawValue, charge.cost > 0 ? charge.grant : nil
        ) { row throws(SQLError) in (Timestamp(rawValue: row.integer(0)), try row.actions(1)) }
    }
}

extension SQLConnection {
    /// The credits that a person gave back to an account for a charge; nil if there are none.
    func givenBack(_ charge: ChargeID, to account: Int64) throws(SQLError) -> Ledger.GivenBack? {
        try first(
            """
            SELECT id, granted, granted_at, by, reason, expires_at, actions FROM grants
            WHERE account_id = ?1 AND reference = ?2
            """,
            account, charge.refundReference
        ) { row throws(SQLError) in
            Ledger.GivenBack(
                grant: GrantID(rawValue: row.integer(0)),
                credits: try row.credits(1),
                at: Timestamp(rawValue: row.integer(2)),
                by: row.optionalText(3) ?? "",
                reason: row.optionalText(4) ?? "",
                expiresAt: Timestamp(rawValue: row.integer(5)),
                actions: try row.actions(6)
            )
        }
    }
}
