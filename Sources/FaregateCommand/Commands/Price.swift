import Faregate

/// `faregate price ACTION`
enum Price: Command {
    static let name = "price"
    static let synopsis = "ACTION"
    static let summary = "what would this call cost, and why"
    static let example = "price generate --attribute size=large"
    static let options: [Option] = [
        .policies, .attribute, .units, .database,
        Option(name: "account", value: "ACCOUNT", help: "the account that calls; its plan in the ledger counts"),
        Option(name: "plan", value: "PLAN", help: "the caller's plan (default: the policy's default plan)"),
        .at,
    ]

    static func isAboutFiles(_ arguments: Arguments) -> Bool { arguments.contains(Option.policies.name) }

    static func run(_ context: Context) async throws -> ExitCode {
        let action = try context.words("ACTION")[0]
        let (policy, source) = try await policy(context)
        let attributes = try context.attributes(for: policy.action(named: action))
        if attributes[Attributes.plan] != nil { throw Failure.misuse("name the plan with --plan, not as an attribute") }
        try attributes.validate()
        let plan = try await plan(context, under: policy)
        let quote = try policy.quote(action, attributes: attributes, units: context.arguments.units(), on: plan)
        let coming = policy.changes.compactMap { change -> String? in
            guard let later = try? change.policy.quote(action, attributes: attributes, units: quote.units, on: plan)
            else { return "  can't be called from \(change.from.toSecond) on" }
            return later.cost == quote.cost ? nil : "  \(credits(later.cost)) from \(change.from.toSecond) on"
        }
        let lines = [text(quote)] + coming + source.map { "  " + $0 }
        try context.show(Answer(quote), as: lines.joined(separator: "\n"))
        return .done
    }

    /// The policy in force at the time of `--at`, or now. For a past time it comes from the ledger, if a ledger and no
    /// files are named.
    ///
    /// - Returns: the policy, and for a time in the past a line that says which one it is.
    private static func policy(_ context: Context) async throws -> (policy: Policy, source: [String]) {
        let moment = try context.momentOfPolicy()
        guard moment < context.clock.now, context.arguments.contains(Option.at.name) else {
            return (try context.policy(at: moment), [])
        }
        guard !context.arguments.contains(Option.policies.name), try context.databasePathIfAny != nil else {
            let policy = try context.policy(at: moment)
            let isNamed = context.arguments.contains(Option.policies.name)
            let hint = isNamed ? "" : "; --database finds the policy of that time"
            return (policy, ["by the files as they are now, with the changes until then\(hint)"])
        }
        guard let kept = try await context.keptPolicy(at: moment) else {
            return (
                try context.policy(at: moment),
                ["by the files as they are now: the ledger keeps no policy from that time"]
            )
        }
        return (kept.policy, ["by the policy \(kept.policy.version), in force since \(kept.since.toSecond)"])
    }

    /// The plan of the account, the named plan, or a new account's plan.
    private static func plan(_ context: Context, under policy: Policy) async throws -> String? {
        let named = try context.arguments.value("plan")
        guard let account = try context.arguments.value("account") else {
            guard let named else { return policy.defaultPlan?.name }
            guard let plan = policy.planBook[named] else {
                let plans = policy.plans.keys.sorted().joined(separator: ", ")
                throw Failure.misuse("the policy has no plan \"\(named)\"; it has: \(plans)")
            }
            return plan.name
        }
        guard named == nil else { throw Failure.misuse("--account has a plan of its own; leave out --plan") }
        let id = try AccountID(account)
        let now = context.clock.now
        let balance = try await context.withLedger { try await $0.balance(of: id, at: now) }
        // The ledger has the former name of a renamed plan until the account is used again.
        return balance.map { $0.plan.map { policy.planBook[$0]?.name ?? $0 } } ?? policy.defaultPlan?.name
    }

    private static func text(_ quote: Quote) -> String {
        var lines = ["\(quote.action): \(credits(quote.cost))"]
        lines += breakdown(of: quote).map { "  \($0)" }
        switch quote.mode {
        case .enforce: break
        case .shadow: lines.append("  in shadow: calls are counted and recorded, but nothing is taken or refused")
        case .off: lines.append("  off: nothing is taken or refused")
        }
        lines.append("  set by \(quote.rule)")
        if let assumed = quote.assumedPlan {
            lines.append("  for an account on " + (assumed.name.map { "plan \($0.printable)" } ?? "no plan"))
        }
        if let shadowed = quote.shadowed {
            lines.append("  \(credits(shadowed.cost)) if the rule in shadow at \(shadowed.rule) were enforced")
        }
        if let refusal = quote.shadowRefusal {
            lines.append(
                "  refused if the price in shadow at \(refusal.rule) were enforced: \(refusal.reason.printable)")
        }
        lines += quote.limits.map { limit in
            "  \(limit.sentence.printable)\(limit.mode == .shadow ? ", in shadow" : "") (\(limit.location))"
        }
        return lines.joined(separator: "\n")
    }

    /// The sum of a price per unit, one line for each term; empty for a fixed price.
    private static func breakdown(of quote: Quote) -> [String] {
        let usesNothing = (try? quote.price.credits(for: quote.units)) == 0 && quote.cost > 0
        let least = usesNothing ? ["1 is held, because a price by usage holds at least 1"] : []
        return PriceSum(price: quote.price, units: quote.units).lines + least
    }

    private static func credits(_ cost: Credits) -> String { "\(cost) \(cost == 1 ? "credit" : "credits")" }
}

extension Price {
    /// The JSON of `--json`.
    private struct Answer: Encodable {
        struct LimitAnswer: Encodable {
            let name: String
            let actions: [String]
            let when: String?
            let max: Int64
            /// What the limit counts: `calls`, `credits` or a unit.
            let count: String
            let scope: Policy.Limit.Scope
            /// In the words of a policy file: `per day`, `within 24h`.
            let window: String
            let mode: Policy.Mode
            let location: Policy.Location
        }

        struct ShadowAnswer: Encodable {
            let cost: Credits
            let rule: Policy.Location
        }

        struct ShadowRefusalAnswer: Encodable {
            let reason: String
            let rule: Policy.Location
        }

        let action: String
        let cost: Credits
        let price: Policy.Cost
        let units: Units
        let mode: Policy.Mode
        let rule: Policy.Location
        let shadowed: ShadowAnswer?
        let shadowRefusal: ShadowRefusalAnswer?
        let limits: [LimitAnswer]
        let plan: String?
        let policyVersion: String

        init(_ quote: Quote) {
            action = quote.action
            cost = quote.cost
            price = quote.price
            units = quote.units
            mode = quote.mode
            rule = quote.rule
            shadowed = quote.shadowed.map { ShadowAnswer(cost: $0.cost, rule: $0.rule) }
            shadowRefusal = quote.shadowRefusal.map { ShadowRefusalAnswer(reason: $0.reason, rule: $0.rule) }
            limits = quote.limits.map {
                LimitAnswer(
                    name: $0.name, actions: $0.actions, when: $0.when, max: $0.max, count: $0.count.description,
                    scope: $0.scope, window: $0.window.description, mode: $0.mode, location: $0.location
                )
            }
            plan = quote.assumedPlan?.name
            policyVersion = quote.policyVersion
        }
    }
}
