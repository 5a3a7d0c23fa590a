import Faregate

/// The result of recording a provider's event about an order.
enum RecordedEvent {
    /// The event belongs to a recorded purchase. The change is nil if nothing changed.
    case ofPurchase(Purchase.Change?, order: Int64)
    /// The event belongs to no recorded purchase. The order is nil if nothing was stored.
    case ofUnknown(order: Int64?)
    /// The event was refused, with the reason and the orders of the recorded purchases that it is about.
    case refused(String, orders: [Int64])
}

extension Books {
    /// An upper bound on the facts of one order: a limit on memory and time.
    static let maximumFacts = 10_000

    /// Records a provider's facts about an order, and grants or takes back credits, so that the credits granted for the
    /// purchase are those that its facts require.
    ///
    /// - Parameter keepsUnknown: whether facts about orders without a recorded purchase are stored.
    func record(
        _ event: Purchase.Event, of provider: String, keepsUnknown: Bool, at now: Timestamp
    ) throws(SQLError) -> RecordedEvent {
        var fault: String?
        do throws(InvalidInput) { try event.check() } catch { fault = error.description }
        switch try order(named: event.names, hint: event.hint, of: provider) {
        case .contradiction(let orders): return .refused(Inbox.Note.contradiction, orders: orders)
        case .unknown(let known, let others):
            guard keepsUnknown, fault == nil, event.names.isKnownToProvider else { return .ofUnknown(order: nil) }
            let order = if let known { known } else { try newOrder(of: provider, isUnknown: true, at: now) }
            try merge(order, with: others, event.names, of: provider)
            try note(order, hint: event.names.purchase, event.billing, of: provider, at: now)
            _ = try add(event.fact, to: order, at: now)
            return .ofUnknown(order: order)
        case .purchase(let purchase, let others):
            if let fault { return .refused(fault, orders: [purchase.order]) }
            let change = try change(purchase, at: now) { () throws(SQLError) in
                try merge(purchase.order, with: others, event.names, of: provider)
                if let checkout = event.names.checkout, purchase.checkout == nil {
                    try setCheckout(checkout, of: purchase.id)
                }
                try addBilling(event.billing, to: purchase.order)
                _ = try add(event.fact, to: purchase.order, at: now)
            }
            return .ofPurchase(change, order: purchase.order)
        }
    }

    /// The orders of recorded purchases with these names.
    func orders(named names: Purchase.Names, of provider: String) throws(SQLError) -> [Int64] {
        switch try order(named: names, hint: names.purchase, of: provider) {
        case .purchase(let purchase, _): [purchase.order]
        case .contradiction(let orders): orders
        case .unknown: []
        }
    }

    /// The payment page and its expiry stay unchanged if they are not given.
    func setCheckout(
        _ checkout: String, of purchase: Int64, page: String? = nil, until: Timestamp? = nil
    ) throws(SQLError) {
        try database.run(
            """
            UPDATE purchases SET checkout = ?2, checkout_url = coalesce(?3, checkout_url),
                checkout_until = coalesce(?4, checkout_until)
            WHERE id = ?1
            """,
            purchase, checkout, page, until
        )
    }

    /// - Returns: whether the fact is new.
    func add(_ fact: Purchase.Fact, to order: Int64, at now: Timestamp) throws(SQLError) -> Bool {
        guard let text = json(fact) else { throw .inconsistent("a fact can't be encoded as JSON") }
        return try database.run(
            "INSERT INTO facts (order_id, fact, at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING", order, text, now
        ) == 1
    }

    /// Changes the facts of a purchase, and grants or takes back credits, so that the credits granted for it are
    /// those that its facts require.
    ///
    /// - Returns: nil if nothing changed.
    func change(
        _ purchase: RecordedPurchase, at now: Timestamp, _ body: () throws(SQLError) -> Void
    ) throws(SQLError) -> Purchase.Change? {
        // Before its grants are read: calls of the account may run at the same time.
        try database.lock(.account(purchase.account))
        let before = try database.position(of: purchase)
        try body()
        try database.run(
            """
            UPDATE inbox SET state = 'done', note = NULL, acted_at = ?2
            WHERE +state = 'not ours' AND id IN (SELECT inbox_id FROM event_orders WHERE order_id = ?1)
            """,
            purchase.order, now
        )
        let facts = try database.facts(of: purchase.order)
        guard facts.count <= Books.maximumFacts else {
            throw .raising("an order has more than \(Books.maximumFacts) facts")
        }
        let after = Purchase.Position(of: purchase.purchase, given: facts.map(\.fact))
        let debt = try apply(purchase, to: after, isUnpaid: facts.allSatisfy(\.fact.isOfUnpaid), at: now)
        guard before != after || debt != 0 else { return nil }
        return Purchase.Change(
            purchase: purchase.purchase.id,
            account: purchase.purchase.account,
            before: before,
            after: after,
            debt: try Credits(stored: debt)
        )
    }
}
