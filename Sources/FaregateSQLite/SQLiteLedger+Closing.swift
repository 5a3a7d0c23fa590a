public import Faregate

extension SQLiteLedger {
    public func settle(
        _ charge: ChargeID,
        _ settlement: Settlement,
        at now: Timestamp
    ) async throws(LedgerError) -> SettleResult {
        try await writer.write { connection throws(SQLiteError) in
            try connection.settle(charge, settlement, at: now)
        }
    }

    public func settleLater(
        _ charge: ChargeID,
        _ settlement: Settlement,
        at now: Timestamp,
        completion: @escaping @Sendable (Result<SettleResult, LedgerError>) -> Void
    ) {
        writer.settleLater(charge, settlement, at: now, completion: completion)
    }

    public func refund(
        _ charge: ChargeID,
        because reason: RefundReason,
        at now: Timestamp
    ) async throws(LedgerError) -> Bool {
        try await writer.write { connection throws(SQLiteError) in
            try connection.refund(charge, because: reason, at: now)
        }
    }
}

/// What is on record of a charge that is to be closed.
struct ChargeStatus {
    let id: ChargeID
    let account: Int64
    let member: Int64?
    /// The one grant that pays; nil where none or several do.
    let grant: Int64?
    let quoted: Int64
    let cost: Int64
    let state: ChargeState
    let reason: String?
    let counted: [CountedLimit]
    let createdAt: Timestamp
    let graceMilliseconds: Int64
}

extension Connection {
    func status(of charge: ChargeID) throws(SQLiteError) -> ChargeStatus? {
        try first(.chargeStatus, charge.rawValue) { row throws(SQLiteError) in
            ChargeStatus(
                id: charge,
                account: row.integer(0),
                member: row.optionalInteger(1),
                grant: row.optionalInteger(2),
                quoted: try row.credits(3).rawValue,
                cost: try row.credits(4).rawValue,
                state: try ChargeState(stored: row.integer(5)),
                reason: row.optionalText(6),
                counted: CountedLimit.list(row.optionalText(7)),
                createdAt: Timestamp(rawValue: row.integer(8)),
                graceMilliseconds: row.integer(9)
            )
        }
    }

    /// One statement where one grant pays the whole hold: the way of nearly every call.
    func settle(
        _ charge: ChargeID,
        _ settlement: Settlement,
        at now: Timestamp
    ) throws(SQLiteError) -> SettleResult {
        if settlement.isWhole {
            let before = latest
            let count = try hot { () throws(SQLiteError) in try run(.settle, charge.rawValue, now) }
            if count == 1 {
                latest = before.map { LatestNumbers(charge: $0.charge, entry: $0.entry + 1) }
                return .settled(Settled())
            }
        }
        return try step { () throws(SQLiteError) in
            guard let status = try status(of: charge) else { return .notHeld }
            switch status.state {
            case .held: return .settled(try settle(status, settlement, at: now))
            case .refunded where status.reason == RefundReason.abandoned.rawValue:
                return try settleLate(status, settlement, at: now)
            case .refunded, .settled: return .notHeld
            }
        }
    }

    /// Closes many as they are held, with one statement.
    ///
    /// - Returns: those that it closed: not the ones that several grants pay, nor any that isn't held.
    func settle(whole charges: [ChargeID], at now: Timestamp) throws(SQLiteError) -> [ChargeID] {
        let before = try latestNumbers()
        let list = "[\(charges.map(\.description).joined(separator: ","))]"
        let count = try run(.settleMany, list, now)
        latest = LatestNumbers(charge: before.charge, entry: before.entry + Int64(count))
        if count == charges.count { return charges }
        return try rows(.settledSince, before.entry) { ChargeID(rawValue: $0.integer(0)) }
    }

