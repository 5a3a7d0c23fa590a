package import Faregate

extension Books {
    /// The refusal for the reason that the charge's statement gave, with numbers from the same transaction.
    ///
    /// - Returns: nil if the error is not a refusal.
    func refusal(of call: NumberedCall, for error: SQLError) throws(SQLError) -> ChargeRefusal? {
        switch error.raised {
        case "suspended": .suspended
        case "key": try database.keyRefusal(of: call.request, account: call.account, at: call.now)
        case "limit": try limitRefusal(of: call)
        case "plan": .plan(try plan(of: call.account))
        case "credits": try creditsRefusal(of: call)
        default: nil
        }
    }

    private func creditsRefusal(of call: NumberedCall) throws(SQLError) -> ChargeRefusal {
        let available = try spendable(call.account, at: call.terms.price)
        let all = try grantsInBurnOrder(of: call.account).reduce(0) { $0 + $1.credits }
        return .credits(
            required: call.request.cost,
            available: available,
            debt: try Credits(stored: debt(of: call.account)),
            reserved: try Credits(stored: all - available.rawValue)
        )
    }

    func plan(of account: Int64) throws(SQLError) -> String? {
        try database.first("SELECT plan FROM accounts WHERE id = ?1", account) { $0.optionalText(0) } ?? nil
    }

    private func limitRefusal(of call: NumberedCall) throws(SQLError) -> ChargeRefusal {
        let refusal = try database.limitRefusal(
            by: call.terms.limits, account: call.account, member: call.member, at: call.now)
        guard let refusal else { throw .inconsistent("a limit refused the charge, but no limit is exceeded") }
        return refusal
    }

    /// Stores refusals for people to read, and calls that exceeded a limit in shadow mode. Of each the latest
    /// ``RefusalBuffer/maximumKept`` are kept.
    package func write(_ refusals: [Refusal.Record]) throws(SQLError) {
        for refusal in refusals where !refusal.isShadow {
            try database.run(
                "INSERT INTO refusals (id, at, account, record) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
                refusal.id.rawValue, refusal.at, refusal.account, json(refusal) ?? ""
            )
        }
        try database.run(
            "DELETE FROM refusals WHERE number <= (SELECT max(number) FROM refusals) - ?1", RefusalBuffer.maximumKept
        )
        for record in refusals where record.isShadow {
            try database.run(
                "INSERT INTO shadowed (id, at, account, record) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
                record.id.rawValue, record.at, record.account, json(record) ?? ""
            )
        }
        try database.run(
            "DELETE FROM shadowed WHERE number <= (SELECT max(number) FROM shadowed) - ?1", RefusalBuffer.maximumKept
        )
    }
}
