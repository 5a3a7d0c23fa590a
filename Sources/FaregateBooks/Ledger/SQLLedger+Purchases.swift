package import Faregate
import Foundation

extension SQLLedger {
    package func record(_ purchase: Purchase, under plans: PlanBook, at now: Timestamp) async throws(LedgerError) {
        let full = try await write(.purchases) { books throws(SQLError) -> Timestamp? in
            guard try books.database.purchase(purchase.id) == nil else { return nil }
            let account = try books.refresh(purchase.account, under: plans, at: now)
            if let moment = try books.database.nextClosing(ofOpenCheckoutsOf: account, at: now) { return moment }
            try books.insert(purchase, for: account, at: now)
            return nil
        }
        if let full { throw Purchase.OpenCheckoutLimit.error(until: full) }
    }

    @discardableResult
    package func attach(
        _ checkout: Purchase.Checkout, to purchase: Purchase.ID, at now: Timestamp
    ) async throws(LedgerError) -> (checkout: Purchase.Checkout, change: Purchase.Change?) {
        try await erase { books throws(SQLError) in
            if let other = try books.openCheckout(besides: purchase, at: now) { return (other, nil) }
            return (checkout, try books.attach(checkout, to: purchase, at: now))
        }
    }

    package func adopt(
        _ purchase: Purchase, knowing events: [Purchase.Event], _ note: Ledger.Note, under plans: PlanBook,
        openedAt: Timestamp, at now: Timestamp
    ) async throws(LedgerError) -> [Purchase.Change] {
        try await erase { books throws(SQLError) in
            if try books.database.purchase(purchase.id) == nil {
                let account = try books.refresh(purchase.account, under: plans, at: now)
                try books.insert(purchase, for: account, at: openedAt)
                try books.keepForgotten(purchase.id, of: account, at: now)
                try books.add(note, "adopted purchase \(purchase.id)", to: account, at: now)
            }
            return try books.record(events, of: purchase.provider, at: now)
        }
    }

    package func record(
        _ events: [Purchase.Event], of provider: String, isRehearsal: Bool, at now: Timestamp
    ) async throws(LedgerError) -> [Purchase.Change] {
        try await erase { books throws(SQLError) in
            isRehearsal
                ? try books.rehearsal { () throws(SQLError) in try books.record(events, of: provider, at: now) }
                : try books.record(events, of: provider, at: now)
        }
    }

    package func decide(
        _ decision: Purchase.Decision, of purchase: Purchase.ID, _ note: Ledger.Note, at now: Timestamp
    ) async throws(LedgerError) -> Purchase.Change? {
        try await erase { books throws(SQLError) in
            guard let recorded = try books.database.purchase(purchase) else { return nil }
            return try books.decide(decision, of: recorded, note, at: now)
        }
    }

    /// Deletes the details of the account's payers, and then their traces in the database.
    ///
    /// - Throws: `LedgerError`, also if the traces can't be erased now. In that case the details are already deleted;
    ///   repeat the call to erase the traces.
    package func forget(
        _ account: AccountID, _ note: Ledger.Note, at now: Timestamp
    ) async throws(LedgerError) -> Purchase.ForgottenDetails? {
        let details = try await erase { books throws(SQLError) in try books.forget(account, note, at: now) }
        if details != nil { try await eraseTraces() }
        return details
    }

    /// A write that also overwrites the old contents of the rows that it changes. (PostgreSQL can't do that.)
    func erase<Value: Sendable>(
        _ work: @escaping @Sendable (Books) throws(SQLError) -> Value
    ) async throws(LedgerError) -> Value {
        try await write(.purchases) { books throws(SQLError) in
            try books.database.erasing { () throws(SQLError) in try work(books) }
        }
    }
}

extension Books {
    /// The open checkout of an earlier purchase with the same request key.
    fileprivate func openCheckout(
        besides purchase: Purchase.ID, at now: Timestamp
    ) throws(SQLError) -> Purchase.Checkout? {
        guard let sold = try database.purchase(purchase)?.purchase, let key = sold.requestKey else { return nil }
        return try database.openCheckout(
            of: sold.account, provider: sold.provider, request: key, besides: purchase, at: now
        )
    }

