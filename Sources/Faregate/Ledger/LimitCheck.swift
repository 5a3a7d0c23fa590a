/// One limit as a ledger checks it: whose counter, how far it may go, and when it starts anew.
package struct LimitCheck: Sendable, Hashable {
    /// What a counter counts in.
    package enum Window: Sendable, Hashable {
        /// Up to, not including, the second moment.
        case calendar(from: Timestamp, until: Timestamp)
        case rolling(milliseconds: Int64)
    }

    /// The limit's name, unique among the limits of the charge.
    package let name: String
    /// Names the limit in the whole ledger, whoever it counts for; edits of `max` and of its mode don't change it.
    package let counter: String
    /// Whom it counts for. Where there is no member, by member counts for the account itself.
    package let scope: Policy.Limit.Scope
    package let max: Int64
    /// What this call adds: 1 where calls are counted. A call that adds nothing is never refused by the limit.
    package let amount: Int64
    package let window: Window
    /// Whether a refund of the charge gives the count back.
    package let givesBack: Bool
    /// Whether it may refuse; in shadow mode it counts only.
    package let isEnforced: Bool

    /// Whether a call that adds this amount passes when nothing else is counted.
    package var canFit: Bool { amount <= max }

    /// Traps unless both numbers are in the range of ``Credits``, and not negative.
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
