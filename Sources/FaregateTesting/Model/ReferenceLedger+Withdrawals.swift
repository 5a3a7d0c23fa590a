import Faregate

extension ReferenceLedger {
    mutating func withdraw(_ request: Withdrawal, at now: Timestamp) -> WithdrawalResult {
        let account = request.account
        guard accounts[account] != nil else { return .unknownAccount }
        refresh(account, under: request.plans, at: now)
        if let known = accounts[account]?.withdrawals[ExactText(request.reference.rawValue)] {
            let isSame =
                known.request.credits == request.credits
                && known.request.grant.map(ExactText.init) == request.grant.map(ExactText.init)
            let debt = Credits(inRange: accounts[account]?.debt ?? 0)
            let result = WithdrawalResult.Withdrawn(lots: known.result.lots, owed: known.result.owed, debt: debt)
            return isSame ? .alreadyTaken(result) : .referenceTaken
        }
        var lots = spendingOrder(of: account)
        if let reference = request.grant.map(ExactText.init) {
            let named = (accounts[account]?.grants ?? []).compactMap { grants[$0] }.first { $0.reference == reference }
            guard let named else { return .unknownGrant }
            lots = [named] + (request.allowsDebt ? lots.filter { $0.id != named.id } : [])
        }
        let available = lots.reduce(0) { $0 + $1.remaining }
        let owed = max(0, request.credits.rawValue - available)
        guard owed == 0 || request.allowsDebt && (accounts[account]?.debt ?? 0) + owed <= Credits.max.rawValue else {
            return .notEnough(available: Credits(inRange: available))
        }
        return .taken(take(request, from: lots, owing: owed, at: now))
    }

    private mutating func take(
        _ request: Withdrawal,
        from lots: [Grant],
        owing owed: Int64,
        at now: Timestamp
    ) -> WithdrawalResult.Withdrawn {
        let (account, reason) = (request.account, request.note.reason)
        var rest = request.credits.rawValue - owed
        var taken: [WithdrawalResult.Withdrawn.Lot] = []
        for lot in lots where rest > 0 && lot.remaining > 0 {
            let credits = min(rest, lot.remaining)
            grants[lot.id]?.remaining -= credits
            grants[lot.id]?.reversed += credits
            append(.reverse, account, -credits, grant: lot.id, reason: reason, at: now)
            taken.append(
                .init(
                    grant: lot.id, reference: lot.reference.text, source: lot.source, credits: Credits(inRange: credits)
                )
            )
            rest -= credits
        }
        if owed > 0 {
            accounts[account]?.debt += owed
            append(.debt, account, 0, debt: owed, reason: reason, at: now)
        }
        let result = WithdrawalResult.Withdrawn(
            lots: taken, owed: Credits(inRange: owed), debt: Credits(inRange: accounts[account]?.debt ?? 0))
        accounts[account]?.withdrawals[ExactText(request.reference.rawValue)] = (request, result)
        return result
    }
}
