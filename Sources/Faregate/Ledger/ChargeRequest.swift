/// All that a ledger needs to know to charge one call.
public struct ChargeRequest: Sendable {
    public var account: AccountID
    public var member: MemberID?
    public var action: String
    /// Zero or more; a negative cost is refused before it gets to a ledger.
    public var cost: Credits
    public var limits: [LimitCheck]
    public var key: IdempotencyKey?
    public var attributes: Attributes
    /// What an account receives that this call is the first sight of.
    public var opening: Opening
    public var policyVersion: String
    /// The line of the policy that set the price.
    public var rule: SourceLocation
    /// Past it the charge counts as abandoned.
    public var deadline: Timestamp
    public var refundGraceMilliseconds: Int64

    public init(
        account: AccountID,
        member: MemberID? = nil,
        action: String,
        cost: Credits,
        limits: [LimitCheck] = [],
        key: IdempotencyKey? = nil,
        attributes: Attributes = [:],
        opening: Opening = Opening(),
        policyVersion: String,
        rule: SourceLocation,
        deadline: Timestamp,
        refundGraceMilliseconds: Int64 = 24 * 60 * 60 * 1000
    ) {
        self.account = account
        self.member = member
        self.action = action
        self.cost = cost
        self.limits = limits
        self.key = key
        self.attributes = attributes
        self.opening = opening
        self.policyVersion = policyVersion
        self.rule = rule
        self.deadline = deadline
        self.refundGraceMilliseconds = refundGraceMilliseconds
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
    /// Names the counter together with whoever it counts for; edits of `max` don't change it.
    public let counter: String
    public let max: Int64
    /// What this call adds: 1 where calls are counted.
    public let amount: Int64
    public let window: Window
    /// Whether a refund of the charge gives the count back.
    public let givesBack: Bool

    /// Traps unless `amount` is 1 or more and both numbers are in the range of ``Credits``.
    public init(name: String, counter: String, max: Int64, amount: Int64 = 1, window: Window, givesBack: Bool) {
        precondition((1...Credits.max.rawValue).contains(amount) && (0...Credits.max.rawValue).contains(max))
        self.name = name
        self.counter = counter
        self.max = max
        self.amount = amount
        self.window = window
        self.givesBack = givesBack
    }
}

/// Makes a call safe to repeat: the same key is never charged twice for the same account and action.
public struct IdempotencyKey: Sendable, Hashable {
    /// 1 to 255 bytes of UTF-8 without control characters.
    public let key: String
    /// Tells a repeat from another request under the same key: a hash of the request, not the request itself.
    public let fingerprint: String?

    /// - Throws: ``InvalidInput`` unless key and fingerprint are 1 to 255 bytes of UTF-8 without control characters.
    public init(_ key: String, fingerprint: String? = nil) throws(InvalidInput) {
        self.key = try checked(key, is: "an idempotency key")
        self.fingerprint = fingerprint == nil ? nil : try checked(fingerprint ?? "", is: "a request's fingerprint")
    }
}

/// What a ledger answers to a request to charge.
public enum ChargeDecision: Sendable, Hashable {
    case held(ChargeID)
    /// Nothing was taken, nothing was counted.
    case refused(ChargeRefusal)
}

/// Why a ledger refused, in the order in which the reasons are looked at.
public enum ChargeRefusal: Sendable, Hashable {
    case suspended
    /// The key was used before, by this charge.
    case keyUsed(ChargeID, state: ChargeState, sameRequest: Bool)
    /// A limit would be exceeded. Where several would be, the one that takes longest to pass.
    case limit(name: String, max: Int64, used: Int64, retryAt: Timestamp)
    case credits(required: Credits, available: Credits)
}

/// How far a charge has come: held, then exactly one of the others, once.
public enum ChargeState: String, Sendable, Hashable, Codable {
    case held, settled, refunded
}
