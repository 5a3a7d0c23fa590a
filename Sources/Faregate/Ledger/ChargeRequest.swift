/// All that a ledger needs to know to charge one call.
public struct ChargeRequest: Sendable {
    public var account: AccountID
    public var member: MemberID?
    /// Zero or more; a negative cost is refused before it gets to a ledger.
    public var cost: Credits
    public var terms: ChargeTerms
    /// The plan by which the price was found: an account on another is refused. Nil where no rule asked for it.
    public var assumedPlan: AssumedPlan?
    public var key: IdempotencyKey?
    public var attributes: Attributes
    /// What rules in shadow mode would have done, in words; kept with the charge.
    public var shadow: String?

    public init(
        account: AccountID,
        member: MemberID? = nil,
        cost: Credits,
        under terms: ChargeTerms,
        assuming assumedPlan: AssumedPlan? = nil,
        key: IdempotencyKey? = nil,
        attributes: Attributes = [:],
        shadow: String? = nil
    ) {
        self.account = account
        self.member = member
        self.cost = cost
        self.terms = terms
        self.assumedPlan = assumedPlan
        self.key = key
        self.attributes = attributes
        self.shadow = shadow
    }
}

/// The plan that an account is taken to be on.
public struct AssumedPlan: Sendable, Hashable {
    /// Nil for none.
    public let name: String?

    public init(_ name: String?) {
        self.name = name
    }
}

/// What the calls of an action that the same rule prices have in common, while their limits' windows last.
///
/// A class, for all these calls to refer to one, by whose identity a ledger finds again what it knows of it.
public final class ChargeTerms: Sendable {
    public let action: String
    /// What the action was called at first: idempotency keys go by it, so that a renamed action still knows them.
    public let firstName: String
    public let limits: [LimitCheck]
    /// What an account receives that this call is the first sight of, or that is due something of its plan.
    public let plans: PlanBook
    public let policyVersion: String
    /// The line of the policy that set the price.
    public let rule: SourceLocation
    public let refundGraceMilliseconds: Int64
    /// An account that has less than this afterwards is told of in ``ChargeDecision/held(_:spendable:exceeded:)``.
    public let lowBalance: Credits

    public init(
        action: String,
        firstName: String? = nil,
        limits: [LimitCheck] = [],
        plans: PlanBook = .empty,
        policyVersion: String,
        rule: SourceLocation,
        refundGraceMilliseconds: Int64 = 24 * 60 * 60 * 1000,
        lowBalance: Credits = 0
    ) {
        self.action = action
        self.firstName = firstName ?? action
        self.limits = limits
        self.plans = plans
        self.policyVersion = policyVersion
        self.rule = rule
        self.refundGraceMilliseconds = refundGraceMilliseconds
        self.lowBalance = lowBalance
    }

    /// The same with other limits.
    public func limited(by limits: [LimitCheck]) -> ChargeTerms {
        ChargeTerms(
            action: action,
            firstName: firstName,
            limits: limits,
            plans: plans,
            policyVersion: policyVersion,
            rule: rule,
            refundGraceMilliseconds: refundGraceMilliseconds,
            lowBalance: lowBalance
        )
    }
}

/// One limit as a ledger checks it: whose counter, how far it may go, and when it starts anew.
public struct LimitCheck: Sendable, Hashable {
    /// What a counter counts in.
    public enum Window: Sendable, Hashable {
        /// Up to, not including, the second moment.
        case calendar(from: Timestamp, until: Timestamp)
        case rolling(milliseconds: Int64)
    }

    /// The limit's name, unique among the limits of the charge.
    public let name: String
    /// Names the limit in the whole ledger, whoever it counts for; edits of `max` and of its mode don't change it.
    public let counter: String
    /// Whom it counts for. Where there is no member, by member counts for the account itself.
    public let scope: Limit.Scope
    public let max: Int64
    /// What this call adds: 1 where calls are counted. A call that adds nothing is never refused by the limit.
    public let amount: Int64
    public let window: Window
    /// Whether a refund of the charge gives the count back.
    public let givesBack: Bool
    /// Whether it may refuse; in shadow mode it counts only.
    public let isEnforced: Bool

    /// Whether a call that adds this amount passes when nothing else is counted.
    public var canFit: Bool { amount <= max }

    /// Traps unless both numbers are in the range of ``Credits``, and not negative.
    public init(
        name: String,
        counter: String,
        scope: Limit.Scope = .account,
        max: Int64,
        amount: Int64 = 1,
        window: Window,
        givesBack: Bool,
        isEnforced: Bool = true
    ) {
        precondition((0...Credits.max.rawValue).contains(amount) && (0...Credits.max.rawValue).contains(max))
        self.name = name
        self.counter = counter
        self.scope = scope
        self.max = max
        self.amount = amount
        self.window = window
        self.givesBack = givesBack
        self.isEnforced = isEnforced
    }
}

/// What a ledger answers to a request to charge.
public enum ChargeDecision: Sendable, Hashable {
    /// The credits are taken. `spendable` is what the account has left, told only where it is less than the request's
    /// ``ChargeTerms/lowBalance``; `exceeded` names the limits in shadow mode that would have refused.
    case held(ChargeID, spendable: Credits? = nil, exceeded: [String] = [])
    /// Nothing was taken, nothing was counted.
    case refused(ChargeRefusal)
}

/// Why a ledger refused, in the order in which the reasons are looked at.
public enum ChargeRefusal: Sendable, Hashable {
    case suspended
    /// The price assumed another plan than the one that the account is on, nil for none: it has to be found anew.
    case plan(String?)
    /// The key was used before, by this charge. `result` is what its settlement left for repeats.
    case keyUsed(ChargeID, state: ChargeState, sameRequest: Bool, result: [UInt8]? = nil)
    /// A limit would be exceeded. Where several would be, the one that takes longest to pass. `retryAt` is nil where
    /// waiting never helps, because the call alone adds more than `max`.
    case limit(name: String, max: Int64, used: Int64, retryAt: Timestamp?)
    /// The account has fewer credits than the call costs; new ones would pay what it owes first.
    case credits(required: Credits, available: Credits, debt: Credits = 0)
}

/// How far a charge has come: held, then exactly one of the others, once.
public enum ChargeState: String, Sendable, Hashable, Codable {
    case held, settled, refunded
}
