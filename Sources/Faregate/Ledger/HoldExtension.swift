/// What came of an attempt to hold more.
package struct HoldExtension: Sendable, Hashable {
    /// How many credits were added: fewer than asked for when the account has no more.
    package let taken: Credits
    /// How many the charge holds now.
    package let held: Credits
    /// What that left of the account.
    package let drawdown: Drawdown

    package init(taken: Credits, held: Credits, drawdown: Drawdown) {
        self.taken = taken
        self.held = held
        self.drawdown = drawdown
    }
}
