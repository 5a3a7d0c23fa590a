import Faregate
import FaregateBooks

/// What a ledger has and a policy lacks.
struct MissingNames {
    let plans: [Ledger.PlanUse]
    let credits: [Ledger.StrandedCredits]
    let openCalls: [Ledger.OpenCallCount]

    init(in ledger: some SQLLedger, under policy: Policy, at now: Timestamp) async throws {
        let actions = Set(policy.actions.flatMap { name, action in [name] + action.was })
        plans = try await ledger.plansInUse(besides: Set(policy.plans.flatMap { name, plan in [name] + plan.was }))
        credits = try await ledger.strandedCredits(besides: actions, at: now)
        openCalls = try await ledger.openCalls(besides: actions)
    }

    /// What the policy should have.
    var problems: [String] { plans.map(Self.text) + credits.map(Self.text) }

    /// Facts that need no action.
    var notes: [String] {
        openCalls.map { open in
            let calls =
                open.calls == 1 ? "1 call of \"\(open.action)\" is" : "\(open.calls) calls of \"\(open.action)\" are"
            return "\(calls) open, and the policy has no such action: each ends at the price with which it began"
        }
    }

    private static func text(_ use: Ledger.PlanUse) -> String {
        let names = use.examples.map(\.rawValue.printable).joined(separator: ", ")
        let accounts = use.accounts == 1 ? "1 account is" : "\(use.accounts) accounts are"
        return "the policy has no plan \"\(use.plan.printable)\", and \(accounts) on it: \(names)"
            + (use.accounts > use.examples.count ? " …" : "")
            + "\nif the plan was renamed, give the new one \"was\": [\"\(use.plan.printable)\"]"
    }

    private static func text(_ stranded: Ledger.StrandedCredits) -> String {
        let (names, isOne) = (listInWords(stranded.actions.map { "\"\($0)\"" }), stranded.actions.count == 1)
        let owners = stranded.accounts == 1 ? "" : " and \(count(stranded.accounts - 1, "other account"))"
        return
            "the policy has no \(isOne ? "action" : "actions") \(names), and \(count(stranded.credits.rawValue, "credit")) "
            + "of \(stranded.example.rawValue.printable)\(owners) can be spent on nothing else"
            + "\nif it was renamed, give the new action \"was\": [\"\(stranded.actions[0])\"]"
    }
}
