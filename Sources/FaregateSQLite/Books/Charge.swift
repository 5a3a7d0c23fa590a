package import Faregate

extension Books {
    /// Charges a call with one statement. The statement fails and runs again if the account is due for a refresh, this
    /// process has no lease, or several grants have to pay. A new account or member is added before it.
    func charge(
        _ request: ChargeRequest, attributes: String?, at now: Timestamp
    ) throws(SQLiteError) -> ChargeDecision {
        let account =
            if let known = try number(of: request.account) { known } else {
                try refresh(request.account, under: request.terms.plans, at: now)
            }
        let call = NumberedCall(
            request: request,
            terms: try numbered(request.terms),
            account: account,
            member: try request.member.map { member throws(SQLiteError) in try number(of: member, in: account) },
            attributes: attributes,
            now: now
        )
        var isSplit = false
        for _ in 0..<Books.maximumAttempts {
            do throws(SQLiteError) {
                let id = try nextChargeID()
                try insert(call, as: id, isSplit: isSplit)
                noteCharge(id)
                return try decision(on: call, id, isSplit: isSplit)
            } catch {
                switch error.raised {
                case "due":
                    try refresh(request.account, under: request.terms.plans, at: now)
                    try postponeRefresh(of: account, at: now)
                case "plan" where try hasOldName(of: account, request.terms.plans):
                    try refresh(request.account, under: request.terms.plans, at: now)
                case "lease": try extendLease(at: now)
                case "split": isSplit = true
                default:
                    guard let refusal = try refusal(of: call, for: error) else { throw error }
                    return .refused(refusal)
                }
            }
        }
        throw .inconsistent("a charge could not be made in 8 attempts")
    }

    /// Each case below normally happens at most once; a clock that steps can cause one again.
    private static let maximumAttempts = 8

    /// A new charge, with the ledger's numbers for names.
    struct NumberedCall {
        let request: ChargeRequest
        let terms: NumberedTerms
        let account: Int64
        let member: Int64?
        /// The request's attributes as JSON; nil if it has none.
        let attributes: String?
        let now: Timestamp
    }

    /// Binds values in the order of `ChargeProgram.columns`. A grant that pays alone keeps at least 1 credit, since
    /// that path never marks a grant as spent.
    private func insert(_ call: NumberedCall, as id: ChargeID, isSplit: Bool) throws(SQLiteError) {
        let statement = try program(call.terms.shape.of(call.request, isSplit: isSplit))
        var values = Binding(to: statement.pointer)
        values.bind(id.rawValue)
        values.bind(call.account)
        values.bind(call.member)
        values.bind(call.terms.price)
        values.bind(holder)
        values.skip()  // The statement looks up the grant that burns first.
        values.bind(call.now.rawValue)
        values.bind(call.request.cost.rawValue)
        values.bind(max(1, call.request.terms.lowBalance.rawValue))
        values.bind(call.terms.counted)
        values.bind(call.attributes)
        values.bind(call.request.shadow)
        if let plan = call.request.assumedPlan { values.bind(plan.name) }
        if let key = call.request.key {
            values.bind(call.request.terms.firstName)
            values.bind(key.key)
            values.bind(key.fingerprint)
            values.bind(call.now.advanced(byMilliseconds: key.lifetimeMilliseconds).rawValue)
        }
        for limit in call.terms.limits { values.bind(limit, at: call.now) }
        try database.run(statement)
    }

    private func program(_ shape: ChargeShape) throws(SQLiteError) -> Statement {
        if let known = programs[shape] { return known }
        let program = ChargeProgram(shape: shape)
        try database.execute(script: program.definition)
        let statement = try database.prepare(program.statement)
        if let size = database.cacheSize, programs.count >= size { programs.removeAll() }
        programs[shape] = statement
        return statement
    }

    private func decision(on call: NumberedCall, _ id: ChargeID, isSplit: Bool) throws(SQLiteError) -> ChargeDecision {
        let lowBalance = call.request.terms.lowBalance
        var spendable: Credits?
        // A grant that pays alone keeps at least the low balance, so only a split charge can fall below it.
        if isSplit, lowBalance > 0 {
            let left = try self.spendable(call.account)
            if left < lowBalance { spendable = left }
        }
        var exceeded: [String] = []
        for limit in call.terms.limits where !limit.check.isEnforced && limit.check.amount > 0 {
            let used = try database.use(of: Counter(limit, account: call.account, member: call.member))?.used ?? 0
            if used > limit.check.max { exceeded.append(limit.check.name) }
        }
        return .held(id, spendable: spendable, exceeded: exceeded)
    }

    /// The credits that the account can spend.
    func spendable(_ account: Int64) throws(SQLiteError) -> Credits {
        try database.first(
            "SELECT coalesce(sum(remaining), 0) FROM grants WHERE account_id = ?1 AND NOT spent", account
        ) {
            row throws(SQLiteError) in try row.credits(0)
        } ?? 0
    }

    /// The credits that the account could spend before and after taking these.
    func drawdown(of account: Int64, by taken: Credits) throws(SQLiteError) -> Drawdown {
        let after = try spendable(account)
        return Drawdown(before: try Credits(stored: after.rawValue + taken.rawValue), after: after)
    }
}

extension Binding {
    /// The columns of one limit for ``ChargeProgram``. A limit to which this call adds nothing never refuses
    /// it.
    fileprivate mutating func bind(_ limit: NumberedLimit, at now: Timestamp) {
        let window = limit.check.window.range(at: now)
        bind(limit.number)
        bind(window.from)
        bind(window.until)
        bind(limit.check.window.lengthMilliseconds)
        bind(limit.check.amount > 0 ? limit.check.max : .max)
        bind(limit.check.amount)
    }
}

extension LimitCheck.Window {
    /// The counted time: the bounds of a calendar window, or the length of a rolling window on both sides of now.
    func range(at now: Timestamp) -> (from: Int64, until: Int64) {
        switch self {
        case .calendar(let from, let until): (from.rawValue, until.rawValue)
        case .rolling(let milliseconds):
            (now.advanced(byMilliseconds: -milliseconds).rawValue, now.advanced(byMilliseconds: milliseconds).rawValue)
        }
    }

    /// Nil for a calendar window.
    var lengthMilliseconds: Int64? {
        if case .rolling(let milliseconds) = self { milliseconds } else { nil }
    }
}

extension ChargeProgram {
    /// The SQL of a charge under these terms, formatted for the golden files.
    package static func text(
        for terms: ChargeTerms, isFree: Bool, hasKey: Bool, checksPlan: Bool = false, isSplit: Bool
    ) -> String {
        var shape = ChargeShape(limits: terms.limits)
        (shape.isFree, shape.hasKey, shape.checksPlan, shape.isSplit) = (isFree, hasKey, checksPlan, isSplit)
        let program = ChargeProgram(shape: shape)
        return program.definition + "\n\n" + program.statement + ";\n"
    }
}
