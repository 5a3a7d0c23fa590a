import Faregate

/// `faregate price ACTION`
enum Price: Command {
    static let name = "price"
    static let synopsis = "ACTION"
    static let summary = "what would this call cost, and why"
    static let options: [Option] = [.policies, .attribute, .units]

    private struct Answer: Encodable {
        struct LimitAnswer: Encodable {
            let name: String
            let max: Int64
            let location: SourceLocation
        }

        let action: String
        let cost: Credits
        let price: String
        let units: Units
        let rule: SourceLocation
        let limits: [LimitAnswer]
        let policyVersion: String
    }

    static func run(_ context: Context) async throws -> ExitCode {
        let action = try context.words("ACTION")[0]
        let policy = try context.policy()
        let quote = try policy.quote(
            action,
            attributes: try attributes(context, under: policy),
            units: context.arguments.units()
        )
        let limits = quote.limits.map { Answer.LimitAnswer(name: $0.name, max: $0.max, location: $0.location) }
        let answer = Answer(
            action: action,
            cost: quote.cost,
            price: quote.price.description,
            units: quote.units,
            rule: quote.rule,
            limits: limits,
            policyVersion: quote.policyVersion
        )
        let lines =
            ["\(action): \(quote.cost) \(quote.cost == 1 ? "credit" : "credits")", "  set by \(quote.rule)"]
            + breakdown(quote) + notes(quote)
            + limits.map { "  at most \($0.max) \($0.name) (\($0.location))" }
        try context.show(answer, as: lines.joined(separator: "\n"))
        return .done
    }

    /// How a price by units comes about.
    private static func breakdown(_ quote: Quote) -> [String] {
        guard !quote.price.isFixed else { return [] }
        let used = quote.units.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        return ["  \(quote.price)", "  for \(used.isEmpty ? "no units yet" : used)"]
    }

    private static func notes(_ quote: Quote) -> [String] {
        var notes: [String] = []
        if quote.mode != .enforce { notes.append("  mode \(quote.mode.rawValue): nothing is taken") }
        if let shadowed = quote.shadowed {
            notes.append("  a rule in shadow mode would make it \(shadowed.cost) (\(shadowed.location))")
        }
        return notes
    }

    /// A new account's call: on the default plan unless told otherwise.
    private static func attributes(_ context: Context, under policy: Policy) throws -> Attributes {
        let given = try context.arguments.attributes()
        guard let plan = policy.defaultPlan else { return given }
        return ["plan": .string(plan.name)].merging(given) { $1 }
    }
}
