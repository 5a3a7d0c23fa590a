/// What an account may do now: for a front end, or a person who answers its questions. Of one moment.
public struct Standing: Sendable, Hashable, Codable {
    public let account: AccountID
    public let at: Timestamp
    public let policyVersion: String
    /// The plan that the account is on; nil for none.
    public let plan: String?
    /// Since when every call is refused; nil where none is.
    public let suspendedAt: Timestamp?
    public let credits: CreditsStanding
    /// All actions of the policy, by name.
    public let actions: [ActionStanding]

    /// The action of that name; nil where the policy has none.
    public subscript(name: String) -> ActionStanding? { actions.first { $0.name == name } }
}

/// What an account can spend, what will be lost, and what will come.
public struct CreditsStanding: Sendable, Hashable, Codable {
    /// What can be spent now.
    public let spendable: Credits
    /// Taken by calls that are still open.
    public let held: Credits
    /// Owed: the next credits pay it first.
    public let debt: Credits
    /// What can be spent now, by where it came from.
    public let sources: CreditsBySource
    /// Whether it is time to offer more: less than the policy's `lowBalance` can be spent, or nothing.
    public let isLow: Bool
    /// The credits that expire first; nil where none do.
    public let expiring: ExpiringCredits?
    /// What the account's plan grants next, the soonest first: one for each of its grants that come again.
    public let coming: [ComingCredits]
}

/// Credits that a plan is going to grant.
public struct ComingCredits: Sendable, Hashable, Codable {
    /// The grant's ``PlanGrant/name`` in the plan.
    public let grant: String
    /// Without what rolls over. A debt is paid from it first.
    public let credits: Credits
    public let at: Timestamp
}

/// What the account may do of one action.
public struct ActionStanding: Sendable, Hashable, Codable {
    public let name: String
    /// What people call it.
    public let title: String
    public let mode: Mode
    /// The price for the account's plan, in words: `10`, or `1 + 1/250 per output_tokens`. Rules that look at other
    /// attributes may set another.
    public let price: String
    /// Whether the price is the same whatever a call uses.
    public let isFixed: Bool
    /// What a call takes at first: the price of what the policy's `hold` says. 0 where the action isn't enforced.
    public let cost: Credits
    /// What a call is assumed to use until the real use is known.
    public let hold: Units
    public let isKeyRequired: Bool
    /// Why a call would be refused, where its key is new; nil where it would be let through.
    public let refusal: RefusalStanding?
    public let limits: [LimitStanding]

    /// Whether a call would be let through.
    public var passes: Bool { refusal == nil }

    private enum CodingKeys: String, CodingKey {
        case name, title, mode, price, isFixed, cost, hold, isKeyRequired, refusal, limits
    }
}

/// Why a call would be refused.
public struct RefusalStanding: Sendable, Hashable, Codable {
    /// The last part of the problem's type: `insufficient-credits`, `quota-exceeded`.
    public let kind: String
    /// One sentence for the person who calls.
    public let detail: String
    /// When a limit has room again; nil where waiting doesn't help.
    public let retryAt: Timestamp?
    /// How many credits are missing; nil where credits aren't the reason.
    public let shortfall: Credits?

    init(_ refusal: Refusal) {
        kind = refusal.reason.kind
        detail = refusal.description
        retryAt = if case .limit(_, _, let time) = refusal.reason { time } else { nil }
        shortfall =
            if case .insufficientCredits(let required, let available, let debt, _) = refusal.reason {
                Credits(rawValue: required.rawValue - available.rawValue + debt.rawValue)
            } else { nil }
    }
}

/// How much of a limit is left.
public struct LimitStanding: Sendable, Hashable, Codable {
    public let name: String
    /// What it counts: `calls`, `credits` or a unit.
    public let count: String
    public let scope: Limit.Scope
    /// As a policy file has it: `per day`, `within 24h`.
    public let window: String
    /// In shadow it refuses nobody.
    public let mode: Mode
    public let max: Int64
    public let used: Int64
    /// 0 or more.
    public let left: Int64
    /// When the next calendar window begins. Of a rolling window, when the oldest of what it counts has left it; nil where
    /// it counts nothing.
    public let resetsAt: Timestamp?

    init(_ limit: Limit, _ use: LimitUse) {
        name = limit.name
        count = limit.count.description
        scope = limit.scope
        window = limit.window.description
        mode = limit.mode
        max = limit.max
        used = use.used
        left = Swift.max(0, limit.max - use.used)
        resetsAt = use.resetsAt
    }
}

/// What would become of one call. Nothing is taken for it.
public struct Preview: Sendable {
    /// What would be taken before the handler runs.
    public let cost: Credits
    /// What the call would be settled by.
    public let price: Cost
    /// The line of the policy that sets the price.
    public let rule: SourceLocation
    public let policyVersion: String
    /// Nil where the call would be let through.
    public let refusal: Refusal?
    public let limits: [LimitStanding]

    /// Whether the call would be let through.
    public var passes: Bool { refusal == nil }
}
