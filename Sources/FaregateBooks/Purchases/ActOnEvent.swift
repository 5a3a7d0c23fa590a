import Faregate
import Foundation

/// An event in the inbox, by its number.
struct StoredEvent {
    package let id: Int64
    let provider: String
    let state: Inbox.State
    /// The number of earlier attempts.
    let attempts: Int64
    let hasBody: Bool
    /// The body of an event that is new, or that was not ours so far. It is stored only if it is needed.
    let body: Data?

    fileprivate init(_ row: any SQLRow, of provider: String, body: Data? = nil) {
        id = row.integer(0)
        self.provider = provider
        state = Inbox.State(rawValue: row.text(1)) ?? .pending
        attempts = row.integer(2)
        hasBody = row.integer(3) == 1
        let isNew = row.integer(4) == 1
        self.body = isNew || state == .notOurs ? body : nil
    }

    /// A minute after the first attempt, and twice as long after each further one, up to an hour.
    var retryMilliseconds: Int64 { min(3_600_000, 60_000 << min(attempts, 6)) }
}

extension Books {
    /// Stores and processes an event in one transaction. If processing fails, the event is stored all the same. An
    /// error that ends the transaction also loses the event, and the provider sends it again.
    ///
    /// An event that is found not to be ours keeps no body.
    func receive(_ event: Inbox.Event, _ reading: Inbox.Reading, at now: Timestamp) throws(SQLError) -> Inbox.Receipt {
        let id = event.id
        let stored = try database.first(
            """
            INSERT INTO inbox (provider, event, type, body, received_at, retry_at) VALUES (?1, ?2, ?3, x'', ?4, ?4)
            ON CONFLICT (provider, event) DO UPDATE SET deliveries = inbox.deliveries + 1
            RETURNING id, state, attempts, length(body) > 0, deliveries
            """,
            id.provider, id.event, event.type, now
        ) { StoredEvent($0, of: id.provider, body: event.body) }
        guard let stored else { throw .inconsistent("an event could neither be stored nor found") }
        return try act(on: stored, reading, at: now)
    }

    func retry(_ event: Inbox.Event.ID, _ reading: Inbox.Reading, at now: Timestamp) throws(SQLError) -> Inbox
        .Receipt?
    {
        guard let stored = try stored(event) else { return nil }
        if stored.state == .notOurs { return .notOurs }
        if stored.state == .flagged, !stored.hasBody, case .unreadable = reading {
            return .flagged(Inbox.Note.bodyIsGone)
        }
        return try act(on: stored, reading, at: now)
    }

    private func stored(_ event: Inbox.Event.ID) throws(SQLError) -> StoredEvent? {
        try database.first(
            """
            SELECT id, state, attempts, length(body) > 0, deliveries FROM inbox WHERE provider = ?1 AND event = ?2
            """,
            event.provider, event.event
        ) { StoredEvent($0, of: event.provider) }
    }

    private func act(
        on stored: StoredEvent, _ reading: Inbox.Reading, at now: Timestamp
    ) throws(SQLError) -> Inbox.Receipt {
        guard stored.state != .done else { return .repeated }
        do throws(SQLError) {
            return try savepoint { () throws(SQLError) in try take(reading, from: stored, at: now) }
        } catch {
            guard database.isInTransaction else { throw error }
            // So that the event is found if the account is forgotten meanwhile.
            if case .facts(let events) = reading {
                for names in Set(events.map(\.names)) {
                    try link(stored, to: try orders(named: names, of: stored.provider))
                }
            }
            let reason = database.ledgerError(for: error).description
            let retryAt = now.advanced(byMilliseconds: stored.retryMilliseconds)
            try database.run(
                """
                UPDATE inbox SET state = 'pending', note = ?2, acted_at = NULL, retry_at = ?3, attempts = attempts + 1,
                    body = coalesce(?4, body)
                WHERE id = ?1
                """,
                stored.id, reason, retryAt, stored.body
            )
            return .postponed(reason, until: retryAt)
        }
    }

    private func take(
        _ reading: Inbox.Reading, from event: StoredEvent, at now: Timestamp
    ) throws(SQLError) -> Inbox.Receipt {
        switch reading {
        case .facts(let events) where !events.isEmpty: return try take(events, from: event, at: now)
        case .unreadable(let reason, let names): return try flag(event, reason, names, at: now)
        case .facts, .nothing:
            try finish(event, as: .done, Inbox.Note.saysNothing, keepsBody: false, at: now)
            return .done([])
        }
    }

