package import Faregate
import Foundation

extension SQLLedger {
    package func receive(
        _ event: Inbox.Event, reading: Inbox.Reading, at now: Timestamp
    ) async throws(LedgerError) -> Inbox.Receipt {
        try await erase { books throws(SQLError) in try books.receive(event, reading, at: now) }
    }

    package func retry(
        _ event: Inbox.Event.ID, reading: Inbox.Reading, at now: Timestamp
    ) async throws(LedgerError) -> Inbox.Receipt? {
        try await erase { books throws(SQLError) in try books.retry(event, reading, at: now) }
    }

    package func dismiss(
        _ event: Inbox.Event.ID, _ note: Ledger.Note, at now: Timestamp
    ) async throws(LedgerError) -> Inbox.State? {
        try await erase { books throws(SQLError) in try books.dismiss(event, note, at: now) }
    }

    package func inbox(_ query: Inbox.Query) async throws(LedgerError) -> [Inbox.Entry] {
        try await read { database throws(SQLError) in
            switch query {
            case .one(let id): try database.rows(Inbox.Entry.one, id.provider, id.event, read: Inbox.Entry.init)
            case .state(let state, let count):
                try database.rows(Inbox.Entry.latest(state), limit(count), read: Inbox.Entry.init)
            case .due(let moment, let count):
                try database.rows(Inbox.Entry.due, moment, limit(count), read: Inbox.Entry.init)
            }
        }
    }
}

/// The size of a page of events or purchases: 1 to 1000.
package func limit(_ count: Int) -> Int64 { Int64(min(max(count, 1), 1000)) }

extension Inbox.Entry {
    private static let query = """
        SELECT provider, event, type, body, state, note, deliveries, attempts, received_at, retry_at FROM inbox
        """

    static let one = query + " WHERE provider = ?1 AND event = ?2"
    static let due = query + " WHERE state = 'pending' AND retry_at <= ?1 ORDER BY retry_at, id LIMIT ?2"

    /// The state is a literal: with a parameter SQLite would not use the partial index.
    fileprivate static func latest(_ state: Inbox.State?) -> String {
        switch state {
        case nil: query + " ORDER BY id DESC LIMIT ?1"
        case .done: query + " WHERE state = 'done' ORDER BY id DESC LIMIT ?1"
        case .flagged: query + " WHERE state = 'flagged' ORDER BY id DESC LIMIT ?1"
        case .notOurs: query + " WHERE state = 'not ours' ORDER BY acted_at DESC, id DESC LIMIT ?1"
        case .pending: query + " WHERE state = 'pending' ORDER BY id DESC LIMIT ?1"
        }
    }

    fileprivate init(_ row: any SQLRow) throws(SQLError) {
        guard let state = Inbox.State(rawValue: row.text(4)) else { throw .damaged("an event has an unknown state") }
        self.init(
            event: Inbox.Event(
                id: Inbox.Event.ID(provider: row.text(0), event: row.text(1)),
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
