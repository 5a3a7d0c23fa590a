import Faregate
import Foundation

/// The handling of a provider's events.
extension ReferencePurchases {
    mutating func receive(_ event: Inbox.Event, _ reading: Inbox.Reading, at now: Timestamp) -> Inbox.Receipt {
        guard let index = inbox.firstIndex(where: { $0.event.id == event.id }) else {
            inbox.append(Inbox.Entry(event, at: now))
            return act(on: inbox.count - 1, reading, body: event.body, at: now)
        }
        inbox[index].deliver()
        return act(on: index, reading, body: inbox[index].state == .notOurs ? event.body : nil, at: now)
    }

    mutating func retry(_ event: Inbox.Event.ID, _ reading: Inbox.Reading, at now: Timestamp) -> Inbox.Receipt? {
        guard let index = inbox.firstIndex(where: { $0.event.id == event }) else { return nil }
        let entry = inbox[index]
        if entry.state == .notOurs { return .notOurs }
        if entry.state == .flagged, entry.event.body.isEmpty, case .unreadable = reading {
            return .flagged(Inbox.Note.bodyIsGone)
        }
        return act(on: index, reading, body: nil, at: now)
    }

    /// - Returns: the event's state before; nil if there is none.
    mutating func dismiss(_ event: Inbox.Event.ID, _ note: Ledger.Note, at now: Timestamp) -> Inbox.State? {
        guard let index = inbox.firstIndex(where: { $0.event.id == event }) else { return nil }
        guard inbox[index].state == .flagged else { return inbox[index].state }
        end(index, .done, Inbox.Note.dismissed(note), body: Data(), at: now)
        return .flagged
    }

    /// Events that are not ours, sorted by their last delivery.
    var foreignEvents: [Inbox.Entry] {
        let events = inbox.enumerated().filter { $0.element.state == .notOurs }
        func seenAt(_ entry: Inbox.Entry) -> Int64 { actedAt[entry.event.id]?.rawValue ?? 0 }
        return events.sorted { (seenAt($0.element), $0.offset) > (seenAt($1.element), $1.offset) }.map(\.element)
    }

    /// - Parameter body: the body of this delivery, if the inbox has none.
    private mutating func act(
        on index: Int,
        _ reading: Inbox.Reading,
        body: Data?,
        at now: Timestamp
    ) -> Inbox.Receipt {
        guard inbox[index].state != .done else { return .repeated }
        switch reading {
        case .facts(let events) where !events.isEmpty: return take(events, from: index, body: body, at: now)
        case .unreadable(let reason, let names): return flag(index, reason, names, body: body, at: now)
        case .facts, .nothing:
            end(index, .done, Inbox.Note.saysNothing, body: Data(), at: now)
            return .done([])
        }
    }

    private mutating func take(
        _ events: [Purchase.Event],
        from index: Int,
        body: Data?,
        at now: Timestamp
    ) -> Inbox.Receipt {
        let id = inbox[index].event.id
        var changes: [Purchase.Change] = []
        var isOurs = false
        var reasons: [String] = []
        for event in events {
            switch record(event, of: id.provider, keepsUnknown: true, at: now) {
            case .ofPurchase(let order, let change):
                isOurs = true
                ordersOfEvent[id, default: []].insert(order)
                if let change { changes.append(change) }
            case .ofUnknown(let order): ordersOfEvent[id, default: []].formUnion([order].compactMap(\.self))
            case .refused(let reason, let orders):
                reasons.append(reason)
                ordersOfEvent[id, default: []].formUnion(orders)
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

    /// A stored event that can't be read now stays stored.
    private mutating func flag(
        _ index: Int,
        _ reason: String,
        _ names: Purchase.Names?,
        body: Data?,
        at now: Timestamp
    ) -> Inbox.Receipt {
        let id = inbox[index].event.id
        if let names { ordersOfEvent[id, default: []].formUnion(orders(named: names, of: id.provider)) }
        let isKept = names == nil && body == nil
        guard isKept || isOfPurchase(id) else {
            end(index, .notOurs, reason, body: Data(), at: now)
            return .notOurs
        }
        end(index, .flagged, reason, body: body ?? inbox[index].event.body, at: now)
        return .flagged(reason)
    }

    private mutating func end(_ index: Int, _ state: Inbox.State, _ note: String?, body: Data, at now: Timestamp) {
        inbox[index].end(state, note, body: isForgotten(inbox[index].event.id) ? Data() : body)
        actedAt[inbox[index].event.id] = now
    }

    private func isOfPurchase(_ event: Inbox.Event.ID) -> Bool {
        ordersOfEvent[event]?.contains { orders[$0]?.purchase != nil } ?? false
    }

    private func isForgotten(_ event: Inbox.Event.ID) -> Bool {
        ordersOfEvent[event]?.contains { orders[$0]?.isForgotten == true } ?? false
    }
}
