/// The differences between two lists of limits. Limits are matched by their id and by what they count.
struct LimitDifferences {
    let old: [Policy.Limit]
    let new: [Policy.Limit]

    var texts: [String] {
        var rest = old
        // First those of the same mode: a limit in shadow mode can count the same as an enforced one.
        var pairs = new.map { limit in (limit, rest.removeFirst { $0.countsSame(as: limit) && $0.mode == limit.mode }) }
        for index in pairs.indices where pairs[index].1 == nil {
            pairs[index].1 = rest.removeFirst { $0.countsSame(as: pairs[index].0) }
        }
        let changed = pairs.flatMap { limit, before in
            before.map { texts(of: limit, before: $0) } ?? ["new limit: \(limit.inWords)\(limit.note)"]
        }
        return changed + rest.map { "limit removed: \($0.inWords)\($0.note)" }
    }

    private func texts(of limit: Policy.Limit, before: Policy.Limit) -> [String] {
        var texts: [String] = []
        if limit.max != before.max {
            texts.append("limit \(before.max) -> \(limit.amountText) \(limit.kindInWords)\(limit.note)")
        }
        if limit.mode != before.mode {
            texts.append("limit of \(limit.inWords): \(before.mode.meaning) -> \(limit.mode.meaning)")
        }
        if limit.givesBack != before.givesBack {
            texts.append("limit of \(limit.inWords): a refunded call \(limit.givesBack ? "no longer" : "now") counts")
        }
        if limit.actions != before.actions {
            texts.append("limit of \(limit.inWords): now counts \(limit.actions.joined(separator: ", "))")
        }
        return texts
    }
}

extension Array {
    /// Removes the first element that meets the condition, and returns it.
    fileprivate mutating func removeFirst(where condition: (Element) -> Bool) -> Element? {
        firstIndex(where: condition).map { remove(at: $0) }
    }
}

extension Policy.Limit {
    fileprivate func countsSame(as other: Policy.Limit) -> Bool {
        id == other.id && count == other.count && window == other.window && scope == other.scope && when == other.when
    }

    fileprivate var note: String { mode == .enforce ? "" : " (\(mode.meaning))" }
}

extension Policy {
    /// The differences between the limits that several actions share.
    func sharedLimitDifferences(from old: Policy) -> [Difference] {
        let (before, after) = (old.sharedLimits, sharedLimits)
        return Set(before.keys).union(after.keys).sorted().flatMap { name in
            LimitDifferences(old: [before[name]].compactMap(\.self), new: [after[name]].compactMap(\.self)).texts
                .map { Difference("limit \(printable(name))", $0) }
        }
    }

    private var sharedLimits: [String: Limit] {
        let limits = actions.values.flatMap(\.limits).filter { !$0.actions.isEmpty }
        return Dictionary(limits.map { ($0.name, $0) }) { first, _ in first }
    }
}
