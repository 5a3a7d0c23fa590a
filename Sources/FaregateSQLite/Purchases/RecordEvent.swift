import Faregate

/// What came of a provider's event about an order.
enum RecordedEvent {
    /// - change: nil when nothing changed.
    case ofPurchase(PurchaseChange?, order: Int64)
    /// Kept until the order is known. `isNew` where it was not kept before.
    case ofUnknown(order: Int64, isNew: Bool)
    /// Not taken: the reason.
    case refused(String)
}

extension Books {
    /// More facts than that no order has: a limit on memory and time.
    static let maximumFacts = 10_000

    /// Why an event waits that names no purchase on record.
    static let unknownOrder = "no purchase on record has any of its names"

    /// Records what a provider says of an order, and grants or takes back what that makes of difference.
    func record(_ event: PurchaseEvent, of provider: String, at now: Timestamp) throws(SQLiteError) -> RecordedEvent {
        do throws(InvalidInput) { try event.check() } catch { return .refused(error.description) }
        switch try order(named: event.names, of: provider) {
        case .contradiction: return .refused("its names are those of two purchases")
        case .unknown(nil, _) where event.names.checkout == nil && event.names.payments.isEmpty:
            return .refused(Books.unknownOrder)
        case .unknown(let known, let others):
            let order = if let known { known } else { try newOrder(of: provider, at: now) }
            try merge(order, with: others, event.names, of: provider)
            return .ofUnknown(order: order, isNew: try addFact(of: event, to: order, at: now))
        case .purchase(let purchase, let others):
            let change = try change(purchase, at: now) { () throws(SQLiteError) in
                try merge(purchase.order, with: others, event.names, of: provider)
                if let checkout = event.names.checkout, purchase.checkout == nil {
                    try setCheckout(checkout, of: purchase.id)
                }
                _ = try addFact(of: event, to: purchase.order, at: now)
            }
            return .ofPurchase(change, order: purchase.order)
        }
    }

    /// The page where the customer pays, and until when, stay as they are where they are not given.
    func setCheckout(
        _ checkout: String, of purchase: Int64, page: String? = nil, until: Timestamp? = nil
    ) throws(SQLiteError) {
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
    private func addFact(of event: PurchaseEvent, to order: Int64, at now: Timestamp) throws(SQLiteError) -> Bool {
        try addBilling(event.billing, to: order)
        return try add(event.fact, to: order, at: now)
    }

    /// - Returns: whether the fact is new.
    func add(_ fact: PurchaseFact, to order: Int64, at now: Timestamp) throws(SQLiteError) -> Bool {
        guard let text = json(fact) else { throw .inconsistent("a fact can't be written down") }
        return try database.run(
            "INSERT INTO facts (order_id, fact, at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING", order, text, now
        ) == 1
    }

    /// Does something to what is known of a purchase, and grants or takes back what that makes of difference.
    ///
    /// - Returns: nil when nothing has changed.
    func change(
        _ purchase: RecordedPurchase, at now: Timestamp, _ body: () throws(SQLiteError) -> Void
    ) throws(SQLiteError) -> PurchaseChange? {
        let before = try database.position(of: purchase)
        try body()
        try database.run(
            """
            UPDATE inbox SET state = 'done', note = NULL, acted_at = ?3, body = iif(\(Books.isForgotten), x'', body)
            WHERE state = 'flagged' AND note = ?2 AND id IN (SELECT inbox_id FROM event_orders WHERE order_id = ?1)
                AND NOT EXISTS (
                    SELECT 1 FROM event_orders JOIN orders ON orders.id = order_id
                    WHERE inbox_id = inbox.id AND joined IS NULL
                        AND NOT EXISTS (SELECT 1 FROM purchases WHERE purchases.order_id = orders.id))
            """,
            purchase.order, Books.unknownOrder, now
        )
        let facts = try database.facts(of: purchase.order)
        guard facts.count <= Books.maximumFacts else {
            throw .raising("an order has more than \(Books.maximumFacts) facts")
        }
        let after = PurchasePosition(of: purchase.purchase, given: facts.map(\.fact))
        let debt = try apply(purchase, to: after, at: now)
        guard before != after || debt != 0 else { return nil }
        return PurchaseChange(
            purchase: purchase.purchase.id,
            account: purchase.purchase.account,
            before: before,
            after: after,
            debt: try Credits(stored: debt)
        )
    }
}
