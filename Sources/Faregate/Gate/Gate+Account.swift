extension Gate {
    /// Gives an account credits, opening it if it is new. What the account owes is paid from them first.
    ///
    /// - Parameters:
    ///   - credits: how many, 1 or more.
    ///   - account: who receives them.
    ///   - source: where they come from, such as ``GrantSource/promotion``.
    ///   - reference: makes the grant safe to repeat: the same reference again grants nothing more.
    ///   - priority: grants of a lower number are spent first; −1000 to 1000.
    ///   - expiresAt: until when the credits can be spent.
    ///   - reason: why, at most 500 bytes; the account's history has it.
    ///   - person: who gives them, at most 255 bytes.
    /// - Throws: ``InvalidInput`` for a value outside its range; ``LedgerError`` when the ledger is out of reach.
    @discardableResult
    public func grant(
        _ credits: Credits,
        to account: AccountID,
        as source: GrantSource,
        reference: GrantReference,
        priority: Int = 0,
        expires expiresAt: Timestamp = .never,
        reason: String? = nil,
        by person: String? = nil
    ) async throws -> GrantResult {
        let request = try GrantRequest(
            account: account,
            credits: credits,
            source: source,
            reference: reference,
            priority: priority,
            expiresAt: expiresAt,
            reason: reason,
            by: person,
            plans: policy.planBook
        )
        defer { reportMissingPlans() }
        return try await ledger.grant(request, at: clock.now)
    }

    /// Takes credits away from an account by hand: all of them, or none.
    ///
    /// - Parameters:
    ///   - account: whose credits; it must be known.
    ///   - credits: how many, below zero: -900 takes 900 away. To give credits, make a grant.
    ///   - grant: the reference of the grant to take them from; nil for the account's grants in burn order.
    ///   - allowsDebt: whether the account owes what it doesn't have; the rest of a named grant is taken from others first.
    ///   - reference: makes the adjustment safe to repeat: the same reference again takes nothing more.
    ///   - reason: why, at most 500 bytes; the account's history has it.
    ///   - person: who takes them, at most 255 bytes.
    /// - Throws: ``InvalidInput`` for a value outside its range; ``LedgerError`` when the ledger is out of reach.
    @discardableResult
    public func adjust(
        _ account: AccountID,
        by credits: Credits,
        from grant: String? = nil,
        allowsDebt: Bool = false,
        reference: GrantReference,
        reason: String,
        by person: String
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
            note: Ledger.Note(by: person, reason: reason),
            plans: policy.planBook
        )
        defer { reportMissingPlans() }
        return try await ledger.withdraw(request, at: clock.now)
    }

    /// Puts an account on a plan of the policy, opening the account if it is new. What earlier plans granted stays as it is.
    /// An account that returns to a plan continues the periods that it had there: nothing is granted twice.
    ///
    /// - Parameters:
    ///   - account: who moves.
    ///   - plan: the plan's name, or one that it had before.
    ///   - reason: why, at most 500 bytes.
    ///   - person: who decides it, at most 255 bytes.
    /// - Throws: ``InvalidInput`` when the policy has no such plan; ``LedgerError`` when the ledger is out of reach.
    public func move(_ account: AccountID, to plan: String, reason: String, by person: String) async throws {
        let plans = policy.planBook
        guard let plan = plans[plan] else {
            throw InvalidInput("the policy has no plan \(quoted(plan))" + didYouMean(plan, among: policy.plans.keys))
        }
        let note = try Ledger.Note(by: person, reason: reason)
        try await ledger.move(account, to: plan, under: plans, note, at: clock.now)
        remember(plan.name, of: account)
    }

    /// Refuses every call of an account until it is resumed. Open calls can still be settled.
    ///
    /// - Parameters:
    ///   - account: must be known.
    ///   - reason: why, at most 500 bytes.
    ///   - person: who decides it, at most 255 bytes.
    /// - Returns: false when the account isn't known or was suspended before: then nothing changed.
    /// - Throws: ``InvalidInput`` for a text that is too long; ``LedgerError`` when the ledger is out of reach.
    @discardableResult
    public func suspend(_ account: AccountID, reason: String, by person: String) async throws -> Bool {
        try await ledger.suspend(account, Ledger.Note(by: person, reason: reason), at: clock.now)
    }

    /// Ends an account's suspension.
    ///
    /// - Parameters:
    ///   - account: must be known.
    ///   - reason: why, at most 500 bytes.
    ///   - person: who decides it, at most 255 bytes.
    /// - Returns: false when the account isn't known or isn't suspended: then nothing changed.
    /// - Throws: ``InvalidInput`` for a text that is too long; ``LedgerError`` when the ledger is out of reach.
    @discardableResult
    public func resume(_ account: AccountID, reason: String, by person: String) async throws -> Bool {
        try await ledger.resume(account, Ledger.Note(by: person, reason: reason), at: clock.now)
    }
}
