// A cache: the parts that quotes share are computed once, so that a call only picks a quote. The cache never changes a
// price.

/// All quotes of an action.
///
/// A class, so that a call can use it without copying it.
final class PreparedQuotes: Sendable {
    /// One bit for each limit with conditions: whether the limit applies to a call.
    private typealias Applying = UInt64

    let action: Policy.Action
    /// Whether a rule or a limit tests the account's plan.
    let asksPlan: Bool
    private let settings: PolicySettings
    /// The limits, without those that are off.
    private let limits: [Policy.Limit]
    private let hasConditions: Bool
    /// The quotes of calls to which no limit with conditions applies.
    private let plain: QuoteVariant
    /// The other quotes, made when the first call needs them.
    private let variants = Mutex<[Applying: QuoteVariant]>([:])

    /// Bounds the memory. A full cache is emptied.
    private static let maximumVariants = 256

    init(_ action: Policy.Action, _ settings: PolicySettings) {
        let mode = min(settings.mode, action.mode)
        let limits = action.limits.map { $0.weakened(to: mode) }.filter { $0.mode != .off }
        self.action = action
        self.settings = settings
        self.limits = limits
        hasConditions = limits.contains { !$0.conditions.isEmpty }
        plain = QuoteVariant(action, limits.filter(\.conditions.isEmpty), settings)
        let conditions = action.rules.filter { $0.mode != .off }.flatMap(\.conditions) + limits.flatMap(\.conditions)
        asksPlan = conditions.contains { $0.attribute == Attributes.plan }
    }

    /// As ``QuoteVariant/quote(for:orCheapest:)``.
    func quote(for attributes: Attributes, orCheapest: Bool = false) throws(Gate.UnknownModel) -> Quote {
        try variant(for: attributes).quote(for: attributes, orCheapest: orCheapest)
    }

    private func variant(for attributes: Attributes) -> QuoteVariant {
        guard hasConditions else { return plain }
        var applying: Applying = 0
        for (position, limit) in limits.enumerated() where !limit.conditions.isEmpty && limit.applies(to: attributes) {
            applying |= 1 << Applying(position)
        }
        guard applying > 0 else { return plain }
        return variants.withLock { variants in
            if let known = variants[applying] { return known }
            let made = QuoteVariant(action, limits.filter { $0.applies(to: attributes) }, settings)
            if variants.count >= PreparedQuotes.maximumVariants { variants.removeAll() }
            variants[applying] = made
            return made
        }
    }
}
