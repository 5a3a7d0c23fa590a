/// The differences between two lists of limits. A limit is known by what it counts.
struct LimitDifferences {
    let old: [Policy.Limit]
    let new: [Policy.Limit]

    var texts: [String] {
        let before = Dictionary(old.map { ($0.counterName, $0) }) { first, _ in first }
        let names = Set(new.map(\.counterName))
        let changed = new.flatMap { limit in
            guard let known = before[limit.counterName] else { return ["new limit: \(limit.inWords)\(limit.note)"] }
            return texts(of: limit, before: known)
        }
        let removed = old.filter { !names.contains($0.counterName) }.map { "limit removed: \($0.inWords)" }
        return changed + removed
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

extension Policy.Limit {
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
