import Faregate

/// What becomes of an event in the inbox.
extension InboxEntry {
    init(_ event: InboxEvent, at now: Timestamp) {
        self.init(
            event: event,
            state: .pending,
            note: nil,
            deliveries: 1,
            attempts: 0,
            receivedAt: now,
            retryAt: now
        )
    }

    mutating func deliver() {
        self = InboxEntry(
            event: event,
            state: state,
            note: note,
            deliveries: deliveries + 1,
            attempts: attempts,
            receivedAt: receivedAt,
            retryAt: retryAt
        )
    }

    mutating func settle() {
        self = InboxEntry(
            event: event,
            state: .done,
            note: nil,
            deliveries: deliveries,
            attempts: attempts,
            receivedAt: receivedAt,
            retryAt: nil
        )
    }

    mutating func end(_ receipt: InboxReceipt) {
        let (state, note): (InboxState, String?) =
            switch receipt {
            case .done, .repeated: (.done, nil)
            case .flagged(let reason): (.flagged, reason)
            case .postponed(let reason, _): (.pending, reason)
            }
        self = InboxEntry(
            event: event,
            state: state,
            note: note,
            deliveries: deliveries,
            attempts: attempts + 1,
            receivedAt: receivedAt,
            retryAt: nil
        )
    }
}
