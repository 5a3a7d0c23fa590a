/// The differences between the actions of two policies.
struct ActionDifferences {
    let old: Policy
    let new: Policy

    var all: [Policy.Difference] {
        let names = Set(new.actions.keys).union(old.actions.keys.filter { new.action(named: $0) == nil })
        return names.sorted().flatMap { name in
            guard let action = new.actions[name] else {
                return [Policy.Difference(subject(name), "removed: calls to it fail")]
            }
            guard let before = old.action(named: name) ?? action.was.lazy.compactMap(old.action(named:)).first else {
                return [Policy.Difference(subject(name), "new, \(action.pricing.inWords)")]
            }
            return texts(of: action, before: before).map { Policy.Difference(subject(name), $0) }
        }
    }

    private func subject(_ name: String) -> String { "action \(printable(name))" }

    private func texts(of action: Policy.Action, before: Policy.Action) -> [String] {
        let renamed = action.name == before.name ? nil : "renamed from \(printable(before.name))"
        let texts: [String?] = [
            renamed,
            action.pricing.change(from: before.pricing),
        ]
        return texts.compactMap(\.self)
            + ModelDifferences(old: before.pricing, new: action.pricing, holds: (before.hold, action.hold)).texts
            + RuleDifferences(old: before, new: action, plans: new.planBook).texts
            + LimitDifferences(
                old: before.limits.filter(\.actions.isEmpty), new: action.limits.filter(\.actions.isEmpty)
            ).texts
            + settingTexts(of: action, before: before)
    }

    private func settingTexts(of action: Policy.Action, before: Policy.Action) -> [String] {
        let pairs = [
            ("hold", text(before.hold), text(action.hold)),
            ("timeout", text(before.timeoutMilliseconds), text(action.timeoutMilliseconds)),
            ("overrun", before.overrun.rawValue, action.overrun.rawValue),
            ("outage", before.outage.inWords, action.outage.inWords),
            ("idempotency key", before.key.rawValue, action.key.rawValue),
            ("mode", before.mode.rawValue, action.mode.rawValue),
            ("title", "\"\(printable(before.title))\"", "\"\(printable(action.title))\""),
        ]
        // The title of an action without one is its name.
        let hasOwnTitle = action.title != action.name || before.title != before.name
        return pairs.filter { $0.1 != $0.2 && ($0.0 != "title" || hasOwnTitle) }.map { "\($0.0): \($0.1) -> \($0.2)" }
    }

    private func text(_ hold: Units) -> String {
        let amounts = hold.filter { $0.value > 0 }.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        return amounts.isEmpty ? "none" : amounts.joined(separator: ", ")
    }

    private func text(_ milliseconds: Int64?) -> String {
        milliseconds.map { durationText(milliseconds: $0) } ?? "none"
    }
}

extension Policy.Mode {
    var meaning: String {
        switch self {
        case .enforce: "enforced"
        case .shadow: "shadow: only recorded"
        case .off: "off"
        }
    }
}
