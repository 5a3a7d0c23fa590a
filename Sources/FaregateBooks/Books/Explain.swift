package import Faregate

extension SQLConnection {
    /// Explains the cost of a charge and which grants paid; nil for an unknown charge.
    ///
    /// - Parameters:
    ///   - charge: its number.
    ///   - ledger: the ledger, if this is its archive. Credits that a person gave back are in the ledger.
    package func explain(
        _ charge: ChargeID, archivedBy ledger: (any SQLConnection)? = nil
    ) throws(SQLError) -> Ledger.ChargeExplanation? {
        let payments = try payments(of: charge)
        var counted: [CountedLimit] = []
        let explanation = try first(
            """
            SELECT accounts.name, members.name, prices.action, charges.attributes, charges.state, charges.quoted,
                charges.cost, charges.debt, charges.short, prices.rule, prices.policy_version, charges.counted,
                charges.shadow, charges.created_at, charges.state_since, charges.reason, successors.abandoned,
                charges.plan, charges.units, charges.used
            FROM charges
                JOIN accounts ON accounts.id = charges.account_id
                JOIN prices ON prices.id = charges.price_id
                LEFT JOIN members ON members.id = charges.member_id
                LEFT JOIN successors ON successors.charge_id = charges.id
            WHERE charges.id = ?1
            """,
            charge.rawValue
        ) { row throws(SQLError) in
            counted = CountedLimit.list(row.optionalText(11))
            return try Ledger.ChargeExplanation(charge, row, payments)
        }
        guard var explanation else { return nil }
        explanation.limits = try limits(counted)
        let owner = ledger ?? self
        if let account = try owner.accountNumber(of: explanation.account) {
            explanation.givenBack = try owner.givenBack(charge, to: account)
        }
        return explanation
    }

    private func payments(of charge: ChargeID) throws(SQLError) -> [Ledger.ChargeExplanation.Payment] {
        try rows(
            """
            SELECT grants.id, grants.source, grants.reference, payment.credits, grants.actions
            FROM (
                SELECT grant_id, credits FROM charge_grants WHERE charge_id = ?1
                UNION ALL
                SELECT grant_id, cost FROM charges WHERE id = ?1 AND grant_id IS NOT NULL) AS payment
                JOIN grants ON grants.id = payment.grant_id
            ORDER BY grants.actions IS NULL, grants.priority, grants.expires_at, grants.position, grants.id
            """,
            charge.rawValue
        ) { row throws(SQLError) in
            Ledger.ChargeExplanation.Payment(
                grant: GrantID(rawValue: row.integer(0)),
                source: try GrantSource(stored: row.integer(1)),
                reference: row.text(2),
                actions: try row.actions(4),
                credits: try row.credits(3)
            )
        }
    }

    private func limits(_ counted: [CountedLimit]) throws(SQLError) -> [Ledger.ChargeExplanation.CountedLimit] {
        var limits: [Ledger.ChargeExplanation.CountedLimit] = []
        for limit in counted {
            let name = try first("SELECT name FROM limits WHERE id = ?1", limit.limit) { $0.text(0) }
            let start = limit.windowStart.map(Timestamp.init)
            limits.append(
                Ledger.ChargeExplanation.CountedLimit(name: name ?? "", amount: limit.amount, windowStart: start))
        }
        return limits
    }
}

extension Ledger.ChargeExplanation {
    fileprivate init(_ charge: ChargeID, _ row: any SQLRow, _ payments: [Payment]) throws(SQLError) {
        let state = try ChargeState(stored: row.integer(4))
        self.init(
            charge: charge,
            account: try AccountID(stored: row.text(0)),
            member: row.optionalText(1),
            action: row.text(2),
            attributes: row.optionalText(3).flatMap { value(Attributes.self, fromJSON: $0) } ?? [:],
            state: state,
            quoted: try row.credits(5),
            cost: try row.credits(6),
            debt: try row.credits(7),
            short: try row.credits(8),
            rule: row.text(9),
            policyVersion: row.text(10),
            payments: payments,
            limits: [],
            shadow: row.optionalText(12),
            createdAt: Timestamp(rawValue: row.integer(13)),
            closedAt: state == .held ? nil : Timestamp(rawValue: row.integer(14)),
            reason: row.optionalText(15),
            follows: row.optionalInteger(16).map(ChargeID.init),
            plan: row.optionalText(17),
            units: row.optionalText(18).flatMap { value(Units.self, fromJSON: $0) } ?? [:],
            used: row.optionalText(19).flatMap { value(Units.self, fromJSON: $0) }
        )
    }
}
