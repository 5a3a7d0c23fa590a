import Faregate

/// What a purchase has brought the account so far, by its lines of the journal.
private struct PurchaseLines {
    /// Grants less reversals and debts.
    private(set) var position: Int64 = 0
    /// The highest position that it ever had.
    private(set) var highest: Int64 = 0
    /// What had expired when it was taken back, and hasn't come back since.
    private(set) var lapsed: Int64 = 0
    private(set) var grantCount = 0

    mutating func add(_ row: Row) {
        let (kind, credits, debt) = (row.text(0), row.integer(1), row.integer(2))
        if kind == JournalKind.expire.rawValue {
            lapsed += credits
        } else {
            position += credits - debt
            highest = max(highest, position)
        }
        if kind == JournalKind.grant.rawValue { grantCount += 1 }
    }

    /// How much of what is granted now comes back expired. What was taken first comes back last, and what had expired was
    /// taken first.
    func lapsed(of credits: Int64) -> Int64 {
        let alive = highest - position - lapsed
        return min(lapsed, max(0, credits - alive))
    }
}

extension Connection {
    /// Grants or takes back what the account lacks or has too much of for a purchase.
    ///
    /// - Returns: how much more the account owes than before, or less, below zero.
    func bring(
        _ purchase: RecordedPurchase,
        to position: PurchasePosition,
        at now: Timestamp
    ) throws(SQLiteError) -> Int64 {
        try run(.flagPurchase, purchase.id, Int64(position.flags.isEmpty ? 0 : 1))
        let difference = position.credits.rawValue - purchase.position
        guard difference != 0 else { return 0 }
        try sweep(purchase.account, at: now)
        let owed = try debt(of: purchase.account)
        if difference > 0 {
            try grant(difference, for: purchase, at: now)
        } else {
            try takeBack(-difference, for: purchase, at: now)
        }
        guard try self.purchase(ofOrder: purchase.order)?.position == position.credits.rawValue else {
            throw .inconsistent("a purchase was not brought to its position")
        }
        return try debt(of: purchase.account) - owed
    }

    private func debt(of account: Int64) throws(SQLiteError) -> Int64 {
        try first(.debt, account) { row throws(SQLiteError) in try row.credits(0).rawValue } ?? 0
    }

    /// Credits live from the moment that they are granted, also those that come back after a dispute: nobody could spend
    /// them meanwhile.
    private func grant(_ credits: Int64, for purchase: RecordedPurchase, at now: Timestamp) throws(SQLiteError) {
        var lines = PurchaseLines()
        _ = try rows(.purchaseEntries, purchase.id) { lines.add($0) }
        let lapsed = lines.lapsed(of: credits)
        let reference = "\(purchase.purchase.provider):\(purchase.purchase.id)"
        var number = lines.grantCount
        func next(_ credits: Int64, _ expiresAt: Timestamp) throws(SQLiteError) -> NewGrant {
            number += 1
            return NewGrant(
                reference: number == 1 ? reference : "\(reference)/\(number)",
                source: .purchase,
                credits: try Credits(stored: credits),
                expiresAt: expiresAt,
                purchase: purchase.id
            )
        }
        if credits > lapsed {
            let expiresAt = purchase.purchase.lifetimeMilliseconds.map(now.advanced(byMilliseconds:)) ?? .never
            let id = try insertGrant(try next(credits - lapsed, expiresAt), to: purchase.account, at: now)
            guard id != nil else { throw .inconsistent("a grant of the purchase's reference is there already") }
        }
        if lapsed > 0 {
            let id = try insertGrant(try next(lapsed, now), to: purchase.account, paysDebt: false, at: now)
            guard let id else { throw .inconsistent("a grant of the purchase's reference is there already") }
            try run(.expireGrant, id)
            try enter(.expire, purchase, credits: -lapsed, grant: id, at: now)
            try run(.turn, purchase.account, Timestamp.never)
        }
    }

    /// From what of the purchase expired unspent, then from what is left of it, then from what else the account can spend, in
    /// burn order. What is not there any more the account owes.
    private func takeBack(_ credits: Int64, for purchase: RecordedPurchase, at now: Timestamp) throws(SQLiteError) {
        var rest = credits
        let own = try rows(.ownGrants, purchase.id) { (id: $0.integer(0), left: $0.integer(1), expired: $0.integer(2)) }
        for grant in own where rest > 0 && grant.expired > 0 {
            let taken = min(rest, grant.expired)
            try run(.reverseExpired, grant.id, taken)
            try enter(.expire, purchase, credits: taken, grant: grant.id, at: now)
            try enter(.reverse, purchase, credits: -taken, grant: grant.id, at: now)
            rest -= taken
        }
        for grant in own where rest > 0 && grant.left > 0 {
            rest -= try reverse(min(rest, grant.left), of: grant.id, for: purchase, at: now)
        }
        if rest > 0 {
            for grant in try rows(.burnOrder, purchase.account, read: Payment.init) where rest > 0 {
                rest -= try reverse(min(rest, grant.credits), of: grant.grant, for: purchase, at: now)
            }
        }
        if rest > 0 {
            try run(.changeDebt, purchase.account, rest)
            try enter(.debt, purchase, debt: rest, at: now)
        }
        try run(.turn, purchase.account, Timestamp.never)
    }

    private func reverse(
        _ credits: Int64,
        of grant: Int64,
        for purchase: RecordedPurchase,
        at now: Timestamp
    ) throws(SQLiteError) -> Int64 {
        try run(.reverse, grant, credits)
        try enter(.reverse, purchase, credits: -credits, grant: grant, at: now)
        return credits
    }

    /// A line of the journal that the purchase brings about.
    private func enter(
        _ kind: JournalKind,
        _ purchase: RecordedPurchase,
        credits: Int64 = 0,
        debt: Int64 = 0,
        grant: Int64? = nil,
        at now: Timestamp
    ) throws(SQLiteError) {
        try write(kind, purchase.account, credits: credits, debt: debt, grant: grant, at: now)
        try run(.enterPurchase, purchase.id, lastInsertedID)
    }
}
