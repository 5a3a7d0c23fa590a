package import Faregate

/// The credits that a purchase has granted so far, by its journal lines.
private struct PurchaseLines {
    /// Grants less reversals and debts.
    private(set) var position: Int64 = 0
    /// The highest position that it ever had.
    private(set) var highest: Int64 = 0
    /// The credits that had expired when they were taken back, and were not returned since.
    private(set) var lapsed: Int64 = 0
    private(set) var grantCount = 0
    /// The general credits (for all actions) that were taken back, including debt, and not returned since.
    private(set) var general: Int64 = 0

    mutating func add(_ row: any SQLRow) {
        let (kind, credits, debt) = (row.text(0), row.integer(1), row.integer(2))
        if kind == Entry.Kind.expire.rawValue {
            lapsed += credits
        } else {
            position += credits - debt
            highest = max(highest, position)
        }
        if kind == Entry.Kind.grant.rawValue { grantCount += 1 }
        if row.integer(3) == 1, kind != Entry.Kind.expire.rawValue { general -= credits - debt }
    }

    /// Of these credits, granted again now, the part that had expired before it was taken back. Credits are granted
    /// again in the reverse order: expired credits were taken back first, so they come last.
    func lapsed(of credits: Int64) -> Int64 {
        let alive = highest - position - lapsed
        return min(lapsed, max(0, credits - alive))
    }
}

extension Books {
    /// Grants or takes back the difference between a purchase's position and its granted credits.
    ///
    /// - Parameter isUnpaid: whether no payment has been reported, not even a pending one.
    /// - Returns: the change of the account's debt; negative if it decreased.
    package func apply(
        _ purchase: RecordedPurchase, to position: Purchase.Position, isUnpaid: Bool, at now: Timestamp
    ) throws(SQLError) -> Int64 {
        try database.run(
            "UPDATE purchases SET flagged = ?2, unpaid = ?3 WHERE id = ?1 AND (flagged, unpaid) <> (?2, ?3)",
            purchase.id, !position.flags.isEmpty, isUnpaid
        )
        let difference = position.credits.rawValue - purchase.position
        guard difference != 0 else { return 0 }
        try expireGrants(of: purchase.account, at: now)
        let owed = try debt(of: purchase.account)
        if difference > 0 {
            try grant(difference, for: purchase, at: now)
        } else {
            try takeBack(-difference, for: purchase, at: now)
        }
        guard try database.purchase(ofOrder: purchase.order)?.position == position.credits.rawValue else {
            throw .inconsistent("the credits of a purchase differ from its position after a change")
        }
        return try debt(of: purchase.account) - owed
    }

    /// The lifetime of credits starts when they are granted, also after a won dispute: they could not
    /// be spent meanwhile.
    private func grant(_ credits: Int64, for purchase: RecordedPurchase, at now: Timestamp) throws(SQLError) {
        var lines = PurchaseLines()
        _ = try database.rows(
            """
            SELECT kind, credits, debt, grants.actions IS NULL
            FROM purchase_entries JOIN journal ON journal.id = entry LEFT JOIN grants ON grants.id = grant_id
            WHERE purchase_id = ?1
            ORDER BY entry
            """,
            purchase.id
        ) { lines.add($0) }
        let lapsed = lines.lapsed(of: credits)
        let reference = "\(purchase.purchase.provider):\(purchase.purchase.id)"
        var number = lines.grantCount
        func grant(_ credits: Int64, for actions: [String]?, until expiresAt: Timestamp) throws(SQLError) {
            guard credits > 0 else { return }
            number += 1
            let grant = NewGrant(
                reference: number == 1 ? reference : "\(reference)/\(number)",
                source: .purchase,
                credits: try Credits(stored: credits),
                actions: actions,
                expiresAt: expiresAt,
                purchase: purchase.id
            )
            guard try insert(grant, for: purchase.account, at: now) != nil else {
                throw .inconsistent("a grant with the purchase's reference exists already")
            }
        }
        let actions = purchase.purchase.actions
        let expiresAt = purchase.purchase.lifetimeMilliseconds.map(now.advanced(byMilliseconds:)) ?? .never
        // If general credits were taken back because the purchase's own were spent, general credits return.
        let general = actions == nil ? 0 : min(credits - lapsed, max(0, lines.general))
        try grant(general, for: nil, until: expiresAt)
        try grant(credits - lapsed - general, for: actions, until: expiresAt)
        // These had expired before they were taken back, so the new grant expires at once.
        try grant(lapsed, for: actions, until: now)
    }

    /// Takes from the purchase's expired credits, then from its remaining ones, then from the account's other
    /// credits in spending order. The account owes the rest.
    private func takeBack(_ credits: Int64, for purchase: RecordedPurchase, at now: Timestamp) throws(SQLError) {
        var rest = credits
        let own = try database.rows(
            """
            SELECT grants.id, grants.remaining, grants.expired
            FROM purchase_entries JOIN journal ON journal.id = entry JOIN grants ON grants.id = journal.grant_id
            WHERE purchase_id = ?1 AND journal.kind = 'grant'
            ORDER BY priority, expires_at, position, grants.id
            """,
            purchase.id
        ) { (id: $0.integer(0), left: $0.integer(1), expired: $0.integer(2)) }
        for grant in own where rest > 0 && grant.expired > 0 {
            let taken = min(rest, grant.expired)
            try database.run(
                "UPDATE grants SET expired = expired - ?2, reversed = reversed + ?2 WHERE id = ?1", grant.id, taken
            )
            try append(.expire, purchase, credits: taken, grant: grant.id, at: now)
            try append(.reverse, purchase, credits: -taken, grant: grant.id, at: now)
            rest -= taken
        }
        for grant in own where rest > 0 && grant.left > 0 {
            rest -= try reverse(min(rest, grant.left), of: grant.id, for: purchase, at: now)
        }
        if rest > 0 {
            for grant in try grantsInBurnOrder(of: purchase.account) where rest > 0 {
                rest -= try reverse(min(rest, grant.credits), of: grant.grant, for: purchase, at: now)
            }
        }
        if rest > 0 {
            try changeDebt(of: purchase.account, by: rest)
            try append(.debt, purchase, debt: rest, at: now)
        }
    }

    private func reverse(
        _ credits: Int64, of grant: Int64, for purchase: RecordedPurchase, at now: Timestamp
    ) throws(SQLError) -> Int64 {
        try reverse(credits, of: grant)
        try append(.reverse, purchase, credits: -credits, grant: grant, at: now)
        return credits
    }

    /// Appends a journal line for the purchase.
    private func append(
        _ kind: Entry.Kind,
        _ purchase: RecordedPurchase,
        credits: Int64 = 0,
        debt: Int64 = 0,
        grant: Int64? = nil,
        at now: Timestamp
    ) throws(SQLError) {
        let entry = Entry(kind: kind, account: purchase.account, credits: credits, debt: debt, grant: grant, at: now)
        try link(try append(entry), to: purchase.id)
    }

    /// Records that a journal line belongs to a purchase.
    func link(_ entry: Int64, to purchase: Int64) throws(SQLError) {
        try database.run("INSERT INTO purchase_entries (purchase_id, entry) VALUES (?1, ?2)", purchase, entry)
    }
}
