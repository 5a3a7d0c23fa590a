extension Gate {
    /// Gives an account credits, and opens it if it is new. The credits pay the account's debt first.
    ///
    /// - Parameters:
    ///   - credits: how many, 1 or more.
    ///   - account: the account that receives them.
    ///   - source: the kind of grant, such as ``GrantSource/promotion``.
    ///   - reference: makes the grant safe to retry: a second grant to the account with the same reference does
    ///     nothing.
    ///   - priority: grants with a lower number are spent first; −1000 to 1000.
    ///   - expiresAt: when the credits expire.
    ///   - actions: the actions that the credits pay for; nil for all. Credits for some actions are spent before those
    ///     for all actions, whatever their priority.
    ///   - reason: why, for the account's history; at most 500 bytes.
    ///   - person: the person who gives them, at most 255 bytes.
    /// - Throws: ``InvalidInput`` for a value outside its range; ``Gate/UnknownAction`` for an action that the policy
    ///   doesn't have; ``LedgerError`` when the ledger is out of reach.
    @discardableResult
    public func grant(
        _ credits: Credits,
        to account: AccountID,
        as source: GrantSource,
        reference: GrantReference,
        priority: Int = 0,
        expires expiresAt: Timestamp = .never,
        for actions: [String]? = nil,
        reason: String? = nil,
        by person: String? = nil
    ) async throws -> GrantResult {
        let policy = self.policy
        let request = try GrantRequest(
            account: account,
            credits: credits,
            source: source,
            reference: reference,
            priority: priority,
            expiresAt: expiresAt,
            actions: try actions.map { try $0.map { try policy.prepared($0).action.name } },
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
    ///   - account: the account to take them from; it must exist.
    ///   - credits: a negative number: -900 takes 900 away. To give credits, use `grant`.
    ///   - grant: the reference of the grant to take them from; nil for all of the account's grants, in the order
    ///     in which calls spend them.
    ///   - allowsDebt: whether the account may go into debt. If true, what a named grant lacks is taken from the
    ///     account's other grants first, and the account owes the rest. If false, and the named grant has too little
    ///     (or the account, if no grant is named), nothing is taken.
    ///   - reference: makes the adjustment safe to retry: a second adjustment with the same reference does nothing.
    ///   - reason: why, for the account's history; at most 500 bytes.
    ///   - person: the person who takes them, at most 255 bytes.
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
                "an adjustment takes credits away, so it must be negative, such as -900; it is \(credits). To give credits, use grant"
            )
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

    /// Gives an account back the credits that a settled call cost, or some of them: once for each call.
    ///
    /// The charge stays settled, and limits still count the call. The credits are a new grant of source
    /// ``GrantSource/adjustment``, and pay the account's debt first. They expire with the paying grant that expires
    /// latest, but not within 30 days, or the policy's `refundGrace` if longer.
    ///
    /// - Parameters:
    ///   - charge: a settled charge.
    ///   - credits: how many, from 1 to what the call cost, including what became debt; nil for all of it.
    ///   - reason: why, for the account's history; at most 500 bytes.
    ///   - person: the person who gives them back, at most 255 bytes.
    /// - Throws: ``InvalidInput`` for a value outside its range; ``LedgerError`` when the ledger is out of reach.
    @discardableResult
    public func giveBack(
        _ charge: ChargeID,
        credits: Credits? = nil,
        reason: String,
        by person: String
    ) async throws -> GiveBackResult {
        let note = try Ledger.Note(by: person, reason: reason)
        let request = try GiveBack(charge, credits: credits, note: note, plans: policy.planBook)
        defer { reportMissingPlans() }
        return try await ledger.giveBack(request, at: clock.now)
    }

    /// Puts an account on a plan of the policy, and opens the account if it is new. Credits from earlier plans stay. An
    /// account that returns to a plan continues that plan's periods, so no period is granted twice.
    ///
    /// - Parameters:
    ///   - account: the account to move.
    ///   - plan: the plan's name, or one of its former names.
    ///   - reason: why, for the account's history; at most 500 bytes.
    ///   - person: the person who decides it, at most 255 bytes.
    /// - Throws: ``InvalidInput`` when the policy has no such plan, or a text is too long; ``LedgerError`` when the
    ///   ledger is out of reach.
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
    ///   - account: an account that exists.
    ///   - reason: why, for the account's history; at most 500 bytes.
    ///   - person: the person who decides it, at most 255 bytes.
    /// - Returns: false, and changes nothing, when the account doesn't exist or is already suspended.
    /// - Throws: ``InvalidInput`` for a text that is too long; ``LedgerError`` when the ledger is out of reach.
    @discardableResult
    public func suspend(_ account: AccountID, reason: String, by person: String) async throws -> Bool {
        try await ledger.suspend(account, Ledger.Note(by: person, reason: reason), at: clock.now)
    }

    /// Ends an account's suspension.
    ///
    /// - Parameters:
    ///   - account: an account that exists.
    ///   - reason: why, for the account's history; at most 500 bytes.
    ///   - person: the person who decides it, at most 255 bytes.
    /// - Returns: false, and changes nothing, when the account doesn't exist or isn't suspended.
    /// - Throws: ``InvalidInput`` for a text that is too long; ``LedgerError`` when the ledger is out of reach.
    @discardableResult
    public func resume(_ account: AccountID, reason: String, by person: String) async throws -> Bool {
        try await ledger.resume(account, Ledger.Note(by: person, reason: reason), at: clock.now)
    }
}
