public import Faregate
import Foundation

extension SQLiteLedger {
    /// How long the bodies of events are kept that were acted on: 90 days. The events themselves stay, and so do the facts
    /// that were read from them.
    public static let bodyMilliseconds: Int64 = 90 * 24 * 60 * 60 * 1000

    public func receive(
        _ event: InboxEvent, reading: InboxReading, at now: Timestamp
    ) async throws(LedgerError) -> InboxReceipt {
        try await erase { books throws(SQLiteError) in try books.receive(event, reading, at: now) }
    }

    public func retry(
        _ event: InboxEventID, reading: InboxReading, at now: Timestamp
    ) async throws(LedgerError) -> InboxReceipt? {
        try await erase { books throws(SQLiteError) in
            guard let stored = try books.stored(event) else { return nil }
            return try books.act(on: stored, reading, at: now)
        }
    }

    public func inbox(_ query: InboxQuery) async throws(LedgerError) -> [InboxEntry] {
        try await readers.read { database throws(SQLiteError) in
            switch query {
            case .one(let id): try database.rows(InboxEntry.one, id.provider, id.event, read: InboxEntry.init)
            case .state(let state, let count):
                try database.rows(InboxEntry.latest(state), limit(count), read: InboxEntry.init)
            case .due(let moment, let count):
                try database.rows(InboxEntry.due, moment, limit(count), read: InboxEntry.init)
            }
        }
    }
}

/// Of events and purchases, 1 to 1000 at a time.
func limit(_ count: Int) -> Int64 { Int64(min(max(count, 1), 1000)) }

/// An event that is in the inbox, by its number.
struct StoredEvent {
    let id: Int64
    let provider: String
    let state: InboxState
    /// How often it was tried before.
    let attempts: Int64

    fileprivate init(_ row: Row, of provider: String) {
        id = row.integer(0)
        self.provider = provider
        state = InboxState(rawValue: row.text(1)) ?? .pending
        attempts = row.integer(2)
    }

    /// A minute after the first attempt, and twice as long after each further one, up to an hour.
    var retryMilliseconds: Int64 { min(3_600_000, 60_000 << min(attempts, 6)) }
}

extension Books {
    /// Stored and acted on in one transaction; where acting fails, the event is stored all the same. An error that takes
    /// the transaction takes the event with it, and the provider sends it again.
    fileprivate func receive(
        _ event: InboxEvent, _ reading: InboxReading, at now: Timestamp
    ) throws(SQLiteError) -> InboxReceipt {
        try act(on: try store(event, at: now), reading, at: now)
    }

    fileprivate func act(
        on stored: StoredEvent, _ reading: InboxReading, at now: Timestamp
    ) throws(SQLiteError) -> InboxReceipt {
        guard stored.state != .done else { return .repeated }
        do throws(SQLiteError) {
            return try savepoint { () throws(SQLiteError) in try take(reading, from: stored, at: now) }
        } catch {
            guard database.isInTransaction else { throw error }
            let reason = LedgerError(error, path: database.path).description
            let retryAt = now.advanced(byMilliseconds: stored.retryMilliseconds)
            try database.run(
                """
                UPDATE inbox SET state = 'pending', note = ?2, acted_at = NULL, retry_at = ?3, attempts = attempts + 1
                WHERE id = ?1
                """,
                stored.id, reason, retryAt
            )
            return .postponed(reason, until: retryAt)
        }
    }

    func store(_ event: InboxEvent, at now: Timestamp) throws(SQLiteError) -> StoredEvent {
        let id = event.id
        let stored = try database.first(
            """
            INSERT INTO inbox (provider, event, type, body, received_at, retry_at) VALUES (?1, ?2, ?3, ?4, ?5, ?5)
            ON CONFLICT (provider, event) DO UPDATE SET deliveries = deliveries + 1
            RETURNING id, state, attempts
            """,
            id.provider, id.event, event.type, event.body, now
        ) { StoredEvent($0, of: id.provider) }
        guard let stored else { throw .inconsistent("an event is neither new nor known") }
        return stored
    }

