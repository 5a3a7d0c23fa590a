import CSQLite
public import Faregate

extension SQLiteLedger {
    public func charge(_ request: ChargeRequest, at now: Timestamp) async throws(LedgerError) -> ChargeDecision {
        let wasRefused = refusedAccounts.contains(request.account)
        if wasRefused, let refusal = try await foreseenRefusal(of: request, at: now) { return .refused(refusal) }
        let decision = try await writer.charge(request, at: now)
        let isRefused = if case .refused = decision { true } else { false }
        if wasRefused != isRefused { refusedAccounts.note(request.account, isRefused: isRefused) }
        return decision
    }

    /// Why a call is refused as things stand, found out without the writer; nil where it may pass, and where only the
    /// writer can tell. A call that passes is checked by the charge itself.
    private func foreseenRefusal(
        of request: ChargeRequest,
        at now: Timestamp
    ) async throws(LedgerError) -> ChargeRefusal? {
        guard request.key == nil else { return nil }
        return try readers.read { connection throws(SQLiteError) in
            try connection.foreseenRefusal(of: request, at: now)
        }
    }

    public func extend(
        _ charge: ChargeID,
        by credits: Credits,
        at now: Timestamp
    ) async throws(LedgerError) -> HoldExtension? {
        try await writer.write { connection throws(SQLiteError) in
            try connection.step { () throws(SQLiteError) in
                guard let status = try connection.status(of: charge), status.state == .held else { return nil }
                try connection.sweep(status.account, at: now)
                let taken = try connection.hold(credits, more: status, at: now)
                return HoldExtension(
                    taken: taken,
                    held: try Credits(stored: status.cost + taken.rawValue),
                    drawdown: try connection.drawdown(of: status.account, by: taken)
                )
            }
        }
    }
}

extension Connection {
    /// One statement. More only for what isn't there yet (an account, a counter), for an account that has to be seen to,
    /// and for a charge that several grants pay: then the first statement aborts, and the charge is made again.
    ///
    /// - Parameters:
    ///   - request: what is charged.
    ///   - attributes: those of the request as JSON; nil where it has none.
    ///   - now: when.
    func charge(
        _ request: ChargeRequest,
        attributes: String?,
        at now: Timestamp
    ) throws(SQLiteError) -> ChargeDecision {
        guard let account = try number(of: request.account) else {
            try attend(request.account, under: request.terms.plans, at: now)
            return try charge(request, attributes: attributes, at: now)
        }
        let member = try request.member.map { member throws(SQLiteError) in try number(of: member, in: account) }
        var isSplit = false
        for _ in 0..<Connection.maximumAttempts {
            do throws(SQLiteError) {
                let terms = try numbered(request.terms)
                let id = try insert(
                    request,
                    terms,
                    isSplit: isSplit,
                    account: account,
                    member: member,
                    attributes: attributes,
                    at: now
                )
                return try decision(id, request, terms, isSplit: isSplit, account: account, member: member)
            } catch {
                switch error.raised {
                case "due": try attend(request.account, under: request.terms.plans, at: now)
                case "counter": try addCounters(of: numbered(request.terms), account: account, member: member)
                case "split": isSplit = true
                default:
                    let refusal = try refusal(for: error, request, account: account, member: member, at: now)
                    guard let refusal else { throw error }
                    return .refused(refusal)
                }
            }
        }
        throw .inconsistent("a charge was sent back again and again")
    }

    /// Due, a counter, split: each can come once, and a key or a clock can bring one of them again.
    private static let maximumAttempts = 8

