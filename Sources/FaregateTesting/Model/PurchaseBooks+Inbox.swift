import Faregate
import Foundation

/// What becomes of a provider's events.
extension PurchaseBooks {
    mutating func receive(_ event: InboxEvent, _ reading: InboxReading, at now: Timestamp) -> InboxReceipt {
        guard let index = inbox.firstIndex(where: { $0.event.id == event.id }) else {
            inbox.append(InboxEntry(event, at: now))
            return act(on: inbox.count - 1, reading, body: event.body, at: now)
        }
        inbox[index].deliver()
        return act(on: index, reading, body: inbox[index].state == .notOurs ? event.body : nil, at: now)
    }

    mutating func retry(_ event: InboxEventID, _ reading: InboxReading, at now: Timestamp) -> InboxReceipt? {
        guard let index = inbox.firstIndex(where: { $0.event.id == event }) else { return nil }
        let entry = inbox[index]
        if entry.state == .notOurs { return .notOurs }
        if entry.state == .flagged, entry.event.body.isEmpty, case .unreadable = reading {
            return .flagged(InboxNote.bodyIsGone)
        }
        return act(on: index, reading, body: nil, at: now)
    }

    /// - Returns: how the event stood before; nil where there is none.
    mutating func dismiss(_ event: InboxEventID, _ note: Note, at now: Timestamp) -> InboxState? {
        guard let index = inbox.firstIndex(where: { $0.event.id == event }) else { return nil }
        guard inbox[index].state == .flagged else { return inbox[index].state }
        end(index, .done, InboxNote.dismissed(note), body: Data(), at: now)
        return .flagged
    }

    /// Those that are not ours, by when they last came.
    var foreignEvents: [InboxEntry] {
        let events = inbox.enumerated().filter { $0.element.state == .notOurs }
        func seenAt(_ entry: InboxEntry) -> Int64 { actedAt[entry.event.id]?.rawValue ?? 0 }
        return events.sorted { (seenAt($0.element), $0.offset) > (seenAt($1.element), $1.offset) }.map(\.element)
    }

    /// - Parameter body: what came with the event just now, where the inbox hasn't got it.
    private mutating func act(
        on index: Int,
        _ reading: InboxReading,
        body: Data?,
        at now: Timestamp
    ) -> InboxReceipt {
        guard inbox[index].state != .done else { return .repeated }
        switch reading {
        case .facts(let events) where !events.isEmpty: return take(events, from: index, body: body, at: now)
        case .unreadable(let reason, let names): return flag(index, reason, names, body: body, at: now)
        case .facts, .nothing:
            end(index, .done, InboxNote.saysNothing, body: Data(), at: now)
            return .done([])
        }
    }

    private mutating func take(
        _ events: [PurchaseEvent],
        from index: Int,
        body: Data?,
        at now: Timestamp
    ) -> InboxReceipt {
        let id = inbox[index].event.id
        var changes: [PurchaseChange] = []
        var isOurs = false
        var reasons: [String] = []
        for event in events {
            switch record(event, of: id.provider, keepsUnknown: true, at: now) {
            case .ofPurchase(let order, let change):
                isOurs = true
                spokenOf[id, default: []].insert(order)
                if let change { changes.append(change) }
            case .ofUnknown(let order): spokenOf[id, default: []].formUnion([order].compactMap(\.self))
            case .refused(let reason, let orders):
                reasons.append(reason)
                spokenOf[id, default: []].formUnion(orders)
            }
        }
        let kept = body ?? inbox[index].event.body
        if let reason = reasons.first {
            end(index, .flagged, reason, body: kept, at: now)
            return .flagged(reason)
        }
        end(index, isOurs ? .done : .notOurs, nil, body: isOurs ? kept : Data(), at: now)
        return isOurs ? .done(changes) : .notOurs
    }

    /// One that is kept, of which nothing can be read now, stays kept.
    private mutating func flag(
        _ index: Int,
        _ reason: String,
        _ names: PurchaseNames?,
        body: Data?,
        at now: Timestamp
    ) -> InboxReceipt {
        let id = inbox[index].event.id
        if let names { spokenOf[id, default: []].formUnion(orders(named: names, of: id.provider)) }
        let isKept = names == nil && body == nil
        guard isKept || isOfPurchase(id) else {
            end(index, .notOurs, reason, body: Data(), at: now)
            return .notOurs
        }
        end(index, .flagged, reason, body: body ?? inbox[index].event.body, at: now)
        return .flagged(reason)
    }

    private mutating func end(_ index: Int, _ state: InboxState, _ note: String?, body: Data, at now: Timestamp) {
        inbox[index].end(state, note, body: isForgotten(inbox[index].event.id) ? Data() : body)
        actedAt[inbox[index].event.id] = now
    }

    private func isOfPurchase(_ event: InboxEventID) -> Bool {
        spokenOf[event]?.contains { orders[$0]?.purchase != nil } ?? false
    }

    private func isForgotten(_ event: InboxEventID) -> Bool {
        spokenOf[event]?.contains { orders[$0]?.isForgotten == true } ?? false
    }
}
