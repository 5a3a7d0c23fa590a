extension Gate {
    /// What the account has. An account that is new is opened on the policy's default plan, and one whose plan owes it a
    /// period receives it.
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

    /// Why a charge cost what it cost, and which grants paid; nil where there is no such charge.
    ///
    /// - Throws: ``LedgerError`` when the ledger is out of reach.
    public func explain(_ charge: ChargeID) async throws(LedgerError) -> ChargeExplanation? {
        try await ledger.explain(charge)
    }

    /// Why a call was refused, and what would have let it pass; nil where the refusal was not kept: the log is bounded.
    ///
    /// - Throws: ``LedgerError`` when the ledger is out of reach.
    public func explain(_ refusal: Refusal.ID) async throws(LedgerError) -> Refusal.Record? {
        try await ledger.explain(refusal)
    }
}
