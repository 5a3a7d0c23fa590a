/// What an account has at one moment, and what would become of calls then: read at once, with nothing changed.
public struct AccountReading: Sendable, Hashable {
    public var balance: Balance
    /// The credits that expire first; nil where none do.
    public var expiring: ExpiringCredits?
    /// When the present periods of what the account's plan grants again and again end, by the names of the grants.
    public var periodEnds: [String: Timestamp]
    /// In the order of the calls that were asked for.
    public var calls: [CallReading]

    public init(
        balance: Balance,
        expiring: ExpiringCredits? = nil,
        periodEnds: [String: Timestamp] = [:],
        calls: [CallReading] = []
    ) {
        self.balance = balance
        self.expiring = expiring
        self.periodEnds = periodEnds
        self.calls = calls
    }
}

/// Credits that can be spent until some moment.
public struct ExpiringCredits: Sendable, Hashable, Codable {
    /// 1 or more.
    public let credits: Credits
    public let at: Timestamp

    public init(credits: Credits, at: Timestamp) {
        self.credits = credits
        self.at = at
    }
}

/// What would become of a call.
public struct CallReading: Sendable, Hashable {
    /// Nil where it would be let through.
    public var refusal: ChargeRefusal?
    /// In the order of the call's limits.
    public var limits: [LimitUse]

    public init(refusal: ChargeRefusal?, limits: [LimitUse]) {
        self.refusal = refusal
        self.limits = limits
    }
}

/// How much of a limit is used.
public struct LimitUse: Sendable, Hashable {
    /// As ``LimitCheck/name``.
    public var name: String
    /// What was counted in the window of now: 0 or more.
    public var used: Int64
    /// When the next calendar window begins. Of a rolling window, when the oldest of what it counts has left it; nil where
    /// it counts nothing.
    public var resetsAt: Timestamp?

    public init(name: String, used: Int64, resetsAt: Timestamp?) {
        self.name = name
        self.used = used
        self.resetsAt = resetsAt
    }
}
