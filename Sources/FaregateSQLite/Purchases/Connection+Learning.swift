import Faregate

/// What came of a provider's event about an order.
enum Learnt {
    /// - change: nil when nothing changed.
    case ofPurchase(PurchaseChange?, order: Int64)
    /// Kept until the order is known. `isNew` where it was not kept before.
    case ofUnknown(order: Int64, isNew: Bool)
    /// Not taken: the reason.
    case refused(String)
}

extension Connection {
    /// More facts than that no order has: a limit on memory and time.
    static let maximumFacts = 10_000

    /// Why an event waits that names no purchase on record.
    static let unknownOrder = "no purchase on record has any of its names"

    /// Takes in what a provider says of an order, and brings the account what the purchase is worth by now.
    func learn(_ event: PurchaseEvent, of provider: String, at now: Timestamp) throws(SQLiteError) -> Learnt {
        do throws(InvalidInput) { try event.check() } catch { return .refused(error.description) }
        switch try order(named: event.names, of: provider) {
        case .contradiction: return .refused("its names are those of two purchases")
        case .unknown(nil, _) where event.names.checkout == nil && event.names.payments.isEmpty:
            return .refused(Connection.unknownOrder)
        case .unknown(let known, let others):
            let order = if let known { known } else { try newOrder(of: provider, at: now) }
            try unite(order, with: others, event.names, of: provider)
            return .ofUnknown(order: order, isNew: try keep(event, of: order, at: now))
        case .purchase(let purchase, let others):
            let change = try change(purchase, at: now) { () throws(SQLiteError) in
                try unite(purchase.order, with: others, event.names, of: provider)
                if let checkout = event.names.checkout, purchase.checkout == nil {
                    try run(.attachCheckout, purchase.id, checkout, String?.none, Timestamp?.none)
                }
                _ = try keep(event, of: purchase.order, at: now)
            }
            return .ofPurchase(change, order: purchase.order)
        }
    }

    /// - Returns: whether the fact is new.
    private func keep(_ event: PurchaseEvent, of order: Int64, at now: Timestamp) throws(SQLiteError) -> Bool {
        try keepBilling(event.billing, of: order)
        return try add(event.fact, to: order, at: now)
    }

    /// - Returns: whether the fact is new.
    func add(_ fact: PurchaseFact, to order: Int64, at now: Timestamp) throws(SQLiteError) -> Bool {
        guard let text = json(fact) else { throw .inconsistent("a fact can't be written down") }
        return try run(.addFact, order, text, now) == 1
    }

    /// Does something to what is known of a purchase, and grants or takes back what that makes of difference.
    ///
    /// - Returns: nil when nothing has changed.
    func change(
        _ purchase: RecordedPurchase,
        at now: Timestamp,
        _ body: () throws(SQLiteError) -> Void
    ) throws(SQLiteError) -> PurchaseChange? {
        let before = try position(of: purchase)
        try body()
        try run(.settleFlagged, purchase.order, Connection.unknownOrder, now)
        let facts = try facts(of: purchase.order)
        guard facts.count <= Connection.maximumFacts else {
            throw .raising("an order has more than \(Connection.maximumFacts) facts")
        }
        let after = PurchasePosition(of: purchase.purchase, given: facts.map(\.fact))
        let debt = try bring(purchase, to: after, at: now)
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
