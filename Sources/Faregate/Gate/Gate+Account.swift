extension Gate {
    /// What the account has. One that is seen for the first time is opened on the policy's default plan; one whose plan
    /// owes it a new period receives it.
    ///
    /// - Throws: ``LedgerError`` when the ledger is out of reach.
    public func balance(of account: AccountID) async throws(LedgerError) -> AccountBalance {
        let now = clock.now
        let policy = policies.policy
        if let balance = try await ledger.balance(of: account, at: now), !isBehind(balance, under: policy) {
            remember(balance.plan, of: account)
            return balance
        }
        try await ledger.refresh(account, under: policy.planBook, at: now)
        let balance = try await ledger.balance(of: account, at: now) ?? AccountBalance()
        remember(balance.plan, of: account)
        return balance
    }

    /// Takes credits away from an account by hand, from its grants in burn order or from the one that is named. All of them,
    /// or none.
    ///
    /// - Parameters:
    ///   - account: whose credits; it must be known.
    ///   - credits: how many, below zero: -900 takes 900 away. To give credits, make a grant.
    ///   - grant: the reference of the grant to take them from.
    ///   - allowsDebt: whether the account owes what it doesn't have; the rest of a named grant is taken from others first.
    ///   - reference: makes it safe to repeat: the same again takes nothing more.
    ///   - note: who does it, and why; the account's history has the reason.
    /// - Throws: ``InvalidInput`` for credits that aren't below zero; ``LedgerError`` when the ledger is out of reach.
    public func adjust(
        _ account: AccountID,
        by credits: Credits,
        from grant: String? = nil,
        allowsDebt: Bool = false,
        reference: GrantReference,
        _ note: Ledger.Note
    ) async throws -> WithdrawalResult {
        guard credits < 0, let taken = Credits(rawValue: -credits.rawValue) else {
            throw InvalidInput(
                "an adjustment takes credits away, such as -900; this one is \(credits). A grant gives them")
        }
        let request = try Withdrawal(
            account: account,
            credits: taken,
            from: grant,
            allowsDebt: allowsDebt,
            reference: reference,
            note: note,
            plans: policies.policy.planBook
        )
        defer { reportMissingPlans() }
        return try await ledger.withdraw(request, at: clock.now)
    }

    /// What happened to the account, latest first.
    ///
    /// - Parameters:
    ///   - account: whose history.
    ///   - cursor: the ``History/next`` of the page before; nil for the first.
    ///   - count: how many entries at most, 1 to 500.
    /// - Throws: ``LedgerError`` when the ledger is out of reach.
    public func history(
        of account: AccountID,
        after cursor: History.Cursor? = nil,
        count: Int = 50
    ) async throws(LedgerError) -> History {
        try await ledger.history(of: account, after: cursor, count: count)
    }
}
