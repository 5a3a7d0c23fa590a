import Faregate

extension Inbox.Reading {
    /// Why it can't be read; nil where it can.
    var reason: String? {
        if case .unreadable(let reason, _) = self { return reason }
        return nil
    }

    /// The names of what can't be read.
    var names: Purchase.Names? {
        if case .unreadable(_, let names) = self { return names }
        return nil
    }
}