    fileprivate func insert(_ purchase: Purchase, for account: Int64, at now: Timestamp) throws(SQLError) {
        try database.run(
            """
            INSERT INTO purchases (order_id, account_id, name, provider, pack, product, quantity, credits, price_minor,
                currency, lifetime_ms, policy_version, request_key, allows_discounts, opened_at, actions)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
            """,
            try newOrder(of: purchase.provider, isUnknown: false, at: now), account, purchase.id.rawValue,
            purchase.provider,
            purchase.pack, purchase.product, Int64(purchase.quantity), purchase.credits, purchase.price.minorUnits,
            purchase.price.currency, purchase.lifetimeMilliseconds, purchase.policyVersion, purchase.requestKey,
            purchase.allowsDiscounts, now, purchase.actions.flatMap { json($0) }
        )
    }

    /// Adds the checkout's id to the names of the order: facts already received for that checkout count at once.
    fileprivate func attach(
        _ checkout: Purchase.Checkout, to id: Purchase.ID, at now: Timestamp
    ) throws(SQLError) -> Purchase.Change? {
        guard let purchase = try database.purchase(id) else {
            throw .raising("there is no purchase \(id) to attach a checkout to")
        }
        let taken = "purchase \(id) has another checkout already, or this checkout belongs to another purchase"
        let (names, provider) = (Purchase.Names(checkout: checkout.id), purchase.purchase.provider)
        var others: [Int64] = []
        switch try order(named: names, hint: nil, of: provider) {
        case .purchase(let owner, _) where owner.id == purchase.id: break
        case .purchase, .contradiction: throw .raising(taken)
        case .unknown(let order, let more): others = [order].compactMap(\.self) + more
        }
        guard purchase.checkout == nil || purchase.checkout == checkout.id else { throw .raising(taken) }
        return try change(purchase, at: now) { () throws(SQLError) in
            try setCheckout(
                checkout.id, of: purchase.id, page: checkout.url.absoluteString, until: checkout.expiresAt
            )
            try merge(purchase.order, with: others, names, of: provider)
        }
    }

    /// An event may have a name that only a later event connects to a purchase. So unmatched events are tried again
    /// until a round matches none.
    fileprivate func record(
        _ events: [Purchase.Event], of provider: String, at now: Timestamp
    ) throws(SQLError) -> [Purchase.Change] {
        var changes: [Purchase.Change] = []
        var left = events
        var isProgress = true
        while isProgress && !left.isEmpty {
            var unknown: [Purchase.Event] = []
            for event in left {
                switch try record(event, of: provider, keepsUnknown: false, at: now) {
                case .ofPurchase(let change, _): if let change { changes.append(change) }
                case .ofUnknown: unknown.append(event)
                case .refused: changes.append(.unknown)
                }
            }
            isProgress = unknown.count < left.count
            left = unknown
        }
        return changes + left.map { _ in .unknown }
    }

    fileprivate func decide(
        _ decision: Purchase.Decision, of purchase: RecordedPurchase, _ note: Ledger.Note, at now: Timestamp
    ) throws(SQLError) -> Purchase.Change {
        let position = try database.position(of: purchase)
        let fact: Purchase.Fact?
        do throws(InvalidInput) { fact = try position.fact(for: decision) } catch { throw .raising(error.description) }
        var changed: Purchase.Change?
        if let fact {
            changed = try change(purchase, at: now) { () throws(SQLError) in
                _ = try add(fact, to: purchase.order, at: now)
            }
            try add(note, decision.words(purchase.purchase.id), to: purchase.account, at: now)
        }
        return changed
            ?? Purchase.Change(
                purchase: purchase.purchase.id,
                account: purchase.purchase.account,
                before: position,
                after: position,
                debt: .zero
            )
    }

    /// Runs the body, then undoes its changes.
    fileprivate func rehearsal<Value>(_ body: () throws(SQLError) -> Value) throws(SQLError) -> Value {
        try database.run("SAVEPOINT rehearsal")
        let value = try body()
        try database.run("ROLLBACK TO rehearsal")
        try database.run("RELEASE rehearsal")
        forget()
        return value
    }
}

extension Purchase.Decision {
    /// The text of the decision, for the note.
    fileprivate func words(_ purchase: Purchase.ID) -> String {
        switch self {
        case .approve: "approved purchase \(purchase)"
        case .count(let claim, let amount): "counted \(claim) of purchase \(purchase) as \(amount)"
        }
    }
}

extension Purchase.Change {
    static let unknown = Purchase.Change(purchase: nil, account: nil, before: nil, after: nil, debt: .zero)
}
