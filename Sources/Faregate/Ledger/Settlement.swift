/// How a charge is closed: at what it really cost.
package struct Settlement: Sendable, Hashable {
    /// What the call really cost; nil for what is held.
    package var cost: Credits?
    /// What limits that count credits or units counted in the end, by ``LimitCheck/counter``; the others
    /// count what they did.
    package var counted: [String: Int64]
    /// What happens where the cost is more than the account has.
    package var overrun: Policy.Overrun
    /// How much an account may owe, where ``overrun`` is a debt.
    package var debtLimit: Credits
    /// What a repeat of the call under the same key is answered: at most ``maximumResultBytes``.
    package var result: [UInt8]?

    /// 64 KiB.
    package static let maximumResultBytes = 65_536

    package init(
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
    package static let whole = Settlement()

    /// Nothing but the hold's own amount to close with: the way of nearly every call.
    package var isWhole: Bool { cost == nil && counted.isEmpty && result == nil }
}
