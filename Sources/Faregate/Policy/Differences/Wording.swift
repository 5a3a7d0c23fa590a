// The words for parts of a policy, in the differences of two policies.

extension Credits {
    /// `1 credit`, `12 credits`.
    var inWords: String { "\(self) \(self == 1 ? "credit" : "credits")" }
}

/// `chat`, `chat and generate`, `chat, export and generate`.
package func listInWords(_ names: [String]) -> String {
    guard let last = names.last, names.count > 1 else { return names.first ?? "" }
    return names.dropLast().joined(separator: ", ") + " and \(last)"
}

extension Policy.Cost {
    /// `12 credits`, or `1 credit + 0.001 per input_tokens, at least 2`.
    var inWords: String {
        let prices = unitPricesInWords
        guard !prices.isEmpty else { return base.inWords }
        let parts = (exactBase == .zero ? [] : [exactBaseInWords]) + prices
        return parts.joined(separator: " + ") + (minimum > 0 ? ", at least \(minimum)" : "")
    }

    private var exactBaseInWords: String {
        exactBase.denominator == 1 ? base.inWords : "\(exactBase.inWords) credits"
    }

    /// `10 -> 12 credits (+20%)`; nil if the prices are the same.
    func change(from old: Policy.Cost) -> String? {
        guard inWords != old.inWords else { return nil }
        guard isFixed, old.isFixed else { return "\(old.inWords) -> \(inWords)" }
        return "\(old.base) -> \(inWords)" + Policy.Cost.percent(from: old.base.rawValue, to: base.rawValue)
    }

    /// ` (+50%)`; empty if the old amount is zero or the new one is equal.
    package static func percent(from old: Int64, to new: Int64) -> String {
        percent(from: Double(old), to: Double(new))
    }

    static func percent(from old: Double, to new: Double) -> String {
        guard old > 0, new != old else { return "" }
        let percent = (new / old - 1) * 100
        let rounded = percent.rounded()
        let sign = percent > 0 ? "+" : "-"
        guard let number = Int64(exactly: rounded.magnitude), number <= 1_000_000 else {
            return " (more than +1000000%)"
        }
        if number == 0 { return " (\(sign)less than 1%)" }
        return " (\(sign)\(number)%)"
    }
}

extension Policy.Pricing {
    var inWords: String {
        switch self {
        case .same(let cost): cost.inWords
        case .byModel(let cost): cost.description
        }
    }

    /// As ``Policy/Cost/change(from:)``.
    func change(from old: Policy.Pricing) -> String? {
        if let cost, let oldCost = old.cost { return cost.change(from: oldCost) }
        return inWords == old.inWords ? nil : "\(old.inWords) -> \(inWords)"
    }
}

extension Policy.Condition {
    /// Whether no value meets both conditions on the same attribute.
    func excludes(_ other: Policy.Condition) -> Bool {
        guard attribute == other.attribute else { return false }
        switch (test, other.test) {
        case (.oneOf(let values), _):
            return !values.contains { other.holds(for: [attribute: $0]) }
        case (_, .oneOf): return other.excludes(self)
        case (.between(let above, let below), .between(let otherAbove, let otherBelow)):
            let lower = Swift.max(above ?? -.infinity, otherAbove ?? -.infinity)
            return lower >= Swift.min(below ?? .infinity, otherBelow ?? .infinity)
        }
    }
}

extension Policy.Limit {
    /// `3 calls per minute`, `500 credits within 24h for each member`.
    var inWords: String { "\(amountText) \(kindInWords)" }

    /// `per minute for each member when plan is "pro"`.
    var kindInWords: String {
        let whose =
            switch scope {
            case .account: ""
            case .member: " for each member"
            case .action: " for everyone together"
            }
        return "\(window)\(whose)" + (when.map { " when \($0)" } ?? "")
    }
}

extension Policy.Outage {
    var inWords: String {
        switch self {
        case .deny: "calls are refused"
        case .allow(let max): "up to \(max) calls are let through"
        }
    }
}
