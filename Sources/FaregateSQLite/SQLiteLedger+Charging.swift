import CSQLite
public import Faregate

extension SQLiteLedger {
    public func charge(_ request: ChargeRequest, at now: Timestamp) async throws(LedgerError) -> ChargeDecision {
        let wasRefused = refusedAccounts.contains(request.account)
        if wasRefused, let refusal = try await foreseenRefusal(of: request, at: now) { return .refused(refusal) }
        let decision = try await writer.charge(ChargeRow(request, at: now))
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
            try connection.snapshot { () throws(SQLiteError) in
                try connection.foreseenRefusal(of: request, at: now)
            }
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
    func charge(_ row: ChargeRow) throws(SQLiteError) -> ChargeDecision {
        let (request, now) = (row.request, row.now)
        guard let account = try number(of: request.account) else {
            try attend(request.account, under: request.plans, at: now)
            return try charge(row)
        }
        let member = try request.member.map { member throws(SQLiteError) in try number(of: member, in: account) }
        var shape = row.shape
        for _ in 0..<Connection.maximumAttempts {
            do throws(SQLiteError) {
                let id = try insert(row, shape, account: account, member: member)
                return try decision(id, row, shape, account: account, member: member)
            } catch {
                switch error.raised {
                case "due": try attend(request.account, under: request.plans, at: now)
                case "counter": try addCounters(of: request, account: account, member: member)
                case "split": shape.isSplit = true
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
        _ row: ChargeRow,
        _ shape: ChargeShape,
        account: Int64,
        member: Int64?
    ) throws(SQLiteError) -> ChargeID {
        let (request, now) = (row.request, row.now)
        let price = try number(of: row.price)
        let before = try latestNumbers()
        let next = LatestNumbers(charge: before.charge + 1, entry: before.entry + 1)
        if latestLimits?.limits != request.limits { latestLimits = try NumberedLimits(request.limits, self) }
        guard let limits = latestLimits else { throw .inconsistent("the limits of a charge have no numbers") }
        try limits.text.withBytes { (counted) throws(SQLiteError) in
            try hot { () throws(SQLiteError) in
                try charge(shape.placed(limits.slots)) { statement in
                    var values = Binding(to: statement)
                    values.bind(next.charge)
                    values.bind(account)
                    values.bind(member)
                    values.bind(price)
                    values.bind(holder.id)
                    values.skip()  // The grant that burns first is looked up.
                    values.bind(now.rawValue)
                    values.bind(request.cost.rawValue)
                    values.bind(max(1, request.lowBalance.rawValue))
                    values.bind(text: request.limits.isEmpty ? nil : counted)
                    values.bind(row.attributes)
                    values.bind(request.shadow)
                    values.bind(next.entry)
                    if let key = request.key {
                        values.bind(request.action)
                        values.bind(key.key)
                        values.bind(key.fingerprint)
                        values.bind(now.advanced(byMilliseconds: key.lifetimeMilliseconds).rawValue)
                    }
                    for (position, limit) in row.limits.enumerated() {
                        if limits.slots[position] == nil { values.bind(limits.numbers[position]) }
                        values.bind(limit.from)
                        values.bind(limit.until)
                        values.bind(limit.max)
                        values.bind(limit.amount)
                    }
                }
                // One that several grants pay writes a line for each.
                latest = shape.isSplit ? nil : next
                try keepLease(at: now)
            }
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
        _ row: ChargeRow,
        _ shape: ChargeShape,
        account: Int64,
        member: Int64?
    ) throws(SQLiteError) -> ChargeDecision {
        var spendable: Credits?
        // The grant in turn keeps at least the low balance, so that only a split charge can bring it below.
        if shape.isSplit, row.request.lowBalance > 0 {
            let left = try self.spendable(account)
            if left < row.request.lowBalance { spendable = left }
        }
        var exceeded: [String] = []
        for limit in row.shadows {
            let used = try use(of: counter(of: limit, account: account, member: member))?.used ?? 0
            if limit.amount > 0, used > limit.max { exceeded.append(limit.name) }
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

    private func addCounters(of request: ChargeRequest, account: Int64, member: Int64?) throws(SQLiteError) {
        for limit in request.limits {
            let counter = try counter(of: limit, account: account, member: member)
            if counter.slot == nil { try run(.addCounter, counter.id) }
        }
    }
}

/// The ids of the latest charge and of the journal's latest line; zero where there is none.
struct LatestNumbers {
    let charge: Int64
    let entry: Int64
}

/// The limits of a charge as its row keeps them. Calls that come one after the other mostly have the same.
struct NumberedLimits {
    let limits: [LimitCheck]
    let numbers: [Int64]
    let slots: [Slot?]
    let text: CountedLimitsText

    init(_ limits: [LimitCheck], _ connection: Connection) throws(SQLiteError) {
        // In one place one would overwrite what the other counts.
        guard Set(limits.map { [$0.counter, $0.scope.rawValue] }).count == limits.count else {
            throw .inconsistent("two limits of a charge count in the same place")
        }
        var text = CountedLimitsText()
        var numbers: [Int64] = []
        var slots: [Slot?] = []
        for limit in limits {
            let number = try connection.number(of: limit)
            numbers.append(number.id)
            slots.append(number.slot(for: limit.scope, isRolling: limit.isRolling))
            text.append(CountedLimit(limit, number: number.id))
        }
        (self.limits, self.numbers, self.slots, self.text) = (limits, numbers, slots, text)
    }
}

extension CountedLimit {
    fileprivate init(_ limit: LimitCheck, number: Int64) {
        var windowStart: Int64?
        if case .calendar(let from, _) = limit.window { windowStart = from.rawValue }
        self.init(
            limit: number,
            scope: limit.scope,
            windowStart: windowStart,
            amount: limit.amount,
            givesBack: limit.givesBack
        )
    }
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
