package import Faregate
import Foundation

extension SQLLedger {
    package func purchases(_ query: Purchase.Query) async throws(LedgerError) -> [Purchase.Record] {
        try await read { database throws(SQLError) in
            var records: [Purchase.Record] = []
            for purchase in try database.purchases(query) { records.append(try database.record(of: purchase)) }
            return records
        }
    }

    package func openCheckout(
        of account: AccountID, provider: String, request key: String, at now: Timestamp
    ) async throws(LedgerError) -> Purchase.Checkout? {
        try await read { database throws(SQLError) in
            try database.openCheckout(of: account, provider: provider, request: key, at: now)
        }
    }
}

extension SQLConnection {
    func openCheckout(
        of account: AccountID, provider: String, request key: String, besides own: Purchase.ID? = nil, at now: Timestamp
    ) throws(SQLError) -> Purchase.Checkout? {
        let purchases = try purchases(
            """
            WHERE accounts.name = ?1 AND purchases.provider = ?2 AND request_key = ?3 AND checkout_url IS NOT NULL
                AND coalesce(checkout_until > ?4, TRUE)
            ORDER BY purchases.id DESC LIMIT 10
            """,
            account, provider, key, now
        )
        for purchase in purchases where purchase.purchase.id != own {
            if try position(of: purchase).status == .opened, let checkout = purchase.openCheckout { return checkout }
        }
        return nil
    }

    fileprivate func purchases(_ query: Purchase.Query) throws(SQLError) -> [RecordedPurchase] {
        switch query {
        case .one(let id): try purchase(id).map { [$0] } ?? []
        case .checkout(let checkout, let provider):
            try purchases("WHERE purchases.provider = ?1 AND purchases.checkout = ?2", provider, checkout)
        case .named(let names, let provider): try purchases(named: names, of: provider)
        case .account(let account, let count):
            try purchases(
                "WHERE accounts.name = ?1 ORDER BY purchases.opened_at DESC, purchases.id DESC LIMIT ?2",
                account, limit(count)
            )
        case .flagged(let count):
            try purchases("WHERE flagged ORDER BY purchases.opened_at DESC, purchases.id DESC LIMIT ?1", limit(count))
        case .awaited(let provider, let count):
            try purchases(
                """
                WHERE purchases.provider = ?1 AND position = 0 AND NOT unpaid AND EXISTS (
                    SELECT json_extract(fact, '$.payment') FROM facts
                    WHERE facts.order_id = purchases.order_id AND json_extract(fact, '$.fact') = 'pending'
                    EXCEPT
                    SELECT json_extract(fact, '$.payment') FROM facts
                    WHERE facts.order_id = purchases.order_id AND json_extract(fact, '$.fact') = 'failed')
                AND NOT EXISTS (
                    SELECT 1 FROM facts
                    WHERE facts.order_id = purchases.order_id AND json_extract(fact, '$.fact') = 'paid')
                ORDER BY purchases.opened_at, purchases.id LIMIT ?2
                """,
                provider, limit(count)
            )
        case .latest(let count):
            try purchases("ORDER BY purchases.opened_at DESC, purchases.id DESC LIMIT ?1", limit(count))
        }
    }

    private func purchases(
        named names: Purchase.Names, of provider: String
    ) throws(SQLError) -> [RecordedPurchase] {
        var found: [RecordedPurchase] = []
        for order in try orders(named: names, of: provider).sorted() {
            if let purchase = try purchase(ofOrder: order) { found.append(purchase) }
        }
        guard let hinted = try purchase(hint: names.purchase, of: provider) else { return found }
        return found.contains { $0.id == hinted.id } ? found : found + [hinted]
    }

    func record(of purchase: RecordedPurchase) throws(SQLError) -> Purchase.Record {
        // In the order of arrival. Facts that arrived at the same time have no defined order.
        let facts = try facts(of: purchase.order).sorted { $0.at < $1.at }
        return Purchase.Record(
            purchase: purchase.purchase,
            checkout: purchase.checkout,
            position: Purchase.Position(of: purchase.purchase, given: facts.map(\.fact)),
            facts: facts.map(\.fact),
            billing: try billing(of: purchase.order),
            openedAt: purchase.openedAt,
            paidAt: facts.first { if case .paid = $0.fact { true } else { false } }?.at
        )
    }
}

extension RecordedPurchase {
    fileprivate var openCheckout: Purchase.Checkout? {
        guard let checkout, let url = page.flatMap({ URL(string: $0) }) else { return nil }
        return Purchase.Checkout(purchase: purchase.id, id: checkout, url: url, expiresAt: expiresAt)
    }
}
