/// One limit as a ledger checks it: its counter, its maximum, and its window.
package struct LimitCheck: Sendable, Hashable {
    /// The window of a counter.
    package enum Window: Sendable, Hashable {
        /// From `from` (included) to `until` (excluded).
        case calendar(from: Timestamp, until: Timestamp)
        case rolling(milliseconds: Int64)
    }

    /// The limit's name, unique among the limits of the charge.
    package let name: String
    /// The limit's unique name in the ledger, the same for all accounts. It stays the same when the limit's `max`
    /// or mode is edited.
    package let counter: String
    /// Whether it counts by account, member or action. Under a limit by member, a call without a member counts under
    /// the account itself, apart from its members.
    package let scope: Policy.Limit.Scope
    package let max: Int64
    /// The amount that this call adds: 1 if the limit counts calls. The limit never refuses a call that adds 0.
    package let amount: Int64
    package let window: Window
    /// Whether a refund of the charge subtracts the amount from the counter.
    package let givesBack: Bool
    /// Whether the limit can refuse a call. In shadow mode it only counts.
    package let isEnforced: Bool

    /// Whether the call fits into an empty window.
    package var canFit: Bool { amount <= max }

    /// Traps unless `max` and `amount` are each 0 to ``Credits/max``.
    package init(
        name: String,
        counter: String,
        scope: Policy.Limit.Scope = .account,
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
