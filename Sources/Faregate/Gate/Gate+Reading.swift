extension Gate {
    /// Returns the account's balance. A new account is first opened on the policy's default plan, and credits that the
    /// account's plan owes are granted first.
    ///
    /// - Throws: ``LedgerError`` when the ledger is out of reach.
    public func balance(of account: AccountID) async throws(LedgerError) -> AccountBalance {
        let now = clock.now
        let policy = policies.policy(at: now)
        if let balance = try await ledger.balance(of: account, at: now), !needsRefresh(balance, under: policy) {
            remember(balance.plan, of: account)
            return balance
        }
        try await ledger.refresh(account, under: policy.planBook, at: now)
        let balance = try await ledger.balance(of: account, at: now) ?? AccountBalance()
        remember(balance.plan, of: account)
        return balance
    }

    /// Returns the account's history, latest first.
    ///
    /// - Parameters:
    ///   - account: the account.
    ///   - cursor: ``History/next`` of the previous page; nil for the first page.
    ///   - count: how many entries at most, 1 to 500.
    /// - Throws: ``LedgerError`` when the ledger is out of reach.
    public func history(
        of account: AccountID,
        after cursor: History.Cursor? = nil,
        count: Int = 50
    ) async throws(LedgerError) -> History {
        try await ledger.history(of: account, after: cursor, count: count)
    }

    /// Explains a charge's cost, and which grants paid; returns nil if there is no such charge.
    ///
    /// - Throws: ``LedgerError`` when the ledger is out of reach.
    public func explain(_ charge: ChargeID) async throws(LedgerError) -> Ledger.ChargeExplanation? {
        try await ledger.explain(charge)
    }

    /// Explains a refusal, and what would have let the call pass. Returns nil if the refusal wasn't recorded: the log
    /// of refusals is bounded.
    ///
    /// - Throws: ``LedgerError`` when the ledger is out of reach.
    public func explain(_ refusal: Refusal.ID) async throws(LedgerError) -> Refusal.Record? {
        try await ledger.explain(refusal)
    }
}
