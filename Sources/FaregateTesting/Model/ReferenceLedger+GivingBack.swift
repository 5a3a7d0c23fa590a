import Faregate

extension ReferenceLedger {
    mutating func giveBack(_ request: GiveBack, at now: Timestamp) -> GiveBackResult {
        guard let charge = charges[request.charge] else { return .unknownCharge }
        if charge.state == .held { return .stillOpen }
        if charge.state == .refunded { return .refunded }
        let cost = Credits(inRange: min(charge.cost + charge.debt, Credits.max.rawValue))
        guard cost > 0 else { return .costNothing }
        if let known = givenBack(charge.id) { return .alreadyGivenBack(known) }
        let credits = request.credits ?? cost
        guard credits <= cost else { return .moreThanCost(cost) }
        refreshIfDue(charge.account, under: request.plans, at: now)
        let payers = charge.payments.filter { $0.value > 0 }.compactMap { grants[$0.key] }
        let grace = charge.request.terms.refundGraceMilliseconds
        let grant = give(
            charge.account,
            charge.id.refundReference,
            credits.rawValue,
            source: .adjustment,
            actions: GiveBack.actions(ofPayers: payers.map(\.actions), debt: charge.debt),
            reason: request.note.reason,
            expiresAt: GiveBack.expiry(ofPayers: payers.map(\.expiresAt), graceMilliseconds: grace, at: now),
            at: now
        )
        charges[charge.id]?.givenBack = GivenBack(grant: grant, at: now, note: request.note)
        return givenBack(charge.id).map { .givenBack($0) } ?? .unknownCharge
    }

    func givenBack(_ charge: ChargeID) -> Ledger.GivenBack? {
        guard let made = charges[charge]?.givenBack, let grant = grants[made.grant] else { return nil }
        return Ledger.GivenBack(
            grant: grant.id,
            credits: Credits(inRange: grant.granted),
            at: made.at,
            by: made.note.by,
            reason: made.note.reason,
            expiresAt: grant.expiresAt,
            actions: grant.actions
        )
    }
}