    /// Brings the hold to what the call cost, and closes it.
    private func settle(
        _ status: ChargeStatus,
        _ settlement: Settlement,
        isLate: Bool = false,
        at now: Timestamp
    ) throws(SQLiteError) -> Settled {
        // What is settled as it is held moves nothing.
        if !settlement.isWhole { try sweep(status.account, at: now) }
        let cost = settlement.cost?.rawValue ?? status.cost
        var paid = cost
        var drawdown: Drawdown?
        if cost < status.cost {
            try giveBack(status.cost - cost, of: status, at: now)
        } else if cost > status.cost {
            let taken = try hold(try Credits(stored: cost - status.cost), more: status, at: now)
            paid = status.cost + taken.rawValue
            drawdown = try self.drawdown(of: status.account, by: taken)
        }
        let debt = try owe(cost - paid, status, settlement, at: now)
        try recount(status, settlement.counted)
        if let result = settlement.result { try run(.keepResult, status.id.rawValue, result) }
        try closeSettled(status, at: now)
        return Settled(
            paid: try Credits(stored: paid),
            debt: try Credits(stored: debt),
            short: try Credits(stored: cost - paid - debt),
            isLate: isLate,
            drawdown: drawdown
        )
    }

    private func closeSettled(_ status: ChargeStatus, at now: Timestamp) throws(SQLiteError) {
        if try run(.settle, status.id.rawValue, now) == 1 { return }
        for payment in try payments(of: status.id) {
            try write(.settle, status.account, held: -payment.credits, charge: status.id, grant: payment.grant, at: now)
        }
        try run(.close, status.id.rawValue, StoredState.settled, now, String?.none)
    }

    /// What the account couldn't pay it owes, as far as the policy lets it; the rest is short.
    ///
    /// - Returns: how much it owes more.
    private func owe(
        _ rest: Int64,
        _ status: ChargeStatus,
        _ settlement: Settlement,
        at now: Timestamp
    ) throws(SQLiteError) -> Int64 {
        guard rest > 0 else { return 0 }
        let owed = try first(.debt, status.account) { row throws(SQLiteError) in try row.credits(0).rawValue } ?? 0
        let allowed = settlement.overrun == .debt ? max(0, settlement.debtLimit.rawValue - owed) : 0
        let debt = min(rest, allowed)
        try run(.addDebt, status.id.rawValue, debt, rest - debt)
        if debt > 0 {
            try run(.changeDebt, status.account, debt)
            try write(.debt, status.account, debt: debt, charge: status.id, at: now)
        }
        return debt
    }

    /// The hold was refunded as abandoned, and the call has succeeded after all: it is charged anew, once.
    private func settleLate(
        _ status: ChargeStatus,
        _ settlement: Settlement,
        at now: Timestamp
    ) throws(SQLiteError) -> SettleResult {
        let id = try latestNumbers().charge + 1
        let quoted = try Credits(stored: status.quoted)
        let cost = settlement.cost ?? quoted
        guard try run(.follow, status.id.rawValue, id, holder.id, now, cost) == 1 else { return .notHeld }
        try run(.noteLate, status.id.rawValue, id)
        try keepLease(at: now)
        guard let late = try self.status(of: ChargeID(rawValue: id)) else {
            throw .inconsistent("a charge that was just made is not there")
        }
        var settlement = settlement
        settlement.cost = cost
        settlement.counted = [:]
        return .settled(try settle(late, settlement, isLate: true, at: now))
    }

    /// Gives everything back.
    ///
    /// - Returns: false when the charge is not held.
    func refund(_ charge: ChargeID, because reason: RefundReason, at now: Timestamp) throws(SQLiteError) -> Bool {
        try step { () throws(SQLiteError) in
            guard let status = try status(of: charge), status.state == .held else { return false }
            try sweep(status.account, at: now)
            try giveBack(status.cost, of: status, at: now)
            if status.cost == 0 { try write(.refund, status.account, charge: charge, at: now) }
            try recount(status, nil)
            try run(.dropKey, charge.rawValue)
            try run(.close, charge.rawValue, StoredState.refunded, now, reason.rawValue)
            return true
        }
    }
}
