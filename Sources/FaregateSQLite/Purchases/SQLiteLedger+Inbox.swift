public import Faregate
import Foundation

extension SQLiteLedger {
    /// How long the bodies of events are kept that were acted on: 90 days. The events themselves stay, and so do the facts
    /// that were read from them.
    public static let bodyMilliseconds: Int64 = 90 * 24 * 60 * 60 * 1000

    public func receive(
        _ event: InboxEvent,
        reading: InboxReading,
        at now: Timestamp
    ) async throws(LedgerError) -> InboxReceipt {
        try await writer.write { connection throws(SQLiteError) in
            try connection.erasing { () throws(SQLiteError) in
                try connection.receive(event, reading, at: now)
            }
        }
    }

    public func retry(
        _ event: InboxEventID,
        reading: InboxReading,
        at now: Timestamp
    ) async throws(LedgerError) -> InboxReceipt? {
        try await writer.write { connection throws(SQLiteError) in
            try connection.erasing { () throws(SQLiteError) in
                guard let stored = try connection.stored(event) else { return nil }
                return try connection.act(on: stored, reading, at: now)
            }
        }
    }

    public func inbox(_ query: InboxQuery) async throws(LedgerError) -> [InboxEntry] {
        try readers.read { connection throws(SQLiteError) in
            switch query {
            case .one(let id): try connection.rows(.findEvent, id.provider, id.event, read: InboxEntry.init)
            case .state(let state, let count):
                try connection.rows(InboxEntry.query(of: state), limit(count), read: InboxEntry.init)
            case .due(let moment, let count):
                try connection.rows(.dueEvents, moment, limit(count), read: InboxEntry.init)
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

extension Connection {
    /// Stored and acted on in one transaction; where acting fails, the event is stored all the same. An error that takes
    /// the transaction takes the event with it, and the provider sends it again.
    fileprivate func receive(
        _ event: InboxEvent,
        _ reading: InboxReading,
        at now: Timestamp
    ) throws(SQLiteError) -> InboxReceipt {
        try act(on: try store(event, at: now), reading, at: now)
    }

    fileprivate func act(
        on stored: StoredEvent,
        _ reading: InboxReading,
        at now: Timestamp
    ) throws(SQLiteError) -> InboxReceipt {
        guard stored.state != .done else { return .repeated }
        do throws(SQLiteError) {
            return try step { () throws(SQLiteError) in try take(reading, from: stored, at: now) }
        } catch {
            guard isInTransaction else { throw error }
            let reason = LedgerError(error, path: path).description
            let retryAt = now.advanced(byMilliseconds: stored.retryMilliseconds)
            try run(.postponeEvent, stored.id, reason, retryAt)
            return .postponed(reason, until: retryAt)
        }
    }

    func store(_ event: InboxEvent, at now: Timestamp) throws(SQLiteError) -> StoredEvent {
        let id = event.id
        let stored = try first(.storeEvent, id.provider, id.event, event.type, event.body, now) { row in
            StoredEvent(row, of: id.provider)
        }
        guard let stored else { throw .inconsistent("an event is neither new nor known") }
        return stored
    }

    fileprivate func stored(_ event: InboxEventID) throws(SQLiteError) -> StoredEvent? {
        try first(.storedEvent, event.provider, event.event) { StoredEvent($0, of: event.provider) }
    }

    private func take(
        _ reading: InboxReading,
        from event: StoredEvent,
        at now: Timestamp
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
            switch try learn(fact, of: event.provider, at: now) {
            case .ofPurchase(let change, let order):
                try run(.linkEvent, event.id, order)
                if let change { changes.append(change) }
            case .ofUnknown(let order, _):
                try run(.linkEvent, event.id, order)
                reasons.append(Connection.unknownOrder)
            case .refused(let reason): reasons.append(reason)
            }
        }
        // What can't be mended by knowing more is told first.
        if let reason = reasons.first(where: { $0 != Connection.unknownOrder }) ?? reasons.first {
            return try flag(event, reason, at: now)
        }
        try run(
            .closeEvent,
            event.id,
            InboxState.done.rawValue,
            events.isEmpty ? "says nothing about purchases" : nil,
            now
        )
        return .done(changes)
    }

    private func flag(_ event: StoredEvent, _ reason: String, at now: Timestamp) throws(SQLiteError) -> InboxReceipt {
        try run(.closeEvent, event.id, InboxState.flagged.rawValue, reason, now)
        return .flagged(reason)
    }

    /// What a row held before is overwritten in the file, and not only let go.
    /// [secure_delete](https://www.sqlite.org/pragma.html#pragma_secure_delete)
    func erasing<Value>(_ body: () throws(SQLiteError) -> Value) throws(SQLiteError) -> Value {
        try execute(script: "PRAGMA secure_delete = ON")
        defer { try? execute(script: "PRAGMA secure_delete = OFF") }
        return try body()
    }
}

extension InboxEntry {
    fileprivate static func query(of state: InboxState?) -> SQL {
        switch state {
        case nil: .latestEvents
        case .done: .doneEvents
        case .flagged: .flaggedEvents
        case .pending: .pendingEvents
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