    private func take(
        _ events: [Purchase.Event], from event: StoredEvent, at now: Timestamp
    ) throws(SQLError) -> Inbox.Receipt {
        var changes: [Purchase.Change] = []
        var isOurs = false
        var reasons: [String] = []
        for fact in events {
            switch try record(fact, of: event.provider, keepsUnknown: true, at: now) {
            case .ofPurchase(let change, let order):
                isOurs = true
                try link(event, to: [order])
                if let change { changes.append(change) }
            case .ofUnknown(let order): try link(event, to: [order].compactMap(\.self))
            case .refused(let reason, let orders):
                reasons.append(reason)
                try link(event, to: orders)
            }
        }
        if let reason = reasons.first { return try flag(event, reason, at: now) }
        try finish(event, as: isOurs ? .done : .notOurs, nil, keepsBody: isOurs, at: now)
        return isOurs ? .done(changes) : .notOurs
    }

    /// Flags an unreadable event for a person if it is ours: if its names, or the names from an earlier reading, match
    /// a purchase. Otherwise the event is recorded as not ours. A retried event without readable names is flagged too,
    /// and keeps its body: perhaps only its provider is not set up on this server.
    private func flag(
        _ event: StoredEvent, _ reason: String, _ names: Purchase.Names?, at now: Timestamp
    ) throws(SQLError) -> Inbox.Receipt {
        let orders = if let names { try orders(named: names, of: event.provider) } else { [Int64]() }
        try link(event, to: orders)
        let isKept = names == nil && event.body == nil
        let wasOurs = try isOfPurchase(event)
        if isKept || wasOurs { return try flag(event, reason, at: now) }
        try finish(event, as: .notOurs, reason, keepsBody: false, at: now)
        return .notOurs
    }

    private func flag(_ event: StoredEvent, _ reason: String, at now: Timestamp) throws(SQLError) -> Inbox.Receipt {
        try finish(event, as: .flagged, reason, keepsBody: true, at: now)
        return .flagged(reason)
    }

    private func isOfPurchase(_ event: StoredEvent) throws(SQLError) -> Bool {
        try database.integer(
            """
            SELECT count(*) FROM event_orders JOIN purchases ON purchases.order_id = event_orders.order_id
            WHERE inbox_id = ?1
            """,
            event.id
        ) != 0
    }

    /// Records that an event is about these orders.
    private func link(_ event: StoredEvent, to orders: [Int64]) throws(SQLError) {
        for order in orders {
            try database.run(
                "INSERT INTO event_orders (inbox_id, order_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING", event.id, order
            )
        }
    }

    private func finish(
        _ event: StoredEvent, as state: Inbox.State, _ note: String?, keepsBody: Bool, at now: Timestamp
    ) throws(SQLError) {
        try database.run(
            """
            UPDATE inbox SET state = ?2, note = ?3, acted_at = ?4, retry_at = NULL, attempts = attempts + 1,
                body = iif(?5 AND NOT \(Books.isForgotten), coalesce(?6, body), x'')
            WHERE id = ?1
            """,
            event.id, state.rawValue, note, now, keepsBody, event.body
        )
    }

    /// Whether an event is about a purchase whose details were deleted.
    static let isForgotten = """
        EXISTS (
            SELECT 1 FROM event_orders JOIN billing ON billing.order_id = event_orders.order_id
            WHERE inbox_id = inbox.id AND forgotten_at IS NOT NULL)
        """
}

extension Books {
    /// - Returns: the event's earlier state; nil if there is no such event.
    func dismiss(_ event: Inbox.Event.ID, _ note: Ledger.Note, at now: Timestamp) throws(SQLError) -> Inbox.State? {
        guard let stored = try stored(event) else { return nil }
        guard stored.state == .flagged else { return stored.state }
        try finish(stored, as: .done, Inbox.Note.dismissed(note), keepsBody: false, at: now)
        let accounts = try database.rows(
            """
            SELECT DISTINCT account_id FROM event_orders JOIN purchases ON purchases.order_id = event_orders.order_id
            WHERE inbox_id = ?1
            """,
            stored.id
        ) { $0.integer(0) }
        for account in accounts { try add(note, Inbox.Note.dismissal(of: event), to: account, at: now) }
        return .flagged
    }
}