    private func insert(
        _ request: ChargeRequest,
        _ terms: NumberedTerms,
        isSplit: Bool,
        account: Int64,
        member: Int64?,
        attributes: String?,
        at now: Timestamp
    ) throws(SQLiteError) -> ChargeID {
        let before = try latestNumbers()
        let next = LatestNumbers(charge: before.charge + 1, entry: before.entry + 1)
        let price = try price(of: terms)
        try hot { () throws(SQLiteError) in
            try charge(terms.shape(of: request, isSplit: isSplit)) { statement in
                var values = Binding(to: statement)
                values.bind(next.charge)
                values.bind(account)
                values.bind(member)
                values.bind(price)
                values.bind(holder.id)
                values.skip()  // The grant that burns first is looked up.
                values.bind(now.rawValue)
                values.bind(request.cost.rawValue)
                values.bind(max(1, terms.terms.lowBalance.rawValue))
                values.bind(terms.counted)
                values.bind(attributes)
                values.bind(request.shadow)
                values.bind(next.entry)
                if let key = request.key {
                    values.bind(terms.terms.action)
                    values.bind(key.key)
                    values.bind(key.fingerprint)
                    values.bind(now.advanced(byMilliseconds: key.lifetimeMilliseconds).rawValue)
                }
                for limit in terms.limits {
                    let window = limit.check.window.range(at: now)
                    if limit.slot == nil { values.bind(limit.number.id) }
                    values.bind(window.from)
                    values.bind(window.until)
                    values.bind(limit.max)
                    values.bind(limit.check.amount)
                }
            }
            // One that several grants pay writes a line for each.
            latest = isSplit ? nil : next
            try keepLease(at: now)
        }
        return ChargeID(rawValue: next.charge)
    }

    func latestNumbers() throws(SQLiteError) -> LatestNumbers {
        if let latest { return latest }
        let read = try first(.latestNumbers) { LatestNumbers(charge: $0.integer(0), entry: $0.integer(1)) }
        guard let read else { throw .inconsistent("there is no latest charge, nor none") }
        latest = read
        return read
    }

    private func decision(
        _ id: ChargeID,
        _ request: ChargeRequest,
        _ terms: NumberedTerms,
        isSplit: Bool,
        account: Int64,
        member: Int64?
    ) throws(SQLiteError) -> ChargeDecision {
        let lowBalance = terms.terms.lowBalance
        var spendable: Credits?
        // The grant in turn keeps at least the low balance, so that only a split charge can bring it below.
        if isSplit, lowBalance > 0 {
            let left = try self.spendable(account)
            if left < lowBalance { spendable = left }
        }
        var exceeded: [String] = []
        for limit in terms.shadows {
            let used = try use(of: Counter(limit, account: account, member: member))?.used ?? 0
            if used > limit.max { exceeded.append(limit.check.name) }
        }
        return .held(id, spendable: spendable, exceeded: exceeded)
    }

    func spendable(_ account: Int64) throws(SQLiteError) -> Credits {
        try first(.spendable, account) { row throws(SQLiteError) in try row.credits(0) } ?? 0
    }

    /// After so much was taken.
    func drawdown(of account: Int64, by taken: Credits) throws(SQLiteError) -> Drawdown {
        let after = try spendable(account)
        return Drawdown(before: try Credits(stored: after.rawValue + taken.rawValue), after: after)
    }

    private func addCounters(of terms: NumberedTerms, account: Int64, member: Int64?) throws(SQLiteError) {
        for limit in terms.limits {
            let counter = Counter(limit, account: account, member: member)
            if counter.slot == nil { try run(.addCounter, counter.id) }
        }
    }
}

/// The ids of the latest charge and of the journal's latest line; zero where there is none.
struct LatestNumbers {
    let charge: Int64
    let entry: Int64
}

extension LimitCheck.Window {
    /// What counts: a calendar window's own bounds; of a rolling one everything after `from`, and up to as far ahead.
    func range(at now: Timestamp) -> (from: Int64, until: Int64) {
        switch self {
        case .calendar(let from, let until): (from.rawValue, until.rawValue)
        case .rolling(let milliseconds):
            (
                now.advanced(byMilliseconds: -milliseconds).rawValue,
                now.advanced(byMilliseconds: milliseconds).rawValue
            )
        }
    }
}
