/// How a charge is closed: at what it really cost.
public struct Settlement: Sendable, Hashable {
    /// What the call really cost; nil for what is held.
    public var cost: Credits?
    /// What limits that count credits or units counted in the end, by ``LimitCheck/counter``; the others
    /// count what they did.
    public var counted: [String: Int64]
    /// What happens where the cost is more than the account has.
    public var overrun: Overrun
    /// How much an account may owe, where ``overrun`` is a debt.
    public var debtLimit: Credits
    /// What a repeat of the call under the same key is answered: at most ``maximumResultBytes``.
    public var result: [UInt8]?

    /// 64 KiB.
    public static let maximumResultBytes = 65_536

    public init(
        cost: Credits? = nil,
        counted: [String: Int64] = [:],
        overrun: Overrun = .cap,
        debtLimit: Credits = 0,
        result: [UInt8]? = nil
    ) {
        self.cost = cost
        self.counted = counted
        self.overrun = overrun
        self.debtLimit = debtLimit
        self.result = result
    }

    /// At what is held.
    public static let whole = Settlement()

    /// Nothing but the hold's own amount to close with: the way of nearly every call.
    package var isWhole: Bool { cost == nil && counted.isEmpty && result == nil }
}

/// What came of an attempt to settle.
public enum SettleResult: Sendable, Hashable {
    case settled(Settled)
    /// The charge was closed before, or there is none: nothing was done.
    case notHeld
}

/// What a charge cost in the end: `paid + debt + short` is the cost it was settled at.
public struct Settled: Sendable, Hashable {
    /// Taken from the account's grants; nil where the whole hold was settled.
    public let paid: Credits?
    /// Owed by the account from now on.
    public let debt: Credits
    /// Neither paid nor owed: the account had no more, and the policy allows no (more) debt.
    public let short: Credits
    /// The hold had been refunded as abandoned, and was charged again.
    public let isLate: Bool
    /// What was taken beyond the hold; nil where nothing was.
    public let drawdown: Drawdown?

    public init(
        paid: Credits? = nil,
        debt: Credits = 0,
        short: Credits = 0,
        isLate: Bool = false,
        drawdown: Drawdown? = nil
    ) {
        self.paid = paid
        self.debt = debt
        self.short = short
        self.isLate = isLate
        self.drawdown = drawdown
    }
}

/// What came of an attempt to hold more.
public struct HoldExtension: Sendable, Hashable {
    /// How many credits were added: fewer than asked for when the account has no more.
    public let taken: Credits
    /// How many the charge holds now.
    public let held: Credits
    /// What that left of the account.
    public let drawdown: Drawdown

    public init(taken: Credits, held: Credits, drawdown: Drawdown) {
        self.taken = taken
        self.held = held
        self.drawdown = drawdown
    }
}

/// What an account could spend before more was taken, and after that.
public struct Drawdown: Sendable, Hashable {
    public let before: Credits
    public let after: Credits

    public init(before: Credits, after: Credits) {
        self.before = before
        self.after = after
    }

    /// Whether it was by this that the account came below so many credits.
    func comes(below lowBalance: Credits) -> Bool { before >= lowBalance && after < lowBalance }
}

/// A charge that is held.
public struct OpenCharge: Sendable, Hashable, Codable {
    public let id: ChargeID
    public let account: AccountID
    public let action: String
    public let cost: Credits
    public let createdAt: Timestamp
    /// The process that holds it, as people know it: a host and a process id.
    public let holder: String
    /// When the holder's lease is over, unless it gives a sign of life.
    public let deadline: Timestamp

    public init(
        id: ChargeID,
        account: AccountID,
        action: String,
        cost: Credits,
        createdAt: Timestamp,
        holder: String,
        deadline: Timestamp
    ) {
        self.id = id
        self.account = account
        self.action = action
        self.cost = cost
        self.createdAt = createdAt
        self.holder = holder
        self.deadline = deadline
    }
}
