extension Policy {
    func planDifferences(from old: Policy) -> [Difference] {
        let names = Set(plans.keys).union(old.plans.keys.filter { planBook[$0] == nil })
        return names.sorted().flatMap { name in
            let subject = "plan \(printable(name))"
            guard let plan = plans[name] else {
                return [Difference(subject, "removed: accounts on it receive no more credits")]
            }
            guard let before = old.planBook[name] ?? plan.was.lazy.compactMap({ old.planBook[$0] }).first else {
                let grants = plan.grants.map { $0.inWords(under: self) }
                return [Difference(subject, "new" + (grants.isEmpty ? "" : ", \(grants.joined(separator: ", "))"))]
            }
            let renamed = before.name == plan.name ? [] : ["renamed from \(printable(before.name))"]
            return (renamed + plan.grantTexts(before: before, under: self)).map { Difference(subject, $0) }
        }
    }
}

extension Policy.Plan {
    /// - Parameter policy: the new policy, which knows the present names of renamed actions.
    fileprivate func grantTexts(before: Policy.Plan, under policy: Policy) -> [String] {
        let known = Dictionary(before.grants.map { ($0.name, $0) }) { first, _ in first }
        let names = Set(grants.map(\.name))
        let changed = grants.compactMap { grant -> String? in
            guard let old = known[grant.name] else { return "also grants \(grant.inWords(under: policy))" }
            let (before, after) = (old.inWords(under: policy), grant.inWords(under: policy))
            guard before != after else { return nil }
            return "\(before) -> \(after)"
                + Policy.Cost.percent(from: old.credits.rawValue, to: grant.credits.rawValue)
        }
        let removed = before.grants.filter { !names.contains($0.name) }.map {
            "no longer grants \($0.inWords(under: policy))"
        }
        return changed + removed
    }
}

extension Policy.Plan.Grant {
    /// `1000 credits for chat each month, of which up to 500 roll over`.
    fileprivate func inWords(under policy: Policy) -> String {
        let hasWord = Period.named.contains { $0.period == every }
        let when = every == .once ? "once" : "\(hasWord ? "each" : "every") \(every)"
        let details = [
            rollover > 0 ? "of which up to \(rollover) roll over" : nil,
            lifetimeMilliseconds.map { "which expire after \(durationText(milliseconds: $0, in: packLifetimeUnits))" },
            priority != 0 ? "with priority \(priority)" : nil,
        ]
        return
            (["\(credits.inWords)\(actions.map { " for \(listInWords(policy.presentNames(of: $0)))" } ?? "") \(when)"]
            + details.compactMap(\.self)).joined(separator: ", ")
    }
}
