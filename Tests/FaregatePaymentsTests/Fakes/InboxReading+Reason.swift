import Faregate

extension InboxReading {
    /// Why it can't be read; nil where it can.
    var reason: String? {
        if case .unreadable(let reason, _) = self { return reason }
        return nil
    }

    /// The names of what can't be read.
    var names: PurchaseNames? {
        if case .unreadable(_, let names) = self { return names }
        return nil
    }
}
