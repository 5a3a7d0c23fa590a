public import Faregate

extension SQLiteLedger {
    public func heartbeat(at now: Timestamp) async throws(LedgerError) {
        try await writer.write { connection throws(SQLiteError) in
            let holder = connection.holder
            guard holder.isKnown, try connection.first(.holdsAnything, holder.id, read: { _ in true }) ?? false else {
                return
            }
            try connection.extendLease(at: now)
        }
    }

    public func recover(at now: Timestamp) async throws(LedgerError) -> [OpenCharge] {
        try await recover(at: now) { _ in }
    }

    /// - Parameters:
    ///   - now: leases that were over then.
    ///   - progress: is told how many charges are refunded so far, after each batch.
    package func recover(
        at now: Timestamp,
        progress: (Int) -> Void
    ) async throws(LedgerError) -> [OpenCharge] {
        var recovered: [OpenCharge] = []
        while true {
            let batch = try await writer.write { connection throws(SQLiteError) in try connection.recover(at: now) }
            recovered += batch
            if batch.isEmpty { return recovered }
            progress(recovered.count)
        }
    }

    public func openCharges(at now: Timestamp) async throws(LedgerError) -> [OpenCharge] {
        try readers.read { connection throws(SQLiteError) in
            try connection.rows(.open, Int64.min, read: OpenCharge.init)
        }
    }
}

extension OpenCharge {
    init(_ row: Row) throws(SQLiteError) {
        self.init(
            id: ChargeID(rawValue: row.integer(0)),
            account: try AccountID(stored: row.text(1)),
            action: row.text(2),
            cost: try row.credits(3),
            createdAt: Timestamp(rawValue: row.integer(4)),
            holder: row.text(5),
            deadline: Timestamp(rawValue: row.integer(6))
        )
    }
}

extension AccountID {
    /// A name that was checked before it was stored.
    init(stored name: String) throws(SQLiteError) {
        do throws(InvalidInput) { try self.init(name) } catch { throw .damaged("an account has no right name") }
    }
}

extension Connection {
    /// Refunds some of what is held by those whose lease is over. This process's own lease counts like any other:
    /// who holds something says so in time, or others would have refunded it.
    fileprivate func recover(at now: Timestamp) throws(SQLiteError) -> [OpenCharge] {
        var recovered: [OpenCharge] = []
        for charge in try rows(.abandoned, now, read: OpenCharge.init) {
            if try refund(charge.id, because: .abandoned, at: now) { recovered.append(charge) }
        }
        return recovered
    }
}

/// How much a grant holds for a charge.
struct Payment {
    let grant: Int64
    let credits: Int64

    init(_ row: Row) throws(SQLiteError) {
        grant = row.integer(0)
        credits = try row.credits(1).rawValue
    }
}

extension Connection {
    /// Of a charge that several grants pay, in burn order.
    func payments(of charge: ChargeID) throws(SQLiteError) -> [Payment] {
        try rows(.payments, charge.rawValue, read: Payment.init)
    }

    /// Takes more for a held charge, in burn order: as much as there is, up to so many credits.
    ///
    /// - Returns: how much was taken.
    func hold(_ credits: Credits, more status: ChargeStatus, at now: Timestamp) throws(SQLiteError) -> Credits {
        var missing = credits.rawValue
        let grants = try rows(.burnOrder, status.account, read: Payment.init)
        guard missing > 0, !grants.isEmpty else { return 0 }
        try split(status)
        for grant in grants where missing > 0 {
            let taken = min(missing, grant.credits)
            try run(.payFrom, grant.grant, taken)
            try run(.addPayment, status.id.rawValue, grant.grant, taken)
            try write(
                .charge,
                status.account,
                credits: -taken,
                held: taken,
                charge: status.id,
                grant: grant.grant,
                at: now
            )
            missing -= taken
        }
        let taken = credits.rawValue - missing
        try run(.changeHold, status.id.rawValue, taken)
        try run(.turn, status.account, Timestamp.never)
        return try Credits(stored: taken)
    }

    /// What one grant pays is written down like what several pay.
    private func split(_ status: ChargeStatus) throws(SQLiteError) {
        guard let grant = status.grant else { return }
        if status.cost > 0 { try run(.addPayment, status.id.rawValue, grant, status.cost) }
        try run(.splitHold, status.id.rawValue)
    }

    /// Gives some of a hold back to the grants that pay it, the last to burn first.
    func giveBack(_ credits: Int64, of status: ChargeStatus, at now: Timestamp) throws(SQLiteError) {
        guard credits > 0 else { return }
        var rest = credits
        if let grant = status.grant {
            try giveBack(rest, to: grant, of: status, at: now)
        } else {
            for payment in try payments(of: status.id).reversed() where rest > 0 {
                let returned = min(rest, payment.credits)
                try run(.returnPayment, status.id.rawValue, payment.grant, returned)
                try giveBack(returned, to: payment.grant, of: status, at: now)
                rest -= returned
            }
        }
        try run(.changeHold, status.id.rawValue, -credits)
    }

    /// A grant that expired meanwhile lives on for a while, with what is returned to it and no more.
    private func giveBack(
        _ credits: Int64,
        to grant: Int64,
        of status: ChargeStatus,
        at now: Timestamp
    ) throws(SQLiteError) {
        let known = try first(.grantStatus, grant) {
            (expiresAt: Timestamp(rawValue: $0.integer(1)), hasLapsed: $0.integer(2) == 1)
        }
        guard let known else { throw .inconsistent("a grant that paid is not there") }
        let hasLapsed = known.hasLapsed || known.expiresAt <= now
        let grace = now.advanced(byMilliseconds: status.graceMilliseconds)
        let expiresAt = hasLapsed ? max(known.expiresAt, grace) : known.expiresAt
        try run(.returnTo, grant, credits, expiresAt, Int64(hasLapsed ? 1 : 0))
        try run(.turn, status.account, expiresAt)
        try write(.refund, status.account, credits: credits, held: -credits, charge: status.id, grant: grant, at: now)
    }

    /// Brings what the limits counted to what the call came to; without that (nil), a refund gives back what gives back.
    func recount(_ status: ChargeStatus, _ counted: [String: Int64]?) throws(SQLiteError) {
        if counted?.isEmpty ?? false { return }
        for limit in status.counted {
            let known = try first(.limitNumbered, limit.limit) { ($0.text(2), LimitNumber($0)) }
            guard let (name, number) = known else { continue }
            var change: Int64
            if let counted {
                guard let amount = counted[name] else { continue }
                change = amount - limit.amount
            } else {
                change = limit.givesBack ? -limit.amount : 0
            }
            let isRolling = limit.windowStart == nil
            let counter = Counter(
                number,
                limit.scope,
                isRolling: isRolling,
                account: status.account,
                member: status.member
            )
            if isRolling {
                // A hit that has left the window counts no more.
                let amount = try first(.hit, counter.id, status.createdAt, status.id.rawValue) { $0.integer(0) }
                guard let amount else { continue }
                change = max(change, -amount)
                try run(.changeHit, counter.id, status.createdAt, status.id.rawValue, change)
            }
            try recount(counter, change, of: limit.windowStart)
        }
    }
}
