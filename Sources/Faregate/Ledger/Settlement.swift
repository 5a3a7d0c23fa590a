/// How a charge is closed: at what it really cost.
public struct Settlement: Sendable, Hashable {
    /// What the call really cost; nil for what is held.
    public var cost: Credits?
    /// What limits that count credits or units counted in the end, by ``LimitCheck/counter``; the others
    /// count what they did.
    public var counted: [String: Int64]
    /// What happens where the cost is more than the account has.
    public var overrun: Policy.Overrun
    /// How much an account may owe, where ``overrun`` is a debt.
    public var debtLimit: Credits
    /// What a repeat of the call under the same key is answered: at most ``maximumResultBytes``.
    public var result: [UInt8]?

    /// 64 KiB.
    public static let maximumResultBytes = 65_536

    public init(
        cost: Credits? = nil,
        counted: [String: Int64] = [:],
        overrun: Policy.Overrun = .cap,
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