    fileprivate func stored(_ event: InboxEventID) throws(SQLiteError) -> StoredEvent? {
        try database.first(
            "SELECT id, state, attempts FROM inbox WHERE provider = ?1 AND event = ?2", event.provider, event.event
        ) { StoredEvent($0, of: event.provider) }
    }

    private func take(
        _ reading: InboxReading, from event: StoredEvent, at now: Timestamp
    ) throws(SQLiteError) -> InboxReceipt {
        var events: [PurchaseEvent] = []
        switch reading {
        case .nothing: break
        case .unreadable(let reason): return try flag(event, reason, at: now)
        case .facts(let read): events = read
        }
        var changes: [PurchaseChange] = []
        var reasons: [String] = []
        for fact in events {
            switch try record(fact, of: event.provider, at: now) {
            case .ofPurchase(let change, let order):
                try link(event, to: order)
                if let change { changes.append(change) }
            case .ofUnknown(let order, _):
                try link(event, to: order)
                reasons.append(Books.unknownOrder)
            case .refused(let reason): reasons.append(reason)
            }
        }
        // What can't be mended by knowing more is told first.
        if let reason = reasons.first(where: { $0 != Books.unknownOrder }) ?? reasons.first {
            return try flag(event, reason, at: now)
        }
        try finish(event, as: .done, events.isEmpty ? "says nothing about purchases" : nil, at: now)
        return .done(changes)
    }

    private func flag(_ event: StoredEvent, _ reason: String, at now: Timestamp) throws(SQLiteError) -> InboxReceipt {
        try finish(event, as: .flagged, reason, at: now)
        return .flagged(reason)
    }

    /// Notes that an event speaks of an order.
    private func link(_ event: StoredEvent, to order: Int64) throws(SQLiteError) {
        try database.run(
            "INSERT INTO event_orders (inbox_id, order_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING", event.id, order
        )
    }

    private func finish(
        _ event: StoredEvent, as state: InboxState, _ note: String?, at now: Timestamp
    ) throws(SQLiteError) {
        try database.run(
            """
            UPDATE inbox SET state = ?2, note = ?3, acted_at = ?4, retry_at = NULL, attempts = attempts + 1,
                body = iif(?2 = 'done' AND \(Books.isForgotten), x'', body)
            WHERE id = ?1
            """,
            event.id, state.rawValue, note, now
        )
    }

    /// Whether an event speaks of a purchase whose details were forgotten.
    static let isForgotten = """
        EXISTS (
            SELECT 1 FROM event_orders JOIN billing ON billing.order_id = event_orders.order_id
            WHERE inbox_id = inbox.id AND forgotten_at IS NOT NULL)
        """
}

extension InboxEntry {
    private static let query = """
        SELECT provider, event, type, body, state, note, deliveries, attempts, received_at, retry_at FROM inbox
        """

    static let one = query + " WHERE provider = ?1 AND event = ?2"
    static let due = query + " WHERE state = 'pending' AND retry_at <= ?1 ORDER BY retry_at, id LIMIT ?2"

    /// The state is a literal: SQLite uses a partial index for nothing else.
    fileprivate static func latest(_ state: InboxState?) -> String {
        switch state {
        case nil: query + " ORDER BY id DESC LIMIT ?1"
        case .done: query + " WHERE state = 'done' ORDER BY id DESC LIMIT ?1"
        case .flagged: query + " WHERE state = 'flagged' ORDER BY id DESC LIMIT ?1"
        case .pending: query + " WHERE state = 'pending' ORDER BY id DESC LIMIT ?1"
        }
    }

    fileprivate init(_ row: Row) throws(SQLiteError) {
        guard let state = InboxState(rawValue: row.text(4)) else { throw .damaged("an event has no right state") }
        self.init(
            event: InboxEvent(
                id: InboxEventID(provider: row.text(0), event: row.text(1)),
                type: row.text(2),
                body: Data(row.optionalBytes(3) ?? [])
            ),
            state: state,
            note: row.optionalText(5),
            deliveries: Int(row.integer(6)),
            attempts: Int(row.integer(7)),
            receivedAt: Timestamp(rawValue: row.integer(8)),
            retryAt: row.optionalInteger(9).map(Timestamp.init)
        )
    }
}
