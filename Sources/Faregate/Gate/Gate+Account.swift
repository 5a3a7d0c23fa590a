extension Gate {
    /// What the account has. One that is seen for the first time is opened on the policy's default plan; one whose plan
    /// owes it a new period receives it.
    ///
    /// - Throws: ``LedgerError`` when the ledger is out of reach.
    public func balance(of account: AccountID) async throws(LedgerError) -> Balance {
        let now = clock.now
        if let balance = try await ledger.balance(of: account, at: now), !balance.isDue {
            plans.learn(balance.plan, of: account)
            return balance
        }
        try await ledger.attend(account, under: policies.policy.planBook, at: now)
        let balance = try await ledger.balance(of: account, at: now) ?? Balance()
        plans.learn(balance.plan, of: account)
        return balance
    }

    /// What happened to the account, latest first.
    ///
    /// - Parameters:
    ///   - account: whose history.
    ///   - cursor: the ``HistoryPage/next`` of the page before; nil for the first.
    ///   - count: how many entries at most, 1 to 500.
    /// - Throws: ``LedgerError`` when the ledger is out of reach.
    public func history(
        of account: AccountID,
        after cursor: HistoryCursor? = nil,
        count: Int = 50
    ) async throws(LedgerError) -> HistoryPage {
        try await ledger.history(of: account, after: cursor, count: count)
    }
}
