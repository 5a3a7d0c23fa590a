import Faregate

extension Inbox.Reading {
    /// Why the event can't be read; nil if it can.
    var reason: String? {
        if case .unreadable(let reason, _) = self { return reason }
        return nil
    }

    /// The names of an unreadable event.
    var names: Purchase.Names? {
        if case .unreadable(_, let names) = self { return names }
        return nil
    }
}
