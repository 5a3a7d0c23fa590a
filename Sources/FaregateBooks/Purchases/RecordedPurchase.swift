package import Faregate
import Foundation

/// A purchase as recorded in its row.
package struct RecordedPurchase {
    package let id: Int64
    package let order: Int64
    package let account: Int64
    /// The net credits that it has granted.
    package let position: Int64
    let checkout: String?
    let openedAt: Timestamp
    package let page: String?
    let expiresAt: Timestamp?
    package let purchase: Purchase

    /// The number of columns that it reads.
    package static let columnCount = 22

    /// Selects the columns that ``init(_:)`` reads, and whether the purchase is flagged and unpaid.
    package static let query = """
        SELECT purchases.id, order_id, account_id, position, checkout, purchases.opened_at, checkout_url, checkout_until,
            purchases.name, provider, accounts.name, pack, product, quantity, credits, price_minor, currency,
            lifetime_ms, policy_version, request_key, allows_discounts, purchases.actions, flagged, unpaid
        FROM purchases JOIN accounts ON accounts.id = purchases.account_id
        """

    package init(_ row: any SQLRow) throws(SQLError) {
        id = row.integer(0)
        order = row.integer(1)
        account = row.integer(2)
        position = try row.credits(3).rawValue
        checkout = row.optionalText(4)
        openedAt = Timestamp(rawValue: row.integer(5))
        page = row.optionalText(6)
        expiresAt = row.optionalInteger(7).map(Timestamp.init)
        purchase = Purchase(
            id: try Purchase.ID(stored: row.text(8)),
            provider: row.text(9),
            account: try AccountID(stored: row.text(10)),
            pack: row.text(11),
            product: row.optionalText(12),
            quantity: Int(row.integer(13)),
            credits: try row.credits(14),
            price: Money(minorUnits: row.integer(15), currency: row.text(16)),
            lifetimeMilliseconds: row.optionalInteger(17),
            actions: try row.actions(21),
            policyVersion: row.text(18),
            requestKey: row.optionalText(19),
            allowsDiscounts: row.integer(20) == 1
        )
    }
}

extension Purchase.ID {
    /// A name that was validated before it was stored.
    fileprivate init(stored name: String) throws(SQLError) {
        do throws(InvalidInput) { try self.init(name) } catch { throw .damaged("a purchase has an invalid id") }
    }
}

/// A fact, and when it was first reported.
package struct KnownFact {
    package let fact: Purchase.Fact
    let at: Timestamp

    init(_ row: any SQLRow) throws(SQLError) {
        guard let fact = value(Purchase.Fact.self, fromJSON: row.text(0)) else {
            throw .damaged("a fact about a purchase can't be read")
        }
        self.fact = fact
        at = Timestamp(rawValue: row.integer(1))
    }
}

extension SQLConnection {
    /// - Parameter clause: the SQL for selection and order.
    package func purchases<each Value: SQLValue>(
        _ clause: String, _ values: repeat each Value
    ) throws(SQLError) -> [RecordedPurchase] {
        try rows(RecordedPurchase.query + "\n" + clause, repeat each values, read: RecordedPurchase.init)
    }

    package func purchase(_ id: Purchase.ID) throws(SQLError) -> RecordedPurchase? {
        try purchases("WHERE purchases.name = ?1", id.rawValue).first
    }

    /// The recorded purchase of this provider that a hint names, even if it has another checkout.
    package func purchase(hint: String?, of provider: String) throws(SQLError) -> RecordedPurchase? {
        guard let id = hint.flatMap({ try? Purchase.ID($0) }), let purchase = try purchase(id) else { return nil }
        return purchase.purchase.provider == provider ? purchase : nil
    }

    package func purchase(ofOrder order: Int64) throws(SQLError) -> RecordedPurchase? {
        try purchases("WHERE purchases.order_id = ?1", order).first
    }

    package func facts(of order: Int64) throws(SQLError) -> [KnownFact] {
        try rows("SELECT fact, at FROM facts WHERE order_id = ?1", order, read: KnownFact.init)
    }

    /// Who paid an order; nil if unknown or deleted.
    func billing(of order: Int64) throws(SQLError) -> Purchase.BillingDetails? {
        try first("SELECT details FROM billing WHERE order_id = ?1", order) { $0.optionalText(0) }.flatMap(\.self)
            .flatMap { value(Purchase.BillingDetails.self, fromJSON: $0) }
    }

    /// The position of the purchase by its facts.
    package func position(of recorded: RecordedPurchase) throws(SQLError) -> Purchase.Position {
        Purchase.Position(of: recorded.purchase, given: try facts(of: recorded.order).map(\.fact))
    }
}
