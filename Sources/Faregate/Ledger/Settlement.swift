/// The final cost at which to settle a charge.
package struct Settlement: Sendable, Hashable {
    /// The actual cost of the call; nil for exactly the held amount.
    package var cost: Credits?
    /// The final amounts for limits that count credits or units, by ``LimitCheck/counter``. Other limits keep their
    /// amounts.
    package var counted: [String: Int64]
    /// How to treat a cost above what the account has.
    package var overrun: Policy.Overrun
    /// The most that an account may owe, if ``overrun`` is ``Policy/Overrun/debt``.
    package var debtLimit: Credits
    /// The use that set the final price; recorded with the charge. Nil if the quote's price is kept. A unit that isn't
    /// listed counts at its quoted amount.
    package var used: Units?
    /// The stored answer for repeats under the call's key: at most ``maximumResultBytes``.
    package var result: [UInt8]?

    /// 64 KiB.
    package static let maximumResultBytes = 65_536

    package init(
        cost: Credits? = nil,
        counted: [String: Int64] = [:],
        overrun: Policy.Overrun = .cap,
        debtLimit: Credits = 0,
        used: Units? = nil,
        result: [UInt8]? = nil
    ) {
        self.cost = cost
        self.counted = counted
        self.overrun = overrun
        self.debtLimit = debtLimit
        self.used = used
        self.result = result
    }

    /// Settles at exactly the held amount.
    package static let whole = Settlement()

    /// Whether the cost is exactly the held amount and there are no counts, units or stored answer to record: the usual
    /// case.
    package var isWhole: Bool { cost == nil && counted.isEmpty && used == nil && result == nil }
}
