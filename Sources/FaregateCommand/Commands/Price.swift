import Faregate

/// `faregate price ACTION`
enum Price: Command {
    static let name = "price"
    static let synopsis = "ACTION"
    static let summary = "what would this call cost, and why"
    static let options: [Option] = [.policies, .attribute, .units]

    static func run(_ context: Context) async throws -> ExitCode {
        let action = try context.words("ACTION")[0]
        let policy = try context.policy()
        let attributes = try attributes(context, under: policy)
        let quote = try policy.quote(action, attributes: attributes, units: context.arguments.units())
        try context.show(Answer(quote), as: text(quote))
        return .done
    }

    /// A new account's call: on the default plan unless told otherwise.
    private static func attributes(_ context: Context, under policy: Policy) throws -> Attributes {
        let given = try context.arguments.attributes()
        guard let plan = policy.defaultPlan else { return given }
        return ["plan": .string(plan.name)].merging(given) { $1 }
    }

    private static func text(_ quote: Quote) -> String {
        var lines = ["\(quote.action): \(credits(quote.cost))"]
        lines += breakdown(of: quote).map { "  \($0)" }
        switch quote.mode {
        case .enforce: break
        case .shadow: lines.append("  in shadow: counted and recorded, but nothing is taken and nobody refused")
        case .off: lines.append("  off: nothing is taken and nobody refused")
        }
        lines.append("  set by \(quote.rule)")
        if let shadowed = quote.shadowed {
            lines.append("  \(credits(shadowed.cost)) if the rule in shadow at \(shadowed.rule) were enforced")
        }
        lines += quote.limits.map { limit in
            "  at most \(limit.max) \(limit.name)\(limit.mode == .shadow ? ", in shadow" : "") (\(limit.location))"
        }
        return lines.joined(separator: "\n")
    }

    /// How a price per unit adds up, a line each; none for a fixed price.
    private static func breakdown(of quote: Quote) -> [String] {
        let prices = quote.price.units.filter { $0.value != .zero }.sorted { $0.key < $1.key }
        guard !prices.isEmpty else { return [] }
        let parts = prices.map { name, ratio in
            let amount = quote.units[name, default: 0]
            return "\(amount) \(name) × \(ratio) = \(Price.text(ratio, of: amount))"
        }
        let usesNothing = (try? quote.price.credits(for: quote.units)) == 0 && quote.cost > 0
        let minimum = usesNothing ? ["1 is held, since any use costs something"] : []
        return ["\(quote.price.base) for the call"] + parts + ["rounded up once"] + minimum
    }

    /// `8`, `1/2` or `8 1/2`.
    private static func text(_ ratio: Ratio, of amount: Int64) -> String {
        let price = ratio.price(of: amount)
        guard price.remainder > 0, let rest = try? Ratio(price.remainder, ratio.denominator) else {
            return "\(price.whole)"
        }
        return price.whole == 0 ? "\(rest)" : "\(price.whole) \(rest)"
    }

    private static func credits(_ cost: Credits) -> String { "\(cost) \(cost == 1 ? "credit" : "credits")" }
}

extension Price {
    /// What `--json` prints.
    private struct Answer: Encodable {
        struct LimitAnswer: Encodable {
            let name: String
            let max: Int64
            let mode: Mode
            let location: SourceLocation
        }

        struct ShadowAnswer: Encodable {
            let cost: Credits
            let rule: SourceLocation
        }

        let action: String
        let cost: Credits
        let price: Cost
        let units: Units
        let mode: Mode
        let rule: SourceLocation
        let shadowed: ShadowAnswer?
        let limits: [LimitAnswer]
        let policyVersion: String

        init(_ quote: Quote) {
            action = quote.action
            cost = quote.cost
            price = quote.price
            units = quote.units
            mode = quote.mode
            rule = quote.rule
            shadowed = quote.shadowed.map { ShadowAnswer(cost: $0.cost, rule: $0.rule) }
            limits = quote.limits.map {
                LimitAnswer(name: $0.name, max: $0.max, mode: $0.mode, location: $0.location)
            }
            policyVersion = quote.policyVersion
        }
    }
}
